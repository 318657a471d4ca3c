"""Floors: asked of every message, whatever placed it. Each can only raise: alert, task, flag, clock, words."""

from typing import Final

from domain.areas import FLAG
from domain.decisions import (
    AddressChange,
    Decision,
    Disposition,
    Draft,
    NewTask,
    Outcome,
    PersonBy,
    Situation,
)
from domain.labels import Allegation, Hazard, Kind, Urgency, Vulnerability
from domain.messages import AddressKind
from domain.senders import is_proven
from router import colleagues
from router.ages import is_minor
from router.alerts import alert, alert_once, causes_of, hazard_causes
from router.answers import answer, language_of
from router.dangers import Persons, dangers_to_persons, hazard_of
from router.matters import clocks_of, clocks_of_allegation, task_for
from router.owed import hazard_rows, obligations
from router.raising import Raise, joined_case
from router.reach import BARRED_WORDS, reach
from router.times import a_task
from router.values import hazard_values
from router.words import said

_NOT_A_PERSONS_WORDS: Final = frozenset({Disposition.DUPLICATE, Disposition.BOUNCE, Disposition.ALERT_ANSWER})
_WORDING: Final = {
    Hazard.GAS: "a6_emergency_gas",
    Hazard.CARBON_MONOXIDE: "a6_emergency_gas",
    Hazard.ELECTRICAL: "a6_electrical",
    Hazard.FIRE: "a6_fire",
    Hazard.FLOOD_LEAK: "a6_water",
}
_NEEDS_CARE: Final = {
    Vulnerability.BEREAVEMENT: (
        "Somebody has died: stop letters in their name, and write with care.",
        PersonBy.SAME_DAY,
    ),
    Vulnerability.MENTAL_HEALTH: ("The writer may be unwell: handle with care.", PersonBy.SAME_DAY),
    Vulnerability.LITERACY: ("May need another format: record the adjustment.", PersonBy.ONE_WORKING_DAY),
    Vulnerability.HEARING_SIGHT: ("May need another format: record the adjustment.", PersonBy.ONE_WORKING_DAY),
    Vulnerability.LANGUAGE: ("May need an interpreter: record it.", PersonBy.ONE_WORKING_DAY),
}
_ALLEGED: Final = {
    Allegation.CRIME: "A crime is alleged: few may see it; set the stage today; keep records.",
    Allegation.STAFF_MISCONDUCT: "Misconduct is alleged: keep it from the person named; set who deals with it.",
    Allegation.DISCRIMINATION: "Discrimination is alleged: the equality lead sees it today.",
    Allegation.DATA_BREACH: "A breach of personal data is alleged: weigh it within 72 hours.",
}
_MANY_CASES: Final = 2


def hazard(situation: Situation, decision: Decision) -> Raise | None:
    """A danger in the home: its clocks run from receipt, an emergency is answered and alerted at once (rules B8)."""
    danger, urgency = hazard_of(situation)
    if danger is Hazard.NONE or _is_no_persons_word(decision):
        return None
    emergency = urgency is Urgency.EMERGENCY
    words = danger.value.replace("_", " ")
    alerts = alert_once(situation, decision, *hazard_causes(situation, danger)) if emergency else ()
    by = PersonBy.NOW if emergency else PersonBy.SAME_DAY
    team = situation.policy.teams.get("hazards") or situation.policy.teams.get("safety", "")
    task = a_task(situation, "hazard", f"There may be a danger ({words}): ring and make safe.", by, team)
    return Raise(
        alerts=alerts,
        tasks=() if not alerts and _is_in_hand(situation, decision, danger) else (task,),
        flags=(f"hazard:{danger.value}", *(("alert_open",) if emergency and not alerts else ())),
        drafts_first=_emergency_words(situation, danger) if emergency else (),
        obligations=obligations(hazard_rows(situation, danger, emergency=emergency), about=danger.value),
        hazard=danger,
        urgency=urgency,
    )


