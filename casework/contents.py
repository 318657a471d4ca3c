"""What a case knows for each part of a letter, and what nobody has said yet. No words of a letter stand here.

One small function a part: it gives the values that the part's wording takes (``config/letters``), the items of its
list, and a sentence for staff where something is missing; nothing where the part does not arise in this case. Only what
is in the case's life, its policy or the caller's facts goes in.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final

from casework.dossier import Dossier
from casework.letter_facts import LetterFacts, facts_for
from casework.life import Action, Point, Remedy
from casework.outcomes import Fault, RemedyKind, Verdict
from casework.words_missing import (
    LIST_POINTS,
    NOTE_LEARNING,
    PUT_RIGHT,
    REFUSAL_LACKS,
    SAY_FAULT,
    SAY_OUTCOME_SOUGHT,
    decide_these,
    investigate_these,
)
from domain.clauses import Duty
from domain.deadlines import ClockUnit, due_at
from domain.labels import Kind
from domain.letters import Content, LetterType
from domain.uktime import format_date, local_date
from domain.values import Value

_YES: Final = "yes"
_ANSWERS: Final = frozenset({LetterType.DRAFT, LetterType.OUTCOME, LetterType.CONFIRMATION})


class Item(Value):
    """One line of a list."""

    line: str
    """The wording that it takes."""
    values: Mapping[str, str]


class Filling(Value):
    """What a part takes."""

    values: Mapping[str, str] = {}
    items: tuple[Item, ...] = ()
    missing: str = ""
    """What nobody has said yet, as a sentence for staff; empty where nothing is missing."""


class Drawn(Value):
    """A letter that is being filled: the case, and which letter in which language."""

    dossier: Dossier
    letter: LetterType
    language: str

    def day(self, moment: datetime | date | None) -> str:
        """A date written out; empty where there is none."""
        if moment is None:
            return ""
        return format_date(local_date(moment) if isinstance(moment, datetime) else moment, self.language)

    def due(self, *names: str) -> str:
        """The date of the first of these deadlines that is open."""
        return next((self.day(found.due_at) for name in names if (found := self.dossier.due(name))), "")

    @property
    def facts(self) -> LetterFacts:
        """Who is written to."""
        return facts_for(self.dossier.letter, self.dossier.life.parties)

    @property
    def decided(self) -> tuple[Point, ...]:
        """The points that this stage decided."""
        life = self.dossier.life
        return tuple(each for each in life.points if each.verdict and each.decided_at_stage == life.stage.number)

    @property
    def was_fault(self) -> bool:
        """Whether there is something to be sorry for."""
        life = self.dossier.life
        return life.fault in {Fault.YES, Fault.PARTLY} or life.is_upheld


Fill = Callable[[Drawn], Filling | None]


def is_last_stage(dossier: Dossier) -> bool:
    """Whether there is no further stage inside the landlord."""
    return dossier.life.stage.number >= max((each.number for each in dossier.policy.stages), default=1)


def _reference(drawn: Drawn) -> Filling:
    reference = drawn.dossier.letter.reference
    return Filling(values={"reference": reference}, missing="" if reference else "give the case's reference")


def _stage(drawn: Drawn) -> Filling:
    number = drawn.dossier.life.stage.number
    return Filling(values={"stage": drawn.dossier.policy.stage_name(number, drawn.language) or str(number)})


def _handler(drawn: Drawn) -> Filling:
    """The officers of the stage, or the team while nobody has it; always somebody who can be reached."""
    dossier = drawn.dossier
    facts = dossier.letter
    named = [dossier.people[each].name for each in dossier.life.stage.handlers if each in dossier.people]
    return Filling(
        values={
            "handler": ", ".join(named),
            "team": facts.team or dossier.policy.team_for(Kind.COMPLAINT),
            "handler_phone": facts.handler_phone or dossier.policy.phone,
            "handler_email": facts.handler_email or dossier.policy.email,
        }
    )


def _understanding(drawn: Drawn) -> Filling:
    items = _each("line_point", ({"point": each.words} for each in drawn.dossier.life.points))
    return Filling(items=items, missing="" if items else LIST_POINTS)


def _outcome_sought(drawn: Drawn) -> Filling:
    sought = drawn.dossier.life.outcome_sought.strip()
    return Filling(values={"outcome_sought": sought}, missing="" if sought else SAY_OUTCOME_SOUGHT)


def _responsibility(drawn: Drawn) -> Filling:
    whom = drawn.dossier.life.whom_to_ask if drawn.letter is LetterType.REFUSAL else ""
    missing = "" if whom else "write what of this we are responsible for, and what not"
    return Filling(values={"other_body_contact": whom}, missing=missing)


def _background(drawn: Drawn) -> Filling:
    """The dates are known; what happened is for a person to tell."""
    life = drawn.dossier.life
    talked = [stage.contacted_at for stage in life.stages if stage.contacted_at]
    values = {"received_on": drawn.day(life.received_at), "contact_on": drawn.day(talked[0] if talked else None)}
    return Filling(values=values, missing="write in a few sentences what happened")


def _findings(drawn: Drawn) -> Filling:
    life = drawn.dossier.life
    found = _each("line_finding", ({"point": p.words, "findings": p.findings} for p in life.points if p.findings))
    considered = [each for each in life.stage.comments if each.considered and each.how]
    heard = _each("line_comment", ({"received_on": drawn.day(each.at), "what": each.how} for each in considered))
    missing = [each.id for each in life.points if not each.findings]
    words = investigate_these(missing) if missing else "" if life.points else LIST_POINTS
    return Filling(items=(*found, *heard), missing=words)


def _decisions(drawn: Drawn) -> Filling:
    items = _each("line_decision", ({"point": p.words, str(p.verdict or Verdict.UPHELD): _YES} for p in drawn.decided))
    return Filling(items=items, missing=_undecided(drawn))


def _undecided(drawn: Drawn) -> str:
    life = drawn.dossier.life
    if not life.points:
        return LIST_POINTS
    decided = {each.id for each in drawn.decided if each.reasons}
    missing = [each.id for each in life.points if each.id not in decided]
    return decide_these(missing) if missing else ""


def _reasons(drawn: Drawn) -> Filling:
    life = drawn.dossier.life
    if drawn.letter in _ANSWERS:
        given = ({"point": each.words, "reasons": each.reasons} for each in drawn.decided if each.reasons)
        return Filling(items=_each("line_reason", given), missing=_undecided(drawn))
    if drawn.letter is LetterType.REFUSAL:
        reasons = (life.refusal_reasons or life.stage.refusal_reasons).strip()
        return Filling(values={"refusal_reason": reasons}, missing="" if reasons else REFUSAL_LACKS)
    held = life.promises.new_dates[-1].reason if life.promises.new_dates else ""
    reason = (held if drawn.letter is LetterType.HOLDING else life.stage.extension_reason).strip()
    return Filling(values={"extension_reason": reason}, missing="" if reason else "write why it takes longer")


def _fault(drawn: Drawn) -> Filling:
    life = drawn.dossier.life
    if life.fault is None:
        return Filling(missing=SAY_FAULT)
    return Filling(values={f"fault_{life.fault.value}": _YES, "fault_words": life.fault_words})


def _apology(drawn: Drawn) -> Filling | None:
    if drawn.letter in {LetterType.EXTENSION, LetterType.HOLDING}:
        return Filling(values={"is_late": _YES})
    if not drawn.was_fault:
        return None
    sorry = [each for each in drawn.dossier.life.remedies if each.kind is RemedyKind.APOLOGY and each.what]
    return Filling(values={"is_answer": _YES}, items=_each("line_words", ({"what": each.what} for each in sorry)))


def _remedy(drawn: Drawn) -> Filling:
    remedies = drawn.dossier.life.remedies
    items = _each("line_remedy", (_as_remedy(each) for each in remedies if each.kind is not RemedyKind.APOLOGY))
    gap = PUT_RIGHT if drawn.dossier.life.is_upheld else "we were at fault: say what puts it right"
    missing = gap if drawn.was_fault and not remedies else ""
    return Filling(values={"none": "" if items or missing else _YES}, items=items, missing=missing)


def _as_remedy(remedy: Remedy) -> dict[str, str]:
    amount = _pounds(remedy.pence) if remedy.pence else ""
    return {"what": remedy.what, "amount": amount, "none": "" if amount else _YES}


def _pounds(pence: int) -> str:
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02}" if rest else f"£{pounds:,}"


def _remedies_answered(drawn: Drawn) -> Filling | None:
    life = drawn.dossier.life
    if not life.outcome_sought:
        return None
    agreed = _each("line_agreed", (_as_remedy(each) for each in life.remedies if each.asked_for))
    missing = "" if agreed else "say what of the outcome that was asked for is agreed, and why the rest is not"
    return Filling(values={"outcome_sought": life.outcome_sought}, items=agreed, missing=missing)


def _actions(drawn: Drawn) -> Filling:
    waiting = [each for each in drawn.dossier.life.actions if each.done_on is None]
    items = _each("line_action", (_as_action(drawn, each) for each in waiting))
    unreachable = [each.id for each in waiting if not (each.officer.strip() and each.contact.strip())]
    missing = f"say who does {', '.join(unreachable)}, and how to reach them" if unreachable else ""
    return Filling(values={"none": "" if items else _YES}, items=items, missing=missing)


def _as_action(drawn: Drawn, action: Action) -> dict[str, str]:
    person = drawn.dossier.people.get(action.officer)
    officer = person.name if person else action.officer
    return {"what": action.what, "due_on": drawn.day(action.due_on), "officer": officer, "contact": action.contact}


def _learning(drawn: Drawn) -> Filling:
    learnt = drawn.dossier.life.learning.strip()
    return Filling(values={"learning": learnt}, missing="" if learnt else NOTE_LEARNING)


def _invitation(drawn: Drawn) -> Filling:
    """To talk or to write back, until the end of the time for comments where the policy names one."""
    return Filling(values={"comment_until": _comment_until(drawn)})


def _comment_until(drawn: Drawn) -> str:
    """As it is owed, or as it will be once the draft is issued."""
    dossier = drawn.dossier
    window = _window(dossier, "comment_window")
    if (until := drawn.due("comment_window")) or window is None:
        return until
    issued = dossier.life.stage.draft_issued_at or dossier.now
    return drawn.day(due_at(window.clock, window.amount, issued, dossier.calendar, count=window.count))


def _next_dates(drawn: Drawn) -> Filling:
    dossier = drawn.dossier
    stage = dossier.life.stage
    waiting = any(each.done_on is None for each in dossier.life.actions)
    match drawn.letter:
        case LetterType.OUTCOME | LetterType.CONFIRMATION:
            return Filling(values={"is_answer": _YES, "none": "" if waiting else _YES, "actions": _YES * waiting})
        case LetterType.EXTENSION:
            until = drawn.day(stage.extended_to)
            return Filling(values={"extended_to": until}, missing="" if until else "say when the answer will come")
        case LetterType.HOLDING | LetterType.PROGRESS:
            values = {
                "next_update_on": drawn.day(dossier.letter.next_update_on or dossier.life.promises.new_day),
                "respond_on": _answer_on(drawn),
            }
        case LetterType.DRAFT:
            values = {"comment_until": _comment_until(drawn), "respond_on": _answer_on(drawn)}
        case _:
            contact = drawn.due("contact", "manager_contact")
            values = {"contact_on": contact, "respond_on": _answer_on(drawn), "draft_on": drawn.due("draft")}
    return Filling(values=values, missing="" if any(values.values()) else "say what happens next, and when")


def _answer_on(drawn: Drawn) -> str:
    return drawn.due("respond", "panel_outcome", "final")


def _next_step(drawn: Drawn) -> Filling:
    dossier = drawn.dossier
    if drawn.letter is LetterType.REFUSAL:
        return Filling(values={"is_refused": _YES})
    if is_last_stage(dossier):
        return Filling(values={"last_stage": _YES})
    following = min(each.number for each in dossier.policy.stages if each.number > dossier.life.stage.number)
    name = dossier.policy.stage_name(following, drawn.language)
    return Filling(values={"next_stage": name})


def _escalation_window(drawn: Drawn) -> Filling | None:
    dossier = drawn.dossier
    if is_last_stage(dossier):
        return None
    window = _window(dossier, "escalation_window")
    values = {"escalate_until": drawn.day(dossier.letter.escalate_until) or drawn.due("escalation_window")}
    if window is None:
        return Filling(values=values | {"no_window": "" if values["escalate_until"] else _YES})
    name = _AMOUNT_OF.get(window.clock)
    return Filling(values=values | ({name: str(window.amount)} if name else {}))


_AMOUNT_OF: Final = {
    ClockUnit.CALENDAR_DAYS: "window_days",
    ClockUnit.WORKING_DAYS: "window_working_days",
    ClockUnit.MONTHS: "window_months",
}


def _window(dossier: Dossier, name: str) -> Duty | None:
    """The tenant's own time for something at this stage, as the policy or its regime gives it."""
    number = dossier.life.stage.number
    scope = {"any", dossier.matter}
    open_to = (each for each in dossier.policy.duties if each.name == name and each.tenant_window)
    return next((each for each in open_to if each.stage == number and each.matter in scope), None)


