"""Rules about whether somebody wants messages from us (rules B10). A complaint goes on whatever they choose."""

from domain.cases import CaseState
from domain.decisions import AddressChange, Decision, Disposition, NewTask, PersonBy, Situation
from domain.keywords import START, STOP
from domain.messages import AddressKind
from domain.senders import is_proven
from router.answers import NOTHING, Answers, answer
from router.making import CHATS, no_case
from router.reach import Reach, route_to
from router.times import a_task
from router.words import is_whole, said


def opt_out(situation: Situation) -> Decision | None:
    """STOP as the whole message, in English or Welsh, or by the provider's own word (situations 143 to 147)."""
    by_provider = situation.message.marks.opt_out == "STOP"
    by_word = situation.message.sender.kind in CHATS and is_whole(said(situation), STOP)
    if not (by_provider or by_word):
        return None
    if not is_proven(situation.message):
        return _asked_by_a_stranger(situation)
    return no_case(
        "opt_out",
        Disposition.OPT_OUT,
        "Asked for no more messages to this address; the case, if any, goes on by another way.",
        answers=NOTHING if by_provider else _confirmation(situation),
        tasks=_other_way(situation),
        address_changes=_change(situation, opted_out=True),
    )


def opt_in(situation: Situation) -> Decision | None:
    """START, where it undoes a STOP: from the very address, never by a form that anybody can fill in (PECR)."""
    opted_out = situation.sender is not None and situation.sender.opted_out
    by_word = opted_out and situation.message.sender.kind in CHATS and is_whole(said(situation), START)
    if not (situation.message.marks.opt_out == "START" or by_word) or not is_proven(situation.message):
        return None
    reason = "Wants messages to this address again."
    return no_case("opt_in", Disposition.OPT_IN, reason, address_changes=_change(situation, opted_out=False))


def help_word(situation: Situation) -> Decision | None:
    """HELP, which the provider answered itself. It may be a cry for help: a person looks within the hour."""
    if situation.message.marks.opt_out != "HELP":
        return None
    task = a_task(
        situation, "sort", "HELP alone: the provider answered it; see whether more is meant.", PersonBy.ONE_HOUR
    )
    return no_case("help_word", Disposition.UNCLEAR, "The provider's own HELP word.", tasks=(task,))


def _asked_by_a_stranger(situation: Situation) -> Decision:
    """STOP beside a number that was typed: nobody can be silenced by somebody else, so a person asks first."""
    reason = "STOP by a form or a note: find out whether this person wants no more messages."
    task = a_task(situation, "consent", reason, PersonBy.SAME_DAY)
    kept = "STOP beside an address that anybody could have typed: nothing is changed until a person has asked."
    return no_case("opt_out", Disposition.UNCLEAR, kept, tasks=(task,))


def _change(situation: Situation, *, opted_out: bool) -> tuple[AddressChange, ...]:
    """Nothing to keep where the number was withheld."""
    sender = situation.message.sender
    return () if sender.kind is AddressKind.NONE else (AddressChange(address=sender, opted_out=opted_out),)


def _confirmation(situation: Situation) -> Answers:
    """One confirmation, and only where the provider did not give it (design 5, Twilio STOP)."""
    known, sender = situation.sender, situation.message.sender
    route = route_to(situation, sender)
    if route is None or (known and (known.opted_out or known.safe_contact_locked)):
        return NOTHING
    return answer(situation, "opt_out", "a10", way=Reach(route=route, to=sender))


def _other_way(situation: Situation) -> tuple[NewTask, ...]:
    """A task where a case goes on and no other address of this person is left."""
    is_waiting = any(case.own and case.state is CaseState.OPEN for case in situation.own_cases)
    if not is_waiting or (situation.sender and situation.sender.other_addresses):
        return ()
    reason = "Opted out with a case open and no other address: ring or write by hand."
    return (a_task(situation, "contact", reason, PersonBy.SAME_DAY),)
