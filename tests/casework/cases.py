"""A case under one of the shipped policies, and the people of a landlord, for tests of casework."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from app.configuration import ConfigurationFolder, load_calendars, load_policies
from casework.acts import (
    Act,
    AddPoint,
    Assign,
    Decide,
    EndDiscussion,
    Investigate,
    LogContact,
    OfferDiscussion,
    OfferMediation,
    RecordLearning,
    RecordOutcomeSought,
    StateFault,
)
from casework.acts_letters import WritePart
from casework.acts_promising import Cause, NameCause
from casework.dossier import Deadline, Dossier
from casework.fold import begun
from casework.letter_facts import LetterFacts
from casework.life import Done, Life
from casework.outcomes import Fault, Verdict
from casework.people import Person, Role
from casework.perform import Objection, Performed, Refused, objections_to, perform
from domain.calendars import Calendar
from domain.labels import Kind
from domain.letters import Content, LetterType
from domain.policies import Policy

RECEIVED = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
REPAIRS = "Repairs Team"


@cache
def policies() -> dict[str, Policy]:
    """The five shipped ones."""
    return dict(load_policies(ConfigurationFolder(None)))


@cache
def calendars() -> dict[str, Calendar]:
    """The nations'."""
    return dict(load_calendars(ConfigurationFolder(None)))


def person(name: str, *roles: Role, team: str = "Complaints Team") -> Person:
    """Somebody who works here; the id is the name in small letters."""
    return Person(id=name.lower(), name=name, roles=frozenset(roles), team=team)


STAFF = {
    each.id: each
    for each in (
        person("Asha", Role.OFFICER),
        person("Ben", Role.OFFICER),
        person("Mia", Role.MANAGER, team=REPAIRS),
        person("Max", Role.MANAGER, team=REPAIRS),
        person("Dee", Role.DIRECTOR),
        person("Dan", Role.DIRECTOR),
        person("Chi", Role.CHIEF_EXECUTIVE),
        person("Cath", Role.CHAIR),
        person("Vic", Role.VICE_CHAIR),
        person("Bo", Role.BOARD_MEMBER),
    )
}


OWN_WORDS = {
    Content.RESPONSIBILITY: "The boiler is ours to mend; the meter is your supplier's.",
    Content.BACKGROUND: "The boiler stopped on Monday. A visit was booked for Tuesday.",
    Content.REMEDIES_ANSWERED: "A new boiler was asked for. The old one was mended and works.",
}
"""What only a person can write into an answer."""


@dataclass
class Told:
    """A case told act by act, each a little later than the one before."""

    landlord: str
    life: Life = field(default_factory=lambda: begun(RECEIVED, Kind.COMPLAINT))
    now: datetime = RECEIVED
    facts: dict[str, Any] = field(default_factory=dict)
    record: list[Done] = field(default_factory=list)

    def dossier(self) -> Dossier:
        """As it stands."""
        policy = policies()[self.landlord]
        letter = LetterFacts(reference=f"{policy.prefix}-26-00012K", name="Mrs Price")
        given: dict[str, Any] = {"people": STAFF, "calendar": calendars()[policy.calendar], "letter": letter}
        given |= self.facts
        given["complained_about"] = self.life.named | given.get("complained_about", frozenset())
        return Dossier(life=self.life, policy=policy, now=self.now, **given)

    def do(self, act: Act, by: str = "asha") -> Performed:
        """Something that is allowed."""
        self.now += timedelta(minutes=10)
        answer = perform(self.dossier(), act, STAFF[by])
        assert isinstance(answer, Performed), answer
        self.life = answer.life
        self.record.append(answer.done)
        return answer

    def refused(self, act: Act, by: str = "asha") -> tuple[Objection, ...]:
        """Something that is not."""
        answer = perform(self.dossier(), act, STAFF[by])
        assert isinstance(answer, Refused), "it was allowed"
        return tuple(each for each in answer.objections if each.blocks)

    def clauses(self, act: Act, by: str = "asha") -> set[str]:
        """The clauses that stand against an act, advice included."""
        return {each.clause for each in objections_to(self.dossier(), act, STAFF[by])}

    def owes(self, name: str, due_at: datetime, *, stage: int = 1) -> None:
        """There is an open deadline."""
        owed = Deadline(name=name, stage=stage, due_at=due_at, basis="a clause")
        self.facts["deadlines"] = (*self.facts.get("deadlines", ()), owed)


def investigated(landlord: str, verdict: Verdict = Verdict.NOT_UPHELD, **facts: object) -> Told:
    """A complaint of one point that was looked into, talked over and decided, and whose answer has not left."""
    case = Told(landlord, facts=dict(facts))
    case.do(Assign(to=("mia",)))
    case.do(RecordOutcomeSought(words="a new boiler"), by="mia")
    case.do(AddPoint(point="boiler", words="no heating for a week"), by="mia")
    case.do(LogContact(at=RECEIVED, way="phone", reached=True, discussed=True), by="mia")
    case.do(OfferDiscussion(at=RECEIVED), by="mia")
    case.do(EndDiscussion(how="held", at=RECEIVED), by="mia")
    case.do(Investigate(point="boiler", findings="two visits were missed"), by="mia")
    case.do(Decide(point="boiler", verdict=verdict, reasons="the log shows it"), by="mia")
    case.do(StateFault(fault=Fault.NO if verdict is Verdict.NOT_UPHELD else Fault.YES), by="mia")
    case.do(RecordLearning(words="visits are confirmed the day before"), by="mia")
    case.do(OfferMediation(answer="declined"), by="mia")
    case.do(NameCause(cause=Cause.OTHER), by="mia")
    for content, words in OWN_WORDS.items():
        case.do(WritePart(letter=LetterType.OUTCOME, content=content, words=words), by="mia")
    return case
