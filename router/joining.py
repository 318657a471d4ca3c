"""Rules that find a message's case, never by guess across people (design 4), and what a joined message asks for."""

from datetime import datetime
from typing import Final

from domain.cases import CaseFacts, CaseState, Question
from domain.decisions import Decision, Disposition, NewTask, PersonBy, Situation
from domain.labels import Intent, Kind
from domain.references import near_misses
from domain.senders import is_proven
from router.answers import ACKNOWLEDGE, NOTHING, added, added_unverified, answer, ask, language_of
from router.dangers import has_danger
from router.making import CHATS, join, no_case
from router.owed import escalation_rows, obligations, opening_rows, reminders, response_is_overdue
from router.reach import reach
from router.times import a_task
from router.values import understood_values
from router.words import NO, is_whole, said

FOLLOWING: Final = frozenset(
    {
        *(Intent.FOLLOW_UP, Intent.CHASE, Intent.ESCALATE, Intent.WITHDRAW, Intent.THANKS, Intent.AUTHORITY),
        Intent.STATUS_QUERY,
    }
)
_MATTERS: Final = frozenset({Kind.COMPLAINT, Kind.SERVICE_REQUEST})
_MOST_OPTIONS: Final = 5


def thread(situation: Situation) -> Decision | None:
    """It answers a mail of ours. From another address than ours went to it joins, and nothing is told (107)."""
    found = situation.thread
    if found is None:
        return None
    if not found.case.own or found.sent_to != situation.message.sender:
        return _from_elsewhere(situation, found.case)
    if _is_new_matter(situation) and found.case.state is CaseState.CLOSED:
        return None  # a recurrence is a new complaint, linked (situation 98)
    return joined(situation, "thread", found.case)


def own_reference(situation: Situation) -> Decision | None:
    """A right reference of the sender's own case; the subject's comes first."""
    mine = [found.case for found in situation.references if found.valid and found.case and found.case.own]
    return joined(situation, "own_reference", mine[0]) if mine else None


def corrected_reference(situation: Situation) -> Decision | None:
    """A wrong check character, and exactly one of the sender's OWN cases is one slip away (situation 105)."""
    mine = {case.reference: case for case in situation.own_cases if case.own}
    for found in situation.references:
        near = () if found.valid else near_misses(found.reference, mine)
        if len(near) == 1:
            decision = joined(situation, "corrected_reference", mine[near[0]])
            effects = decision.effects.model_copy(update={"corrected_reference": found.reference})
            return decision.model_copy(update={"effects": effects})
    return None


def same_conversation(situation: Situation) -> Decision | None:
    """On texts and chats: within 15 minutes of the sender's last message (situations 149, 158)."""
    case = situation.last_from_sender
    if case is None or not case.own or not is_chat(situation):
        return None
    return joined(situation, "same_conversation", case)


def follows_one_case(situation: Situation) -> Decision | None:
    """On texts and chats: a follow-up, chase, escalation, thanks or withdrawal with exactly one case to follow."""
    mine = _to_follow(situation)
    return joined(situation, "follows_one_case", mine[0]) if len(mine) == 1 else None


def follows_one_of_several(situation: Situation) -> Decision | None:
    """... with several: the bot asks which, once, and a person sees to it that the message finds its case."""
    mine = _to_follow(situation)
    if len(mine) < 2 or has_danger(situation):  # noqa: PLR2004 - several
        return None
    waits = situation.question is not None and situation.question.question is Question.WHICH_CASE
    options = ", ".join(case.reference for case in mine[:_MOST_OPTIONS])
    asked = NOTHING if waits else ask(situation, Question.WHICH_CASE, options=options)
    if not waits and not asked.drafts:
        return None
    task = a_task(situation, "attach", "Belongs to one of the sender's cases: attach it.", PersonBy.ONE_WORKING_DAY)
    reason = "The sender has several cases: asked which."
    return no_case("follows_one_of_several", Disposition.UNCLEAR, reason, answers=asked, tasks=(task,))


def withdrawn_by_mail(situation: Situation) -> Decision | None:
    """A withdrawal by mail without reference, with exactly one case it can mean; nothing is closed by it."""
    understood = situation.understanding
    if understood is None or understood.intent is not Intent.WITHDRAW:
        return None
    mine = [case for case in situation.own_cases if case.own]
    return joined(situation, "withdrawn_by_mail", mine[0]) if len(mine) == 1 else None


def stranger_to(situation: Situation) -> CaseFacts | None:
    """The case of somebody else whose right reference was written: linked for staff, nothing is told (104)."""
    others = [found.case for found in situation.references if found.valid and found.case and not found.case.own]
    return others[0] if others else None


def recurrence_of(situation: Situation) -> CaseFacts | None:
    """A closed case of the sender's own that this may be the return of: linked, never merged (situations 98, 100)."""
    if situation.thread and situation.thread.case.own:
        return situation.thread.case
    topic = situation.understanding.topic if situation.understanding else None
    same = (case for case in situation.own_cases if case.own and case.topic is topic)
    return next(same, None)


