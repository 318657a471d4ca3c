"""What goes back to the sender by itself, or the task that takes its place. Who may be answered: ``router.reach``."""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.cases import CaseFacts, Question
from domain.decisions import Draft, NewQuestion, NewTask, PersonBy, Situation
from domain.duties import DutyRow
from domain.messages import Address, AddressKind
from domain.uktime import local_date
from domain.values import Value
from router.reach import BARRED_WORDS, Reach, reach
from router.services import matter_of
from router.times import a_task
from router.values import date_values, landlord_values, stage_values

ACKNOWLEDGE: Final = "acknowledge"
_ASK: Final = {
    Question.OUTCOME: "ask_outcome",
    Question.CHOICE: "ask_choice",
    Question.ADDRESS: "ask_address",
    Question.AUTHORITY: "ask_authority",
    Question.WHICH_CASE: "ask_which_case",
    Question.LEAK: "ask_leak",
}
_ASKED_WITHIN: Final = {Question.ADDRESS: "asks_home", Question.LEAK: "asks_leak"}
"""Questions that an acknowledgement asks in its own words, so that one message goes out and not two."""
_BUTTONS: Final = {
    Question.CHOICE: (("complaint", "COMPLAINT"),),
    Question.LEAK: (("yes", "YES"), ("no", "NO")),
}
_BUTTONS_CY: Final = {
    Question.CHOICE: (("complaint", "CWYN"),),
    Question.LEAK: (("yes", "YDY"), ("no", "NA")),
}
_MOST_REFERENCES: Final = 20
_SHORT_PAUSE_MINUTES: Final = 15


class Answers(Value):
    """What an answer is made of: drafts, or a task where none may go out."""

    drafts: tuple[Draft, ...] = ()
    tasks: tuple[NewTask, ...] = ()
    questions: tuple[NewQuestion, ...] = ()

    def __add__(self, other: "Answers") -> "Answers":
        return Answers(
            drafts=self.drafts + other.drafts,
            tasks=self.tasks + other.tasks,
            questions=self.questions + other.questions,
        )


NOTHING: Final = Answers()


def language_of(situation: Situation) -> str:
    """The language of the message where the landlord serves it, else what is on record, else English."""
    understood = situation.understanding.language if situation.understanding else ""
    on_record = situation.sender.language if situation.sender else ""
    wishes = (understood if understood != "en" else "", situation.message.form.get("language"), understood, on_record)
    return next((wish for wish in wishes if wish and wish in situation.policy.languages), "en")


def answer(
    situation: Situation,
    purpose: str,
    wording: str,
    *,
    values: Mapping[str, str] | None = None,
    case: CaseFacts | None = None,
    rows: Iterable[DutyRow] = (),
    stage: int = 1,
    meets: str | None = None,
    is_owed: bool = False,
    asks: Question | None = None,
    urgent: bool = False,
    names_case: bool = True,
    way: Reach | None = None,
) -> Answers:
    """One draft with every value it may need, or the task in its place.

    Args:
        situation: the message that is answered.
        purpose: what the message is for: with the case it is the key to "once".
        wording: the name of the file.
        values: what only this answer says.
        case: the case that is joined, for its lock and for whose Ombudsman is named.
        rows: the clocks whose dates are told.
        stage: the stage whose names are told.
        meets: the obligation that is met by sending it.
        is_owed: a person has to give it where it may not go out by itself.
        asks: the question that this wording asks, to be remembered.
        urgent: sent before all else.
        names_case: whether the sender may be told which case this is about.
        way: how to reach the sender, where it is already known.
    """
    way = way or reach(situation, case)
    if way.route is None or way.to is None:
        return _by_hand(situation, way, is_owed=is_owed or meets is not None)
    language = language_of(situation)
    by_mail = way.to.kind is AddressKind.EMAIL and situation.message.message_id is not None and not way.other_way
    draft = Draft(
        purpose=purpose,
        channel=way.route.channel,
        to=way.to,
        to_name=situation.message.sender_name,
        wording=wording,
        language=language,
        values={
            **landlord_values(situation, language, matter_of(situation, case)),
            **stage_values(situation, stage, language),
            **date_values(rows, language),
            **(values or {}),
            _manner(asks, two_way=way.route.two_way): "yes",
        },
        subject=(situation.message.subject or None) if by_mail else None,
        in_reply_to=situation.message.message_id if by_mail else None,
        references=_references(situation) if by_mail else (),
        names_case=names_case,
        meets=meets,
        urgent=urgent,
        buttons=_buttons(asks, way.to, language),
    )
    asked = (NewQuestion(question=asks, to=way.to, channel=way.route.channel),) if asks and way.route.two_way else ()
    return Answers(drafts=(draft,), questions=asked)