def _ombudsman(drawn: Drawn) -> Filling:
    body = drawn.dossier.policy.ombudsman(drawn.dossier.matter)
    last = is_last_stage(drawn.dossier) and drawn.letter in {LetterType.OUTCOME, LetterType.CONFIRMATION}
    return Filling(
        values={
            "ombudsman": body.called(drawn.language),
            "ombudsman_phone": body.phone,
            "ombudsman_website": body.site,
            "ombudsman_post": body.post,
            "last_stage": _YES * last,
        }
    )


def _adjustments(drawn: Drawn) -> Filling:
    """What was asked for is sent so, which a person confirms."""
    facts = drawn.facts
    needs = ", ".join(facts.formats)
    missing = f"say how {needs} is honoured in this letter" if needs else ""
    if facts.language != drawn.language:
        missing = f"this person wants to be written to in {facts.language}: have the letter translated, and say so"
    return Filling(values={"needs": needs}, missing=missing)


def _each(line: str, values: Iterable[Mapping[str, str]]) -> tuple[Item, ...]:
    return tuple(Item(line=line, values=each) for each in values)


FILLS: Final[Mapping[Content, Fill]] = {
    Content.REFERENCE: _reference,
    Content.STAGE: _stage,
    Content.HANDLER: _handler,
    Content.UNDERSTANDING: _understanding,
    Content.OUTCOME_SOUGHT: _outcome_sought,
    Content.RESPONSIBILITY: _responsibility,
    Content.BACKGROUND: _background,
    Content.FINDINGS: _findings,
    Content.DECISIONS: _decisions,
    Content.REASONS: _reasons,
    Content.FAULT: _fault,
    Content.APOLOGY: _apology,
    Content.REMEDY: _remedy,
    Content.REMEDIES_ANSWERED: _remedies_answered,
    Content.ACTIONS: _actions,
    Content.LEARNING: _learning,
    Content.INVITATION: _invitation,
    Content.NEXT_DATES: _next_dates,
    Content.NEXT_STEP: _next_step,
    Content.ESCALATION_WINDOW: _escalation_window,
    Content.OMBUDSMAN: _ombudsman,
    Content.ADJUSTMENTS: _adjustments,
}
"""By part, in the order of a letter; plain language is asked of the whole letter and has no part."""
