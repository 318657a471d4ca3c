"""How the machine's understanding moves from week to week: shares, confidence, and how often people correct it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.labels import Kind
from domain.uktime import local_date
from store.corrections import Sorted, Understood


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week, from its Monday."""

    monday: date
    messages: int
    shares: dict[str, float]
    """Of each kind, of all messages that were understood."""
    chance: float
    """The mean chance of the kind that was named."""
    sure: float
    """The share that needed nobody's look."""
    sorted_by_people: int
    corrected: float | None
    """Of those that people sorted, the share of which they said something else; None where they sorted none."""
    models: tuple[str, ...]


def weeks(understood: Iterable[Understood], sorted_: Iterable[Sorted]) -> list[Week]:
    """One entry a week in which messages came, the oldest first."""
    by_week: dict[date, list[Understood]] = {}
    for each in understood:
        by_week.setdefault(_monday(local_date(each.received_at)), []).append(each)
    people: dict[date, list[Sorted]] = {}
    for said in sorted_:
        people.setdefault(_monday(local_date(said.at)), []).append(said)
    return [_week(monday, found, people.get(monday, [])) for monday, found in sorted(by_week.items())]


def _week(monday: date, found: list[Understood], said: list[Sorted]) -> Week:
    kinds = Counter(each.kind for each in found)
    judged = [each for each in said if each.understood is not None]
    return Week(
        monday=monday,
        messages=len(found),
        shares={kind.value: round(kinds[kind.value] / len(found), 4) for kind in Kind},
        chance=round(sum(each.chance for each in found) / len(found), 4),
        sure=round(sum(each.sure for each in found) / len(found), 4),
        sorted_by_people=len(judged),
        corrected=round(sum(each.corrected for each in judged) / len(judged), 4) if judged else None,
        models=tuple(sorted({each.model for each in found})),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
