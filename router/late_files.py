"""Danger in a file that was read only after its message had been placed: the message stays where it is.

What the text said already is known and raised nothing twice: only a danger that is new, or more urgent than it was,
goes through the floors that would have asked about it.
"""

from typing import Final

from domain.cases import CaseFacts
from domain.decisions import Decision, Disposition, NewTask, PersonBy, Situation
from domain.labels import Hazard, Urgency, Vulnerability
from domain.understanding import SafetyFinding, Understanding
from router import floors
from router.alerts import cause_of_persons, causes_of
from router.dangers import at_least, dangers_to_persons, hazard_of, own_findings, silence_reason
from router.making import join, no_case
from router.raising import raised
from router.times import a_task

RULE: Final = "file_read_later"
_DANGERS: Final = (
    ("threat", floors.threat),
    ("safe_contact", floors.safe_contact),
    ("safeguarding", floors.safeguarding),
    ("hazard", floors.hazard),
    ("self_harm", floors.self_harm),
)
"""Those of ``router.decide.FLOORS`` that ask for danger, in its order."""
_ABOUT_DANGER: Final = frozenset({Vulnerability.SUICIDE_RISK, Vulnerability.DOMESTIC_ABUSE})


def raised_by_file(
    situation: Situation,
    found: tuple[SafetyFinding, ...],
    *,
    case: CaseFacts | None,
    disposition: Disposition,
) -> Decision | None:
    """What a file sets in motion beside all that its message did; None where nothing in it is new.

    Args:
        situation: the message as it was when it was placed: its own findings, and the facts as they stand now.
        found: danger phrases in the file.
        case: the case that the message belongs to.
        disposition: what became of the message.
    """
    new = _unheard(situation, found)
    if not new:
        return None
    told = situation.model_copy(
        update={"safety": new, "quoted_safety": (), "understanding": _without_danger(situation.understanding)}
    )
    reason = "Danger was found in a file that was read after its message."
    decision = join(RULE, case, reason) if case else no_case(RULE, disposition, reason)
    for name, floor in _DANGERS:
        if more := floor(told, decision):
            more = more.model_copy(update={"drafts_first": ()}) if silence_reason(situation) else more
            decision = raised(told, decision, name, more)
            if case is None:  # nobody may be left without the words of an emergency for want of a case
                decision = _with(decision, drafts=(*more.drafts_first, *decision.effects.drafts))
    if not decision.floors:
        return None
    return decision if case else _with(decision, tasks=(*decision.effects.tasks, _to_place(told)))


def _unheard(situation: Situation, found: tuple[SafetyFinding, ...]) -> tuple[SafetyFinding, ...]:
    heard = _heard(situation)
    return tuple(finding for finding in found if any(_is_more(heard, cause, finding) for cause in causes_of([finding])))


def _heard(situation: Situation) -> dict[str, Urgency]:
    """Each danger that the message itself spoke of, by phrase or as it was understood, and how urgently."""
    heard: dict[str, Urgency] = {}

    def hear(cause: str, urgency: Urgency) -> None:
        heard[cause] = at_least(heard.get(cause, Urgency.NORMAL), urgency)

    for finding in own_findings(situation):
        for cause in causes_of([finding]):
            hear(cause, finding.urgency)
    hazard, urgency = hazard_of(situation)
    if hazard is not Hazard.NONE:
        hear(hazard.value, urgency)
    for danger, urgency in dangers_to_persons(situation).items():
        hear(cause_of_persons(danger), urgency)
    return heard


def _is_more(heard: dict[str, Urgency], cause: str, finding: SafetyFinding) -> bool:
    before = heard.get(cause)
    return before is None or at_least(before, finding.urgency) is not before


def _without_danger(understood: Understanding | None) -> Understanding | None:
    """Whom it is about and in which language, without what was raised when the message was placed."""
    if understood is None:
        return None
    about = tuple(each for each in understood.vulnerability if each not in _ABOUT_DANGER)
    return understood.model_copy(
        update={"hazard": Hazard.NONE, "urgency": Urgency.NORMAL, "matters": (), "vulnerability": about}
    )


def _to_place(situation: Situation) -> NewTask:
    reason = "Danger stands in a file of a message that opened no case: see to it, and open one."
    return a_task(situation, "sort", reason, PersonBy.NOW)


def _with(decision: Decision, **effects: object) -> Decision:
    return decision.model_copy(update={"effects": decision.effects.model_copy(update=effects)})
