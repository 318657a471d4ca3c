"""Draws pages: templates with every value escaped, and the words of each language. No page's own logic in here."""

import hashlib
import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE: Final = Path(str(files("console")))
STATIC: Final = HERE / "static"
LANGUAGES: Final = ("en", "cy")


def render_page(template: str, *, language: str = "en", **values: Any) -> str:
    """A whole page. A value that the template asks for and nobody gives is an error, never a gap."""
    return _environment().get_template(template).render(language=language, **values)


@cache
def load_words(language: str) -> dict[str, str]:
    """What the public pages say in a language of ``LANGUAGES``, by name."""
    text = (HERE / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return {name: str(words) for name, words in tomllib.loads(text).items()}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["dialled"] = _dialled
    stylesheet = (STATIC / "tenantline.css").read_bytes()
    environment.globals["stylesheet_version"] = hashlib.sha256(stylesheet).hexdigest()[:10]
    return environment


def _dialled(number: str) -> str:
    """A number as a telephone dials it."""
    return re.sub(r"[^0-9+]", "", number)