def quoted_danger(situation: Situation, decision: Decision) -> Raise | None:
    """A danger only in quoted history: a person looks within the hour. What answers ours was read when it came.

    Without the model nobody can tell somebody's old history from words sent on today: the person on call is told.
    """
    kept = decision.effects.disposition in {Disposition.CASE, Disposition.ADDED, Disposition.OTHER_ROUTE}
    bounced = decision.effects.disposition is Disposition.BOUNCE
    findings = situation.safety if bounced else situation.quoted_safety
    urgent = tuple(finding for finding in findings if finding.urgency is Urgency.EMERGENCY)
    if not urgent or not (kept or bounced) or (situation.thread is not None and not bounced):
        return None
    blind = situation.understanding is None and not bounced
    reason = "Words of danger stand in what is quoted: see whether it is still so."
    return Raise(
        alerts=alert_once(situation, decision, *causes_of(urgent)) if blind else (),
        tasks=(a_task(situation, "quoted_danger", reason, PersonBy.NOW if blind else PersonBy.ONE_HOUR),),
        flags=("danger_quoted",),
        urgency=Urgency.EMERGENCY if blind else Urgency.NORMAL,
    )


def self_harm(situation: Situation, decision: Decision) -> Raise | None:
    """Words of not going on: a person rings at once; words of help go first. A figure of speech is glanced at (46)."""
    urgency = dangers_to_persons(situation).get(Persons.SELF_HARM)
    if urgency is None or _is_no_persons_word(decision):
        return None
    flags = ("self_harm",)
    if urgency is not Urgency.EMERGENCY:
        reason = "May speak of harm to themselves: look, and ring if so."
        return Raise(tasks=(a_task(situation, "self_harm", reason, PersonBy.ONE_HOUR),), flags=flags, urgency=urgency)
    alerts = alert_once(situation, decision, "self_harm")
    return Raise(
        alerts=alerts,
        tasks=(_safeguarding_task(situation, "self_harm", "Speaks of harm to themselves: ring now.", PersonBy.NOW),),
        flags=flags if alerts else (*flags, "alert_open"),
        drafts_first=_first_words(situation, "a6_crisis", {}),
        urgency=urgency,
    )


def safeguarding(situation: Situation, decision: Decision) -> Raise | None:
    """A child or an adult may be at risk: the safeguarding lead; nothing about it goes out (situations 47, 133)."""
    urgency = dangers_to_persons(situation).get(Persons.SAFEGUARDING)
    if urgency is None or _is_no_persons_word(decision):
        return None
    now = urgency is Urgency.EMERGENCY
    by = PersonBy.NOW if now else (PersonBy.SAME_DAY if urgency is Urgency.URGENT else PersonBy.ONE_HOUR)
    spoken = any(draft.wording == "a9_safeguarding" for draft in decision.effects.drafts)
    return Raise(
        alerts=(alert("safeguarding"),) if now else (),
        tasks=(_safeguarding_task(situation, "safeguarding", "Somebody may be at risk: the safeguarding lead.", by),),
        flags=("safeguarding",),
        drafts_first=() if spoken or not now else _first_words(situation, "a9_safeguarding", {}),
        urgency=urgency,
    )


def threat(situation: Situation, decision: Decision) -> Raise | None:
    """A threat to staff or a building: a person decides what to do, and the complaint goes on (140, 141)."""
    if Persons.THREAT not in dangers_to_persons(situation) or _is_no_persons_word(decision):
        return None
    task = a_task(situation, "threat", "The words may be a threat: see to people's safety.", PersonBy.NOW)
    return Raise(alerts=(alert("threat"),), tasks=(task,), flags=("threat",), urgency=Urgency.EMERGENCY)


def safe_contact(situation: Situation, decision: Decision) -> Raise | None:
    """Abuse at home: the address is locked, and a person decides how to reach them (situations 49, 50).

    Words that anybody could have typed beside somebody's address lock it too: silence by mistake is mended within the
    hour, a letter that the wrong person opens is not (decision 8).
    """
    urgency = dangers_to_persons(situation).get(Persons.DOMESTIC_ABUSE)
    if urgency is None or _is_no_persons_word(decision):
        return None
    emergency = urgency is Urgency.EMERGENCY
    about = colleagues.whose_words(situation)
    change = (AddressChange(address=about, safe_contact_locked=True),) if about.kind is not AddressKind.NONE else ()
    reason = "There may be abuse at home: find a safe way to reach the person; no letter, no copy."
    by = PersonBy.NOW if emergency else PersonBy.ONE_HOUR
    claimed = bool(change) and not is_proven(situation.message)
    check = "The sender's address is not proven: see at once whether its lock is right, and lift it if it is not."
    return Raise(
        alerts=(alert("safeguarding"),) if emergency else (),
        tasks=(
            _safeguarding_task(situation, "safe_contact", reason, by),
            *((_safeguarding_task(situation, "verify_sender", check, by),) if claimed else ()),
        ),
        flags=("safe_contact", "vulnerable:domestic_abuse"),
        address_changes=change,
        urgency=urgency,
    )


