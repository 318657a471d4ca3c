"""How somebody's words are kept in an act: with the case, and shown by no log."""

from typing import Annotated

from pydantic import Field

from domain.values import Words

Text = Annotated[Words, Field(repr=False)]
"""Somebody's words."""
