"""The routes that a policy and the law know, where they lead, and which of them a case's flags propose."""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.clauses import Term, TermName
from domain.policies import Policy
from domain.values import Value

RESTRICTED: Final = frozenset({"crime", "misconduct"})
"""Few may see a case that goes this way (design, section 4)."""

_FLAGS: Final[Mapping[str, str]] = {"staff_misconduct": "misconduct", "other_body": "banding"}
"""Flags whose route has another name; the others propose the route that is called like them."""


class Route(Value):
    """One way beside the usual one."""

    when: str
    where: str
    clause: str

    @property
    def stage(self) -> int | None:
        """The stage to which it leads straight, if it is one of the complaint's own."""
        name, _, number = self.where.partition(" ")
        return int(number) if name == "stage" and number.isdecimal() else None


def routes(policy: Policy) -> dict[str, Route]:
    """By what they are for; the landlord's own before the code's and the law's."""
    found: dict[str, Route] = {}
    for term in (*policy.terms, *policy.regime_terms):
        if term.name is TermName.ROUTE:
            when, _, where = term.value.partition(":")
            found.setdefault(when, Route(when=when, where=where.strip(), clause=_clause(term)))
    return found


def proposed(policy: Policy, flags: Iterable[str]) -> frozenset[str]:
    """The routes that the flags of a case's messages point to."""
    return frozenset(_FLAGS.get(flag, flag) for flag in flags) & routes(policy).keys()


def flags_of(route: str) -> frozenset[str]:
    """The flags, and the tasks of the same name, that propose a route."""
    return frozenset({route, *(flag for flag, named in _FLAGS.items() if named == route)})


def _clause(term: Term) -> str:
    return term.basis.clause if term.basis else ""