def vulnerability(situation: Situation, decision: Decision) -> Raise | None:
    """Circumstances that call for care are marked; some need a person soon."""
    understood = situation.understanding
    if understood is None or not understood.vulnerability or _is_no_persons_word(decision):
        return None
    care = [_NEEDS_CARE[each] for each in understood.vulnerability if each in _NEEDS_CARE]
    return Raise(
        tasks=tuple(a_task(situation, "care", reason, by) for reason, by in dict.fromkeys(care)),
        flags=tuple(f"vulnerable:{each.value}" for each in understood.vulnerability),
    )


def adjustments(situation: Situation, decision: Decision) -> Raise | None:
    """What goes out by itself is plain words: somebody who needs another form has it from a person too (GROUP-39)."""
    known = situation.sender
    if known is None or not known.adjustments or not decision.effects.drafts or _is_no_persons_word(decision):
        return None
    reason = "They need another form than plain words: send what went out by itself so too, or read it out to them."
    return Raise(tasks=(a_task(situation, "adjustments", reason, PersonBy.ONE_WORKING_DAY),), flags=("adjustments",))


def area(situation: Situation, decision: Decision) -> Raise | None:
    """Where the landlord has homes in several nations a new case says where its home is, or a person does."""
    if decision.outcome is not Outcome.OPEN or not situation.policy.areas:
        return None
    if not situation.area_known:
        reason = "The landlord has homes in several nations: say with set_area where this one is."
        return Raise(tasks=(a_task(situation, "area", reason, PersonBy.SAME_DAY),))
    return Raise(flags=(f"{FLAG}{situation.policy.area}",)) if situation.policy.area else None


def allegation(situation: Situation, decision: Decision) -> Raise | None:
    """A serious accusation: a person sets who deals with it, the same day (CESTRIA-47, 48)."""
    alleged = situation.understanding.allegation if situation.understanding else Allegation.NONE
    if alleged is Allegation.NONE or _is_no_persons_word(decision):
        return None
    return Raise(
        tasks=(a_task(situation, alleged.value, _ALLEGED[alleged], PersonBy.SAME_DAY, _complaints(situation)),),
        flags=(alleged.value,),
        obligations=clocks_of_allegation(situation, alleged),
    )


def special_matters(situation: Situation, decision: Decision) -> Raise | None:
    """What has rules of its own beside the kind: tasks for those who must see it, clocks that the law starts."""
    matters = situation.understanding.matters if situation.understanding else ()
    if not matters or _is_no_persons_word(decision):
        return None
    tasks = [task for matter in matters if (task := task_for(situation, matter))]
    return Raise(
        tasks=tuple(tasks),
        flags=tuple(matter.value for matter in matters),
        obligations=tuple(clock for matter in matters for clock in clocks_of(situation, matter)),
    )


def repeat_contact(situation: Situation, decision: Decision) -> Raise | None:
    """Writes again and again: a person looks for what lies behind; nobody is called unreasonable (53, 200)."""
    mine = [case for case in situation.own_cases if case.own]
    if decision.outcome is not Outcome.OPEN or len(mine) < _MANY_CASES:
        return None
    reason = "Has several cases: see them together, and whether this person needs help."
    return Raise(tasks=(a_task(situation, "repeat_contact", reason, PersonBy.SAME_DAY),), flags=("repeat_contact",))


def representative(situation: Situation, decision: Decision) -> Raise | None:
    """The writer speaks for somebody: marked, with whether authority is still to be shown."""
    understood = situation.understanding
    if understood is None or understood.representative == "none" or _is_no_persons_word(decision):
        return None
    missing = () if understood.authority in {"attached", "n/a"} else ("authority?",)
    return Raise(flags=(f"rep:{understood.representative.value}", *missing))


def passed_on(situation: Situation, decision: Decision) -> Raise | None:
    """A colleague passed it on: a person finds who wrote, and acknowledges to them; never a machine (situation 173)."""
    if decision.outcome is not Outcome.OPEN or not colleagues.is_colleague(situation):
        return None
    reason = "A colleague passed this on: find who wrote, and acknowledge to them by hand."
    lead = ("lead",) if colleagues.passed_on(situation) else ()
    return Raise(tasks=(a_task(situation, "answer_by_hand", reason, PersonBy.ONE_WORKING_DAY),), flags=("staff", *lead))