def edited_message(situation: Situation) -> Decision | None:
    """A later version of a message goes where the first one went, whatever its age; both are kept and shown."""
    case = situation.edited
    if case is None or not case.own:
        return None
    task = a_task(situation, "read", "A message was changed after it had been sent: see what is new.", PersonBy.NORMAL)
    return joined(situation, "edited_message", case, "Changes an earlier message of this case.", task)


def joined(
    situation: Situation,
    rule: str,
    case: CaseFacts,
    reason: str = "Belongs to this case.",
    task: NewTask | None = None,
) -> Decision:
    """What a message sets in motion in the sender's own case: the first of these that fits.

    A ``task`` of the rule is kept with whatever fits, and takes the place of merely reading the message.
    """
    own = (task,) if task else ()
    for what in (_withdrawal, _escalation, _turns_into_complaint, _authority):
        if decision := what(situation, rule, case):
            tasks = (*decision.effects.tasks, *own)
            return decision.model_copy(update={"effects": decision.effects.model_copy(update={"tasks": tasks})})
    return join(rule, case, reason, answers=added(situation, case), tasks=own or _follow_up_tasks(situation, case))


def become_complaint(situation: Situation, case: CaseFacts, rule: str, *, counted_from: datetime) -> Decision:
    """The case is a complaint now, proposed until a person confirms; its clocks run from the given receipt."""
    way = reach(situation, case)
    rows = opening_rows(
        situation, Kind.COMPLAINT, matter=case.matter, received_at=counted_from, acknowledged=way.route is not None
    )
    owed = obligations(rows)
    values = understood_values(
        Kind.COMPLAINT, case.topic, (), situation.policy.teams["complaints"], language_of(situation)
    )
    meets = ACKNOWLEDGE if any(row.name == ACKNOWLEDGE for row in rows) else None
    replies = answer(
        situation, ACKNOWLEDGE, "a1", values=values, case=case, rows=rows, meets=meets, is_owed=True, way=way
    )
    return join(
        rule,
        case,
        "A complaint: dissatisfaction was said or chosen.",
        answers=replies,
        kind_changed_to=Kind.COMPLAINT,
        obligations=owed,
        reminders=reminders(situation.calendar, situation.now, owed),
        obligations_from=counted_from,
    )


def _from_elsewhere(situation: Situation, case: CaseFacts) -> Decision:
    task = a_task(
        situation,
        "verify_address",
        "Answers our mail from an address not on the case: check who it is.",
        PersonBy.ONE_WORKING_DAY,
    )
    reason = "Answers our mail from another address: added, and nothing told until it is verified."
    return join("thread", case, reason, answers=added_unverified(situation, case), tasks=(task,), flags=("unverified",))


def _withdrawal(situation: Situation, rule: str, case: CaseFacts) -> Decision | None:
    """The clock runs on until a person has confirmed it in writing (situations 19, 103)."""
    if _intent(situation) is not Intent.WITHDRAW:
        return None
    reason = "May want to withdraw: ask, and confirm in writing; nothing is closed."
    task = a_task(situation, "withdrawal", reason, PersonBy.ONE_WORKING_DAY)
    answers = added(situation, case)
    return join(rule, case, "May want to withdraw.", answers=answers, tasks=(task,), flags=("withdrawal?",))


def _escalation(situation: Situation, rule: str, case: CaseFacts) -> Decision | None:
    """Unhappy after the answer, or asking for the next stage before it (situations 90 to 95, 99)."""
    if case.kind is not Kind.COMPLAINT or not (_asks_for_more(situation) or _is_unhappy_after(situation, case)):
        return None
    is_early = not case.response_sent and not response_is_overdue(situation, case)
    if any(each.stage > case.stage for each in case.owed) or (is_early and case.escalation_waits):
        return _asked_again(situation, rule, case)
    if is_early:
        task = a_task(
            situation, "escalation", "Asks for the next stage before the answer is due.", PersonBy.ONE_WORKING_DAY
        )
        reason = "Asks for the next stage before this one's answer is due."
        return join(rule, case, reason, answers=added(situation, case), tasks=(task,))
    if situation.policy.stage(case.stage + 1) is None:
        return _after_the_last_stage(situation, rule, case)
    return _escalated(situation, rule, case)


def _asked_again(situation: Situation, rule: str, case: CaseFacts) -> Decision:
    """The next stage's clocks run already, or a person is about to look: it is read, and nothing runs twice."""
    reason = "Asks for the next stage again: that is in hand."
    return join(rule, case, reason, answers=added(situation, case), tasks=_to_read(situation))