def ask(situation: Situation, question: Question, case: CaseFacts | None = None, options: str = "") -> Answers:
    """One question by itself; nothing where the sender cannot be reached, or cannot answer by that way."""
    way = reach(situation, case)
    if way.route is None or not way.route.two_way:
        return NOTHING
    values = {"options": options, "team": _team(situation)}
    return answer(situation, "question", _ASK[question], values=values, case=case, asks=question, way=way)


def added(situation: Situation, case: CaseFacts) -> Answers:
    """The short "added to your case": at most once a day, and not to the second half of a first message."""
    last = case.last_added_answer_at
    if last is not None and local_date(last) == local_date(situation.now):
        return NOTHING
    if case.acknowledged and _is_same_breath(situation, case):
        return NOTHING
    return answer(situation, "case_added", "a7", case=case, values={"team": _team(situation)}, stage=case.stage)


def _is_same_breath(situation: Situation, case: CaseFacts) -> bool:
    """Within minutes of the message that opened the case: one acknowledgement is enough (situations 149, 158)."""
    pause = (situation.message.received_at - case.received_at).total_seconds()
    return pause < _SHORT_PAUSE_MINUTES * 60 and case.last_added_answer_at is None


def added_unverified(situation: Situation, case: CaseFacts) -> Answers:
    """For a message that belongs to a case of which its sender is no party: nothing is said about any case."""
    return answer(
        situation, "case_added", "a7_unverified", case=case, values={"team": _team(situation)}, names_case=False
    )


def _team(situation: Situation) -> str:
    return situation.policy.teams.get("complaints", situation.policy.name)


def _by_hand(situation: Situation, way: Reach, *, is_owed: bool) -> Answers:
    kind, reason, by = BARRED_WORDS[way.barred]
    if not is_owed and way.barred in {"suppressed", "copied", "no_address", "no_route", "capped"}:
        return NOTHING
    return Answers(tasks=(a_task(situation, kind, reason, by if is_owed else _calmer(by)),))


def _calmer(by: PersonBy) -> PersonBy:
    """Where nothing is owed by the answer itself it may wait a little, a threat and a safe contact excepted."""
    return PersonBy.NORMAL if by is PersonBy.ONE_WORKING_DAY else by


def _manner(asks: Question | None, *, two_way: bool) -> str:
    """Which lines of a wording go out: those for a way without answers, those that ask, or the ordinary ones."""
    if not two_way:
        return "one_way"
    return _ASKED_WITHIN.get(asks, "two_way") if asks else "two_way"


def _references(situation: Situation) -> tuple[str, ...]:
    """RFC 5322 3.6.4: the thread from its beginning, then the message that is answered."""
    message = situation.message
    before = [each for each in dict.fromkeys(reversed(message.in_reply_to)) if "@" in each]
    return (*before[-_MOST_REFERENCES:], message.message_id) if message.message_id else ()


def _buttons(asks: Question | None, to: Address, language: str) -> tuple[tuple[str, str], ...]:
    if asks is None or to.kind not in {AddressKind.TELEGRAM, AddressKind.WHATSAPP}:
        return ()
    return (_BUTTONS_CY if language == "cy" else _BUTTONS).get(asks, ())