def minor(situation: Situation, decision: Decision) -> Raise | None:
    """The writer may be a child: the same day a person sees to the home, and knows whom to tell what (situation 57)."""
    if _is_no_persons_word(decision) or not is_minor(said(situation)):
        return None
    reason = "May be under 18: see to the home; tell what concerns the tenancy only to the tenant or a guardian."
    return Raise(tasks=(a_task(situation, "minor", reason, PersonBy.SAME_DAY),), flags=("minor",))


def doubtful_sender(situation: Situation, decision: Decision) -> Raise | None:
    """Reply-To differs, or the mail's authentication failed: bars disclosure, never the complaint (B13; 172)."""
    message = situation.message
    differs = message.reply_to is not None and message.reply_to != message.sender
    failed = message.marks.authentication == "fail"
    if decision.outcome is Outcome.NO_CASE or not (differs or failed):
        return None
    flags = (*(("reply_to",) if differs else ()), *(("unauthenticated",) if failed else ()))
    reason = "The sender's address is in doubt: check it before anything is told."
    return Raise(tasks=(a_task(situation, "verify_sender", reason, PersonBy.ONE_WORKING_DAY),), flags=flags)


def copied(situation: Situation, decision: Decision) -> Raise | None:
    """We stand in Cc or Bcc alone: no answer by itself, and a person looks within a working day (situation 171)."""
    if not situation.message.marks.copied or _is_no_persons_word(decision):
        return None
    return Raise(tasks=(a_task(situation, *BARRED_WORDS["copied"]),), flags=("copied", "review"))


def language(situation: Situation, decision: Decision) -> Raise | None:
    """A language that is not English: marked; one that is not served needs an interpreter today (191, 192)."""
    spoken = situation.understanding.language if situation.understanding else "en"
    if spoken in {"", "en"} or decision.outcome is Outcome.NO_CASE:
        return None
    if language_of(situation) == spoken:
        return Raise(flags=(f"language:{spoken}",))
    task = a_task(
        situation, "interpreter", "In a language that is not served: translate, offer help.", PersonBy.SAME_DAY
    )
    return Raise(tasks=(task,), flags=(f"language:{spoken}",))


def unanswered_kind(situation: Situation, decision: Decision) -> Raise | None:
    """Dissatisfaction in what opened no case is never only counted: a person looks within a working day."""
    understood = situation.understanding
    lost = decision.outcome is Outcome.NO_CASE and understood is not None and understood.kind is Kind.COMPLAINT
    watched = {Disposition.UNCLEAR, Disposition.SPAM, Disposition.BULK, Disposition.AUTOMATIC, Disposition.OPT_OUT}
    if not lost or decision.effects.disposition not in watched:
        return None
    reason = "May be dissatisfied, and no case was opened: look."
    return Raise(tasks=(a_task(situation, "look", reason, PersonBy.ONE_WORKING_DAY),))


def _is_in_hand(situation: Situation, decision: Decision, danger: Hazard) -> bool:
    """The case has an open clock, and so a task, about this very danger: a flood is one task, not sixty."""
    case = joined_case(situation, decision)
    return case is not None and any(each.about == danger.value for each in case.owed)


def _emergency_words(situation: Situation, danger: Hazard) -> tuple[Draft, ...]:
    values = hazard_values(situation, danger, language_of(situation))
    return _first_words(situation, _WORDING.get(danger, "a6_general"), dict(values))


def _first_words(situation: Situation, wording: str, values: dict[str, str]) -> tuple[Draft, ...]:
    way = reach(situation, emergency=True)
    if way.route is None or colleagues.is_colleague(situation):
        return ()
    values = {"team": _complaints(situation)} | values
    purpose = "emergency" if wording != "a6_crisis" else "crisis"
    return answer(situation, purpose, wording, values=values, urgent=True, way=way).drafts


def _safeguarding_task(situation: Situation, kind: str, reason: str, by: PersonBy) -> NewTask:
    return a_task(situation, kind, reason, by, situation.policy.teams.get("safeguarding", _complaints(situation)))


def _complaints(situation: Situation) -> str:
    return situation.policy.teams.get("complaints", situation.policy.name)


def _is_no_persons_word(decision: Decision) -> bool:
    return decision.effects.disposition in _NOT_A_PERSONS_WORDS or decision.rule == "our_own_mail"
