"""Who may opt whom out: a provider's word or the very address, never what anybody can type into a form (PECR, B10)."""

import pytest

from domain.cases import Question
from domain.decisions import Decision, Disposition, PersonBy
from domain.keywords import START, STOP
from domain.labels import Intent, Kind, Urgency
from domain.messages import Address, Marks
from router.decide import decide
from tests.builders import ANN, ANN_MAIL, a_case, a_situation, asked, known, of_abuse
from tests.router.looking import alerted, opened_as, said_by, tasks_of

NOTHING = {"kind": Kind.NONE, "intent": Intent.UNCLEAR}
FORM = {"channel": "form", "channel_kind": "web_form", "form": {"phone": ANN.value, "kind_chosen": "unsure"}}
NOTE = {"channel": "notes", "channel_kind": "staff_note", "noted_by": "Sam", "form": {"phone": ANN.value}}
TYPED = pytest.mark.parametrize("typed", [FORM, NOTE], ids=["form", "note"])


@pytest.mark.parametrize("words", sorted(STOP))
def test_situation_144_every_word_of_the_one_list_opts_out(words: str):
    decision = decide(a_situation(f" {words.title()}! ", **NOTHING))
    assert (decision.rule, decision.effects.address_changes[0].opted_out) == ("opt_out", True)


@pytest.mark.parametrize("words", sorted(START))
def test_every_word_for_messages_again_undoes_a_stop(words: str):
    decision = decide(a_situation(words.upper(), **NOTHING).model_copy(update={"sender": known(opted_out=True)}))
    assert (decision.rule, decision.effects.address_changes[0].opted_out) == ("opt_in", False)


@TYPED
def test_stop_beside_a_typed_number_changes_nothing_and_a_person_asks_today(typed: dict[str, object]):
    decision = decide(a_situation("STOP", own_cases=(a_case(),), **NOTHING, **typed))
    assert (decision.effects.address_changes, said_by(decision)) == ((), ())
    assert (decision.effects.disposition, tasks_of(decision)["consent"]) == (Disposition.UNCLEAR, PersonBy.SAME_DAY)


@TYPED
def test_start_beside_a_typed_number_never_undoes_a_real_stop(typed: dict[str, object]):
    situation = a_situation("START", **NOTHING, **typed).model_copy(update={"sender": known(opted_out=True)})
    decision = decide(situation)
    assert decision.rule != "opt_in"
    assert decision.effects.address_changes == ()


@TYPED
@pytest.mark.parametrize("intent", [Intent.WITHDRAW, Intent.FOLLOW_UP, Intent.ESCALATE])
def test_a_typed_number_is_in_no_conversation(typed: dict[str, object], intent: Intent):
    case = a_case()
    decision = decide(
        a_situation(
            "about it", kind=Kind.SERVICE_REQUEST, intent=intent, own_cases=(case,), last_from_sender=case, **typed
        )
    )
    assert decision.rule not in {"same_conversation", "follows_one_case", "follows_one_of_several"}


def abused(**fields: object) -> Decision:
    """Words of abuse at home, by any way."""
    urgency = fields.pop("urgency", Urgency.EMERGENCY)
    assert isinstance(urgency, Urgency)
    return decide(a_situation("he opens my post and hits me", safety=(of_abuse(urgency),), **fields))


@TYPED
@pytest.mark.parametrize(("urgency", "by"), [(Urgency.EMERGENCY, PersonBy.NOW), (Urgency.URGENT, PersonBy.ONE_HOUR)])
def test_situation_49_words_of_abuse_beside_a_typed_address_lock_it_and_a_person_checks_at_once(
    typed: dict[str, object], urgency: Urgency, by: PersonBy
):
    decision = abused(urgency=urgency, **typed)
    assert decision.effects.address_changes[0].safe_contact_locked
    assert (tasks_of(decision)["safe_contact"], tasks_of(decision)["verify_sender"]) == (by, by)
    assert said_by(decision) == ()


@pytest.mark.parametrize(
    ("sender", "marks", "checked"),
    [
        (ANN, Marks(), False),
        (ANN_MAIL, Marks(authentication="pass"), False),
        (ANN_MAIL, Marks(), True),
        (ANN_MAIL, Marks(authentication="fail"), True),
    ],
)
def test_a_lock_is_checked_only_where_the_sender_is_not_proven(sender: Address, marks: Marks, *, checked: bool):
    decision = abused(sender=sender, marks=marks)
    assert decision.effects.address_changes[0].safe_contact_locked
    assert ("verify_sender" in tasks_of(decision)) is checked
    assert alerted(decision) == ("safeguarding",)


def test_a_form_still_opens_a_case_of_its_own():
    decision = decide(a_situation("The lift is broken", own_cases=(a_case(),), last_from_sender=a_case(), **FORM))
    assert opened_as(decision) is Kind.COMPLAINT


def test_a_question_stays_open_when_a_stranger_types_stop():
    case = a_case(kind=Kind.SERVICE_REQUEST)
    decision = decide(a_situation("stop", own_cases=(case,), question=asked(Question.CHOICE, case), **NOTHING, **FORM))
    assert decision.effects.answered_question_id is None
