"""Rules about answers to what we asked. A question is open at one address, one at a time."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from domain.cases import CaseFacts, CaseState, OpenQuestion, Question
from domain.decisions import Decision, PersonBy, Situation
from domain.labels import AuthorityShown, Intent, Kind
from router.answers import added
from router.joining import become_complaint, joined
from router.making import join
from router.times import a_task
from router.words import COMPLAINT, NO, YES, is_whole, names_reference, said

_PATIENCE: Final = timedelta(days=28)
"""An answer after four weeks is taken for a new matter."""
_PLACE: Final = re.compile(
    r"\d|\b(?:flat|fflat|house|tŷ|block|road|street|stryd|heol|close|court|lane|avenue)\b", re.IGNORECASE
)
_LONGEST_PLACE: Final = 200
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
    decision = become_complaint(situation, case, "chooses_complaint", counted_from=case.received_at)
    return _answered(situation, decision, "complaint", Question.CHOICE, Question.OUTCOME)


def answers_question(situation: Situation) -> Decision | None:
    """An answer that fits the open question joins its case; what does not fit leaves the question open."""
    question, case = situation.question, _asked_about(situation)
    if question is None or case is None or situation.now - question.asked_at > _PATIENCE:
        return None
    rule = _RULES.get(question.question)
    return rule(situation, question, case) if rule else None


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
        return _answered(
            situation,
            become_complaint(situation, case, "answers_question", counted_from=case.received_at),
            "complaint",
            Question.CHOICE,
        )
    if is_whole(said(situation), NO):
        kept = join("answers_question", case, "Does not want a complaint made of it; the offer is on record.")
        return _answered(situation, kept, "no", Question.CHOICE)
    return None


def _leak(situation: Situation, _question: OpenQuestion, case: CaseFacts) -> Decision | None:
    if is_whole(said(situation), YES):
        task = a_task(situation, "call", "Says that there is a leak: ring, and see to it.", PersonBy.ONE_HOUR)
        found = join(
            "answers_question", case, "Says that there is a leak.", tasks=(task,), flags=("hazard:flood_leak",)
        )
        return _answered(situation, found, "yes", Question.LEAK)
    if is_whole(said(situation), NO):
        task = a_task(situation, "sort", "Says that there is no leak: find out what is meant.", PersonBy.SAME_DAY)
        found = join("answers_question", case, "Says that there is no leak.", tasks=(task,))
        return _answered(situation, found, "no", Question.LEAK)
    return None


def _address(situation: Situation, _question: OpenQuestion, case: CaseFacts) -> Decision | None:
    text = said(situation)
    if len(text) > _LONGEST_PLACE or not _PLACE.search(text):
        return None
    task = a_task(situation, "verify_address", "The home was named: find it on record.", PersonBy.ONE_WORKING_DAY)
    found = join(
        "answers_question", case, "Says which home it is about.", answers=added(situation, case), tasks=(task,)
    )
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


def _outcome(situation: Situation, _question: OpenQuestion, case: CaseFacts) -> Decision | None:
    """Free words. They may make a complaint of what was unclear: then from the first message's date."""
    understood = situation.understanding
    if understood is not None and understood.intent not in _FREE:
        return None
    if understood is not None and understood.kind is Kind.COMPLAINT and case.kind is not Kind.COMPLAINT:
        decision = become_complaint(situation, case, "answers_question", counted_from=case.received_at)
    else:
        decision = joined(situation, "answers_question", case)
    return _answered(situation, decision, "told", Question.OUTCOME)


_RULES: Final[dict[Question, AnswerRule]] = {
    Question.CHOICE: _choice,
    Question.LEAK: _leak,
    Question.ADDRESS: _address,
    Question.AUTHORITY: _authority,
    Question.OUTCOME: _outcome,
}


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
