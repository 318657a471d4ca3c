"""All that a rule of casework may look at: the case's life, the people there are, the policy, the time."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from casework.letter_facts import LetterFacts
from casework.life import Life
from casework.people import Person
from domain.calendars import Calendar
from domain.cases import CaseState
from domain.labels import Topic
from domain.policies import Policy
from domain.values import Instant, Value


class Deadline(Value):
    """An effective duty of the case that is not met yet."""

    name: str
    stage: int
    due_at: Instant
    basis: str


class OtherCase(Value):
    """The case that an act names beside the one that it is done in."""

    reference: str
    is_this: bool = False
    same_landlord: bool = True
    same_people: bool = True
    """Somebody is in both, by the same contact or address."""
    state: CaseState = CaseState.OPEN


class Dossier(Value):
    """A case as it stands before an act."""

    life: Life
    policy: Policy
    calendar: Calendar
    matter: str = "housing"
    """``housing``, or ``other`` for a council's further services."""
    people: Mapping[str, Person]
    """Everybody who may act for this landlord, by id."""
    complained_about: frozenset[str] = frozenset()
    """Ids of people whom the complaint is about: none of them handles or sees it."""
    team_complained_about: str = ""
    restricted: bool = False
    """Few may see it: the router marked it as it opened."""
    preferred_way: Literal["letter", "email", "sms", "phone", ""] = ""
    """How the complainant wants to hear the outcome (CCBC-23)."""
    needs_support: bool = False
    """Something makes complaining harder for this person, as they or a message of theirs said."""
    topic: Topic | None = None
    """The service that the case is about."""
    flags: frozenset[str] = frozenset()
    """What its messages were marked with: they propose routes, a person sets them."""
    deadlines: tuple[Deadline, ...] = ()
    letter: LetterFacts = LetterFacts()
    """What letters need and no act says."""
    other: OtherCase | None = None
    """The case that the act names, where there is such a case."""
    now: Instant = Field(repr=False)

    def due(self, name: str) -> Deadline | None:
        """The earliest open deadline of that name at the stage where the case stands."""
        mine = [each for each in self.deadlines if each.name == name and each.stage == self.life.stage.number]
        return min(mine, key=lambda each: each.due_at, default=None)
