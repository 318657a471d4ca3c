"""What a policy asks of its landlord every so often, whatever cases there are: reviews, reports, samples, training."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from domain.clauses import Term, TermName
from domain.policies import Policy
from domain.uktime import format_date
from domain.values import Value

_ANCHOR: Final = date(2026, 1, 1)
"""Whence periods are counted where the policy names no day."""
_SHORT: Final = 3
"""Months: what comes so often is put before people at the beginning of its period, else four weeks before its end."""
_LEAD: Final = 28
_MONTHS_OF_A_YEAR: Final = 12


class HouseDuty(Value):
    """One of them, of one period."""

    name: str
    due_on: date
    owner: str
    """The role that the policy names; empty where it names none."""
    reason: str
    """A sentence for staff, with the clause's words."""

    @property
    def once(self) -> str:
        """What tells it from the same of another period."""
        return f"{self.name}:{self.due_on.isoformat()}"


def house_duties(policy: Policy, today: date) -> tuple[HouseDuty, ...]:
    """What is to be put before people on a day: what comes again, and the policy's own review, late or not."""
    return (*_recurring(policy, today), *_reviews(policy, today))


def _recurring(policy: Policy, today: date) -> Iterator[HouseDuty]:
    for term in _terms(policy, TermName.RECURRING):
        name, months, begun = _read(term)
        number = _months_between(begun, today) // months
        due = _plus(begun, (number + 1) * months)
        if months <= _SHORT or (due - today).days <= _LEAD:
            yield _duty(policy, name, due, term)


def _reviews(policy: Policy, today: date) -> Iterator[HouseDuty]:
    for term in _terms(policy, TermName.REVIEW_ON):
        due = date.fromisoformat(term.value)
        if (due - today).days <= _LEAD:
            yield _duty(policy, "policy_review", due, term)


def _duty(policy: Policy, name: str, due: date, term: Term) -> HouseDuty:
    owner = next((each.value for each in _terms(policy, TermName.OWNER)), "")
    asked = f" ({term.basis.clause}: “{term.basis.text}”)" if term.basis else ""
    reason = f"{name.replace('_', ' ').capitalize()} is due by {format_date(due)}{asked}."
    return HouseDuty(name=name, due_on=due, owner=owner, reason=reason)


def _read(term: Term) -> tuple[str, int, date]:
    """``<what>:<months>`` or ``<what>:<months>:<first day>``."""
    name, months, *begun = term.value.split(":")
    return name, int(months), date.fromisoformat(begun[0]) if begun else _ANCHOR


def _terms(policy: Policy, name: TermName) -> Iterator[Term]:
    return (each for each in (*policy.terms, *policy.regime_terms) if each.name is name)


def _months_between(begun: date, today: date) -> int:
    months = (today.year - begun.year) * _MONTHS_OF_A_YEAR + today.month - begun.month
    return months if today.day >= begun.day else months - 1


def _plus(day: date, months: int) -> date:
    index = day.year * _MONTHS_OF_A_YEAR + day.month - 1 + months
    year, month = divmod(index, _MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, 28))
