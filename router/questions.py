"""Rules about answers to what we asked. A question is open at one address, one at a time.

An answer must look like one: a word that was asked for, an address by its shape, free words only where they belong to
that very conversation. Whatever else comes meanwhile is a message like any other, and the question stays open.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from domain.cases import CaseFacts, CaseState, OpenQuestion, Question
from domain.decisions import Decision, PersonBy, Situation
from domain.labels import AuthorityShown, Intent, Kind
from router.answers import added
from router.joining import become_complaint, is_chat, joined
from router.making import join
from router.places import names_a_home
from router.times import a_task
from router.words import COMPLAINT, NO, YES, is_whole, is_wordless, names_reference, said, whole

_PATIENCE: Final = timedelta(days=28)
"""An answer after four weeks is taken for a new matter."""
_SOON: Final = timedelta(hours=2)
"""In a chat, free words that come so soon after a question are its answer."""
_FEW_WORDS: Final = 5
_FREE: Final = frozenset({Intent.NEW, Intent.FOLLOW_UP, Intent.UNCLEAR, Intent.CHASE})

AnswerRule = Callable[[Situation, OpenQuestion, CaseFacts], Decision | None]


def chooses_complaint(situation: Situation) -> Decision | None:
    """COMPLAINT in answer to the offer: a complaint from the FIRST message's date (situation 148).

    The offer stands in every acknowledgement: without an open question it counts where one open case can be meant.
    """
    if not is_whole(said(situation), COMPLAINT):
        return None
    case = _asked_about(situation) or _one_to_choose(situation)
    if case is None:
        return None
    decision = _as_complaint(situation, case, "chooses_complaint")
    return _answered(situation, decision, "complaint", Question.CHOICE, Question.OUTCOME)


def answers_leak_question(situation: Situation) -> Decision | None:
    """Is there a leak? Asked before thanks are: an "ok" or a thumbs-up may mean yes, and a person rings (13)."""
    question, case = _asked(situation, Question.LEAK)
    if question is None or case is None or not (_is_short(situation) or _belongs(situation, question, case)):
        return None
    answer = _yes_or_no(said(situation))
    reason, by = _ABOUT_LEAK[answer]
    task = a_task(situation, "sort" if answer == "no" else "call", reason, by)
    decision = joined(situation, "answers_leak_question", case, reason, task)
    if answer == "yes":
        flags = (*decision.effects.flags, "hazard:flood_leak")
        decision = decision.model_copy(update={"effects": decision.effects.model_copy(update={"flags": flags})})
    return _answered(situation, decision, answer, Question.LEAK)


def answers_question(situation: Situation) -> Decision | None:
    """An answer that fits the open question joins its case; what does not fit leaves the question open."""
    question, case = _asked(situation, *_RULES)
    return _RULES[question.question](situation, question, case) if question and case else None


def names_its_case(situation: Situation) -> Decision | None:
    """The answer to "which case": a reference of the sender's own, or its number alone."""
    if situation.question is None or situation.question.question is not Question.WHICH_CASE:
        return None
    named = [found.case for found in situation.references if found.valid and found.case and found.case.own]
    tail = re.sub(r"[^0-9A-Z]", "", said(situation)[:40].upper())
    if not named and len(tail) >= 3:  # noqa: PLR2004 - "417" of CES-26-00417N
        named = [case for case in situation.own_cases if case.own and names_reference(tail, case.reference)]
    if len(named) != 1:
        return None
    decision = joined(situation, "names_its_case", named[0])
    return _answered(situation, decision, named[0].reference, Question.WHICH_CASE)


def _choice(situation: Situation, _question: OpenQuestion, case: CaseFacts) -> Decision | None:
    if is_whole(said(situation), YES):
        decision = _as_complaint(situation, case, "answers_question")
        return _answered(situation, decision, "complaint", Question.CHOICE)
    if is_whole(said(situation), NO):
        kept = join("answers_question", case, "Does not want a complaint made of it; the offer is on record.")
        return _answered(situation, kept, "no", Question.CHOICE)
    return None


def _address(situation: Situation, _question: OpenQuestion, case: CaseFacts) -> Decision | None:
    """The home in a few words. A complaint beside it is one, whatever was asked."""
    if not names_a_home(said(situation)):
        return None
    task = a_task(situation, "verify_address", "The home was named: find it on record.", PersonBy.ONE_WORKING_DAY)
    found = joined(situation, "answers_question", case, "Says which home it is about.", task)
    return _answered(situation, found, "given", Question.ADDRESS)


