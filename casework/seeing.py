"""Who may see a case: nobody whom it is about, and of a restricted one only those who need to know."""

from collections.abc import Collection
from typing import Final

from casework.life import Life
from casework.people import Person, Role
from casework.routes import RESTRICTED

_BY_ROLE: Final = frozenset({Role.DIRECTOR, Role.CHIEF_EXECUTIVE, Role.COMPANY_SECRETARY})
"""Who takes on an alleged crime or misconduct (CESTRIA-47, CESTRIA-48)."""


def is_restricted(life: Life, *, marked: bool) -> bool:
    """Whether few may see it.

    Args:
        life: the case.
        marked: the router restricted it as it opened: an allegation against staff, abuse at home, a tip.
    """
    return marked or any(life.is_on(route) for route in RESTRICTED)


def why_unseen(
    life: Life, person: Person, staff: Collection[Person], *, marked: bool, about: frozenset[str] = frozenset()
) -> str:
    """Why somebody may neither see a case nor act on it; empty where they may.

    A restricted case is for whoever handled a stage of it, whom a person let see it, and directors, the chief
    executive and the company secretary; where a landlord names none of these, its managers.

    Args:
        life: the case.
        person: who asks.
        staff: everybody who works for the landlord.
        marked: the router restricted it as it opened.
        about: ids of people whom it is about, beside those that acts named.
    """
    if person.id in life.named | about:
        return "the complaint is about you: somebody else handles it"
    if not is_restricted(life, marked=marked):
        return ""
    handlers = {each for stage in life.stages for each in stage.handlers}
    if person.id in handlers | life.let_in or _sees_by_role(person, staff):
        return ""
    return "this case is restricted: ask whoever handles it, or a director, to let you see it"


def _sees_by_role(person: Person, staff: Collection[Person]) -> bool:
    if person.roles & _BY_ROLE:
        return True
    return Role.MANAGER in person.roles and not any(each.roles & _BY_ROLE for each in staff)
