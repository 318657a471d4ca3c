"""How a rule says what it decided: a case opened, a case joined, or none, with the reason kept for ever."""

import re
from collections.abc import Iterable
from typing import Final

from domain.cases import CaseFacts, Question
from domain.decisions import (
    Decision,
    Disposition,
    Effects,
    NewCase,
    NewTask,
    Outcome,
    PersonBy,
    Situation,
)
from domain.duties import DutyRow
from domain.labels import Allegation, Hazard, Kind, Matter, Topic
from domain.messages import AddressKind
from domain.policies import TermName
from router.answers import ACKNOWLEDGE, NOTHING, Answers, answer, language_of
from router.colleagues import is_colleague
from router.dangers import hazard_of
from router.owed import obligations, opening_rows, reminders, straight_rows
from router.parties import is_anonymous, parties_of, represents
from router.phrases import understood_as
from router.reach import reach
from router.services import service_of
from router.times import a_task
from router.values import understood_values
from router.words import said

RESTRICTED: Final = frozenset({Allegation.CRIME, Allegation.STAFF_MISCONDUCT})
ASKING_HOME: Final = frozenset({"a1", "a4", "a8_minor", "neutral"})
"""Wordings with lines that ask which home it is about; thanks and ideas do not need to know."""
CHATS: Final = frozenset({AddressKind.PHONE, AddressKind.WHATSAPP, AddressKind.TELEGRAM})
_AT_A_HOME: Final = frozenset(
    {
        *(Topic.REPAIRS, Topic.DAMP_MOULD, Topic.HEATING_HOT_WATER, Topic.ESTATE_COMMUNAL, Topic.SAFETY),
        *(Topic.CLEANING_GROUNDS, Topic.ADAPTATIONS),
    }
)
_STREET: Final = re.compile(
    r"\b(?:road|rd|street|close|avenue|ave|court|ct|walk|lane|crescent|cres|way|place|drive|terrace|gardens|grove|row"
    r"|house|tower|rise|view|square|hill|park|mews|maes|heol|stryd|ffordd|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b",
    re.IGNORECASE,
)


def no_case(
    rule: str,
    disposition: Disposition,
    reason: str,
    *,
    answers: Answers = NOTHING,
    tasks: tuple[NewTask, ...] = (),
    **effects: object,
) -> Decision:
    """The message is kept with its reason, and opens nothing."""
    made = Effects(
        disposition=disposition,
        reason=reason,
        drafts=answers.drafts,
        questions=answers.questions,
        tasks=(*tasks, *answers.tasks),
    ).model_copy(update=effects)
    return Decision(outcome=Outcome.NO_CASE, rule=rule, effects=made)


def join(
    rule: str,
    case: CaseFacts,
    reason: str,
    *,
    answers: Answers = NOTHING,
    tasks: tuple[NewTask, ...] = (),
    disposition: Disposition = Disposition.ADDED,
    **effects: object,
) -> Decision:
    """The message belongs to a case that is there."""
    made = Effects(
        disposition=disposition,
        reason=reason,
        join_case_id=case.id,
        drafts=answers.drafts,
        questions=answers.questions,
        tasks=(*tasks, *answers.tasks),
    ).model_copy(update=effects)
    return Decision(outcome=Outcome.JOIN, rule=rule, effects=made)


