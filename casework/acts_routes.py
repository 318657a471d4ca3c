"""Where else a case goes, as a person sets it: the machine proposes by flags and tasks, and no route stops a clock.

A route is one of the policy's or the law's (``TermName.ROUTE``: ``<when>:<where>``): a crime straight to stage 2,
misconduct to those who deal with conduct, banding to another body, a request for one's data to data protection.
"""

from typing import Literal

from pydantic import Field

from casework.words import Text
from domain.values import Instant, Value


class SetRoute(Value):
    """It goes this way, beside the complaint or straight to a stage of it."""

    act: Literal["set_route"] = "set_route"
    route: str
    """``crime``, ``misconduct``, ``sar`` ..."""
    stage: int | None = Field(default=None, ge=2, le=3)
    """Of a route that leads straight to a stage: that stage, as the policy has it."""
    reasons: Text
    at: Instant
    """Since when: of a stage that nobody proposed, when it was asked for; of a clock of law, when the request came."""


class LeaveRoute(Value):
    """It does not go this way, or has come to its end there."""

    act: Literal["leave_route"] = "leave_route"
    route: str
    how: Literal["declined", "ended"]
    reasons: Text


class AnswerByLaw(Value):
    """A duty of law was met by hand: the copy of the data was sent, the breach was weighed."""

    act: Literal["answer_by_law"] = "answer_by_law"
    duty: str
    """``answer_subject_access``, ``acknowledge_dp_complaint`` ..."""
    at: Instant
    note: Text = ""


class NameStaff(Value):
    """The complaint is about these people: none of them handles it."""

    act: Literal["name_staff"] = "name_staff"
    people: tuple[str, ...] = Field(min_length=1)
    """Ids of staff."""
    team: str = ""
    """The team complained about."""


class HearAccount(Value):
    """Whoever is complained about gives their account, or will not (GROUP-11)."""

    act: Literal["hear_account"] = "hear_account"
    person: str
    given: bool
    words: Text = ""


class UnnameStaff(Value):
    """It is not about them after all."""

    act: Literal["unname_staff"] = "unname_staff"
    people: tuple[str, ...] = Field(min_length=1)
    reasons: Text


class LetSee(Value):
    """These people need to know of a restricted case: they may see it and act on it (CESTRIA-17)."""

    act: Literal["let_see"] = "let_see"
    people: tuple[str, ...] = Field(min_length=1)
    """Ids of staff."""
    reasons: Text


class SetArea(Value):
    """Where the home is, of a landlord with homes in several nations: that area's regime and calendar hold."""

    act: Literal["set_area"] = "set_area"
    area: str
    """Its name; empty: in none of them."""
    reasons: Text


RouteAct = SetRoute | LeaveRoute | AnswerByLaw | NameStaff | UnnameStaff | HearAccount | LetSee | SetArea