def _escalated(situation: Situation, rule: str, case: CaseFacts) -> Decision:
    way = reach(situation, case)
    rows = escalation_rows(situation, case, acknowledged=way.route is not None)
    owed = obligations(rows)
    replies = answer(
        situation,
        "escalation",
        "a5",
        values={"team": situation.policy.teams["complaints"]},
        case=case,
        rows=rows,
        stage=case.stage,
        meets=ACKNOWLEDGE if any(row.name == ACKNOWLEDGE for row in rows) else None,
        is_owed=True,
        way=way,
    )
    late = not case.response_sent
    words = "Asks for the next stage; this one's answer is overdue." if late else "Unhappy with the answer."
    by = PersonBy.SAME_DAY if late else PersonBy.ONE_WORKING_DAY
    return join(
        rule,
        case,
        words,
        answers=replies,
        tasks=(a_task(situation, "escalation", f"{words} Set the next stage: its clocks run provisionally.", by),),
        obligations=owed,
        reminders=reminders(situation.calendar, situation.now, owed),
        flags=("escalation", *(("response_overdue",) if late else ())),
    )


def _after_the_last_stage(situation: Situation, rule: str, case: CaseFacts) -> Decision:
    reason = "Writes after the last stage: see whether there is anything new."
    task = a_task(situation, "final_stage", reason, PersonBy.ONE_WORKING_DAY)
    values = {"team": situation.policy.teams["complaints"]}
    replies = answer(situation, "other_route", "a9", values=values, case=case, stage=case.stage)
    return join(rule, case, "Writes after the last stage.", answers=replies, tasks=(task,), flags=("final_stage",))


def _turns_into_complaint(situation: Situation, rule: str, case: CaseFacts) -> Decision | None:
    """Dissatisfaction in a case that was none: a complaint from this message on, or the choice where it is unsure."""
    understood = situation.understanding
    if understood is None or understood.kind is not Kind.COMPLAINT or case.kind is Kind.COMPLAINT:
        return None
    if case.state is CaseState.CLOSED or case.is_representative:
        return None
    first = case.received_at if case.kind is Kind.NONE else situation.message.received_at
    if understood.sure:
        return become_complaint(situation, case, rule, counted_from=first)
    task = a_task(situation, "sort", "May be dissatisfied with a request of theirs.", PersonBy.SAME_DAY)
    answers = ask(situation, Question.CHOICE, case)
    return join(rule, case, "May be dissatisfied: offered the choice.", answers=answers, tasks=(task,))


def _authority(situation: Situation, rule: str, case: CaseFacts) -> Decision | None:
    """Permission given or taken back: a person checks it before anything is told to anybody (situation 63)."""
    if _intent(situation) is not Intent.AUTHORITY:
        return None
    task = a_task(
        situation, "authority", "Gives or takes back permission to act: check and record.", PersonBy.ONE_WORKING_DAY
    )
    reason = "Gives or takes back permission for somebody to act."
    return join(rule, case, reason, answers=added(situation, case), tasks=(task,), flags=("authority",))


def _follow_up_tasks(situation: Situation, case: CaseFacts) -> tuple[NewTask, ...]:
    if case.state is CaseState.CLOSED:
        return (a_task(situation, "reopen", "Wrote on a closed case: see what is wanted.", PersonBy.ONE_WORKING_DAY),)
    if case.response_sent and not case.escalation_waits:
        reason = "Wrote after the answer: part of it may be unresolved."
        return (a_task(situation, "escalation", reason, PersonBy.ONE_WORKING_DAY),)
    if _is_new_matter(situation) and case.acknowledged and situation.last_from_sender is None:
        return (a_task(situation, "split", "May hold a new matter: split it off or add it.", PersonBy.ONE_WORKING_DAY),)
    return _to_read(situation)


def _to_read(situation: Situation) -> tuple[NewTask, ...]:
    if situation.last_from_sender is not None:
        return ()  # sixty texts in ten minutes are one task, not sixty (situation 158)
    return (a_task(situation, "read", "A further message on this case.", PersonBy.NORMAL),)


def is_chat(situation: Situation) -> bool:
    """A text or chat message from its very sender: a number typed into a form or a note is no conversation with it."""
    return situation.message.sender.kind in CHATS and is_proven(situation.message)


def _to_follow(situation: Situation) -> list[CaseFacts]:
    if not is_chat(situation) or _intent(situation) not in FOLLOWING:
        return []
    return [case for case in situation.own_cases if case.own]


def _is_new_matter(situation: Situation) -> bool:
    understood = situation.understanding
    return understood is not None and understood.intent is Intent.NEW and understood.kind in _MATTERS


def _asks_for_more(situation: Situation) -> bool:
    return _intent(situation) is Intent.ESCALATE


def _is_unhappy_after(situation: Situation, case: CaseFacts) -> bool:
    """Any dissatisfaction once the answer has gone out; "no" alone answers "are you satisfied?" (situation 109)."""
    if not case.response_sent:
        return False
    understood = situation.understanding
    return (understood is not None and understood.kind is Kind.COMPLAINT) or is_whole(said(situation), NO)


def _intent(situation: Situation) -> Intent:
    return situation.understanding.intent if situation.understanding else Intent.UNCLEAR