def open_new(
    situation: Situation,
    rule: str,
    reason: str,
    *,
    kind: Kind,
    wording: str | None,
    asks: Question | None = None,
    owed_as: Kind | None = None,
    only_acknowledge: bool = False,
    tasks: tuple[NewTask, ...] = (),
    disposition: Disposition = Disposition.CASE,
    restricted: bool = False,
    flags: tuple[str, ...] = (),
    link: CaseFacts | None = None,
) -> Decision:
    """A new case with its parties, its clocks and its acknowledgement; a colleague is sent a confirmation instead.

    Args:
        situation: the message.
        rule: who says so.
        reason: one sentence without personal data.
        kind: the proposed kind.
        wording: how it is acknowledged; None: not by itself.
        asks: the question that this wording asks.
        owed_as: the kind whose clocks run, where that is not the proposed one: missing data never stops a clock.
        only_acknowledge: nothing but the acknowledgement is owed.
        tasks: what a person has to do.
        disposition: what is kept with the message.
        restricted: only a few may see it.
        flags: words for staff.
        link: a case to link for staff.
    """
    topic = situation.understanding.topic if situation.understanding else Topic.OTHER
    way = reach(situation)
    acknowledged = wording is not None and way.route is not None and not is_colleague(situation)
    rows = _rows(situation, owed_as or kind, only_acknowledge=only_acknowledge, acknowledged=acknowledged)
    owed = obligations(rows)
    team = situation.policy.team_for(kind, topic)
    items = _items(situation, kind)
    values = understood_values(kind, topic, items, team, language_of(situation))
    asks_home = wording in ASKING_HOME and asks in {None, Question.CHOICE} and _home_is_unknown(situation, topic)
    meets = ACKNOWLEDGE if any(row.name == ACKNOWLEDGE for row in rows) else None
    if is_colleague(situation):
        replies = answer(situation, "staff_confirmation", "staff_passed_on", values={"team": team}, way=way)
    elif wording is None:
        replies = NOTHING
    else:
        replies = answer(
            situation,
            ACKNOWLEDGE,
            wording,
            values=values,
            rows=rows,
            meets=meets,
            is_owed=True,
            asks=Question.ADDRESS if asks_home else asks,
            way=way,
        )
    new = NewCase(
        kind=kind,
        also=situation.understanding.also if situation.understanding else (),
        topic=topic,
        proposed_stage=2 if goes_straight_to_stage_2(situation, kind) else None,
        team=team,
        received_at=situation.message.received_at,
        matter=service_of(situation),
        restricted=restricted or is_restricted(situation),
        summary=understood_as(kind, topic, "en"),
        items=tuple(item.value for item in items),
    )
    effects = Effects(
        disposition=disposition,
        reason=reason,
        open_case=new,
        link_case_id=link.id if link else None,
        parties=parties_of(situation),
        drafts=replies.drafts,
        obligations=owed,
        reminders=reminders(situation.calendar, situation.now, owed),
        tasks=(*tasks, *_without_dates(situation, rows, kind), *replies.tasks),
        questions=replies.questions,
        flags=flags,
    )
    return Decision(outcome=Outcome.OPEN, rule=rule, effects=effects)


def _rows(situation: Situation, kind: Kind, *, only_acknowledge: bool, acknowledged: bool) -> tuple[DutyRow, ...]:
    start = straight_rows if goes_straight_to_stage_2(situation, kind) else opening_rows
    rows = start(situation, kind, matter=service_of(situation), acknowledged=acknowledged)
    if is_anonymous(situation):
        return tuple(row for row in rows if row.name == "record")
    if only_acknowledge:
        return tuple(row for row in rows if row.name in {ACKNOWLEDGE, "record"})
    return rows


def _without_dates(situation: Situation, rows: Iterable[DutyRow], kind: Kind) -> tuple[NewTask, ...]:
    """A complaint whose dates could not be computed is dated by a person, never left without."""
    if kind is not Kind.COMPLAINT or any(row.name == "respond" for row in rows) or is_anonymous(situation):
        return ()
    return (
        a_task(situation, "dates", "The clocks of this case could not be set: set them.", PersonBy.ONE_WORKING_DAY),
    )


def _items(situation: Situation, kind: Kind) -> tuple[Kind | Matter, ...]:
    """Further kinds and matters, for a person to split (design 4, mixed messages)."""
    understood = situation.understanding
    if understood is None:
        return ()
    plain = (matter for matter in understood.matters if matter not in {Matter.SAFEGUARDING, Matter.SELF_HARM})
    return (*(also for also in understood.also if also is not kind), *plain)


def _home_is_unknown(situation: Situation, topic: Topic) -> bool:
    """A text from a number that nobody knows, about a home that it does not name (situation 150)."""
    return (
        situation.sender is None
        and situation.message.sender.kind in CHATS
        and (topic in _AT_A_HOME or hazard_of(situation)[0] is not Hazard.NONE)
        and not represents(situation.understanding)
        and _STREET.search(said(situation)[:5_000]) is None
    )


def is_restricted(situation: Situation) -> bool:
    """A crime or misconduct of staff is alleged: few may see it (design 4)."""
    return situation.understanding is not None and situation.understanding.allegation in RESTRICTED


def goes_straight_to_stage_2(situation: Situation, kind: Kind) -> bool:
    """Whether the policy sends an alleged crime to stage 2 (CESTRIA-47); a person sets the stage the same day."""
    understood = situation.understanding
    if understood is None or understood.allegation is not Allegation.CRIME or kind is not Kind.COMPLAINT:
        return False
    return any(value.replace(" ", "") == "crime:stage2" for value in situation.policy.term_values(TermName.ROUTE))