def _authority(situation: Situation, _question: OpenQuestion, case: CaseFacts) -> Decision | None:
    understood = situation.understanding
    shown = understood is not None and (
        understood.intent is Intent.AUTHORITY
        or understood.authority in {AuthorityShown.STATED, AuthorityShown.ATTACHED}
    )
    if not (shown or situation.message.attachments or is_whole(said(situation), YES)):
        return None
    task = a_task(
        situation, "authority", "Authority is said to be shown: a person checks it.", PersonBy.ONE_WORKING_DAY
    )
    found = join(
        "answers_question", case, "Says that authority is shown.", answers=added(situation, case), tasks=(task,)
    )
    return _answered(situation, found, "claimed", Question.AUTHORITY)


def _outcome(situation: Situation, question: OpenQuestion, case: CaseFacts) -> Decision | None:
    """Free words of this conversation. They may make a complaint of what was unclear: from the first message's date."""
    understood = situation.understanding
    if (understood is not None and understood.intent not in _FREE) or not _belongs(situation, question, case):
        return None
    if understood is not None and understood.kind is Kind.COMPLAINT and case.kind is not Kind.COMPLAINT:
        decision = become_complaint(situation, case, "answers_question", counted_from=case.received_at)
    else:
        decision = joined(situation, "answers_question", case)
    return _answered(situation, decision, "told", Question.OUTCOME)


_RULES: Final[dict[Question, AnswerRule]] = {
    Question.CHOICE: _choice,
    Question.ADDRESS: _address,
    Question.AUTHORITY: _authority,
    Question.OUTCOME: _outcome,
}


_ABOUT_LEAK: Final = {
    "yes": ("Says that there is a leak: ring, and see to it.", PersonBy.ONE_HOUR),
    "no": ("Says that there is no leak: find out what is meant.", PersonBy.SAME_DAY),
    "unclear": ("Asked whether there is a leak, and the answer is not clear: ring.", PersonBy.ONE_HOUR),
}


def _asked(situation: Situation, *questions: Question) -> tuple[OpenQuestion | None, CaseFacts | None]:
    """The open question, if it is one of these and not too old, and its case, where it is the sender's own."""
    question = situation.question
    if question is None or question.question not in questions or situation.now - question.asked_at > _PATIENCE:
        return None, None
    return question, _asked_about(situation)


def _belongs(situation: Situation, question: OpenQuestion, case: CaseFacts) -> bool:
    """It answers our mail, names the case, or goes on in the same chat soon after."""
    thread = situation.thread
    if thread is not None and thread.case.id == case.id and thread.sent_to == situation.message.sender:
        return True
    if any(found.valid and found.case is not None and found.case.id == case.id for found in situation.references):
        return True
    last = situation.last_from_sender
    goes_on = situation.now - question.asked_at <= _SOON or (last is not None and last.id == case.id)
    return goes_on and is_chat(situation)


def _is_short(situation: Situation) -> bool:
    """A few words or signs: hardly a matter of its own."""
    return len(said(situation).split()) <= _FEW_WORDS


def _yes_or_no(text: str) -> str:
    """``yes`` also where more follows it; ``no`` only alone: "no, the whole ceiling is down" is none."""
    if is_whole(text, NO):
        return "no"
    first = whole(text).partition(" ")[0]
    return "yes" if not is_wordless(text) and (is_whole(text, YES) or first in YES) else "unclear"


def _as_complaint(situation: Situation, case: CaseFacts, rule: str) -> Decision:
    """A complaint from the FIRST message's date; what is one already is owed nothing twice."""
    if case.kind is Kind.COMPLAINT:
        reason = "Wants it to be a complaint, and it is one: see whether more is meant."
        task = a_task(situation, "read", reason, PersonBy.NORMAL)
        return join(rule, case, reason, answers=added(situation, case), tasks=(task,))
    return become_complaint(situation, case, rule, counted_from=case.received_at)


def _asked_about(situation: Situation) -> CaseFacts | None:
    """The case of the open question, where it is the sender's own."""
    wanted = situation.question.case_id if situation.question else None
    return next((case for case in situation.own_cases if case.own and case.id == wanted), None) if wanted else None


def _one_to_choose(situation: Situation) -> CaseFacts | None:
    if situation.thread and situation.thread.case.own and situation.thread.case.kind is not Kind.COMPLAINT:
        return situation.thread.case
    fitting = [
        case
        for case in situation.own_cases
        if case.own and case.state is CaseState.OPEN and case.kind is not Kind.COMPLAINT
    ]
    return fitting[0] if len(fitting) == 1 else None


def _answered(situation: Situation, decision: Decision, answer: str, *fitting: Question) -> Decision:
    """With the open question closed, where it is one that this answers."""
    question = situation.question
    if question is None or question.question not in fitting:
        return decision
    effects = decision.effects.model_copy(update={"answered_question_id": question.id, "answer": answer})
    return decision.model_copy(update={"effects": effects})
