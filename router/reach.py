"""Whether the sender may hear from us by itself, and by which way.

Only ever the address that the message came from, or another verified address of the same person: never one from the
text, Cc, a quoted part or a Reply-To.
"""

from datetime import datetime, timedelta
from typing import Final

from domain.cases import CaseFacts, ReplyRoute
from domain.decisions import PersonBy, Situation
from domain.messages import Address, AddressKind
from domain.references import without_references
from domain.subjects import without_answer_marks
from domain.values import Value
from router.colleagues import is_unproven_colleague
from router.dangers import silence_reason

FLOOD: Final = (10, 10)
CAPS: Final = (FLOOD, (25, 60), (100, 600))
"""(messages, minutes) to one address (design 4)."""
SAME_SUBJECT: Final = (2, 180)


class Reach(Value):
    """The way to the sender, or why there is none."""

    route: ReplyRoute | None = None
    to: Address | None = None
    other_way: bool = False
    """Another address of the same person, as the one that wrote may not be used."""
    barred: str = ""
    """A key of ``BARRED_WORDS``; '' where it is open."""


BARRED_WORDS: Final = {
    "opted_out": (
        "contact",
        "Opted out, and no other verified address: ring or write by hand.",
        PersonBy.ONE_WORKING_DAY,
    ),
    "blocked": ("contact", "Mail to this address bounced lately: find another way.", PersonBy.ONE_WORKING_DAY),
    "safe_contact": ("safe_contact", "Safe contact only: decide how this person may be answered.", PersonBy.ONE_HOUR),
    "threat": ("answer_by_hand", "The words may be a threat: a person answers.", PersonBy.NOW),
    "suppressed": (
        "answer_by_hand",
        "No automatic mail may go there: a person acknowledges.",
        PersonBy.ONE_WORKING_DAY,
    ),
    "unproven": (
        "answer_by_hand",
        "Says that it comes from a colleague, which is not proven: check that, and acknowledge by hand.",
        PersonBy.ONE_WORKING_DAY,
    ),
    "copied": (
        "answer_by_hand",
        "We were only copied in: see what is wanted of us, and answer by hand if anything is.",
        PersonBy.ONE_WORKING_DAY,
    ),
    "capped": (
        "answer_by_hand",
        "Too many answers to this address lately: a person acknowledges.",
        PersonBy.ONE_WORKING_DAY,
    ),
    "no_address": ("answer_by_hand", "There is no address to answer to.", PersonBy.ONE_WORKING_DAY),
    "no_route": (
        "answer_by_hand",
        "No channel here reaches this address: ring or write by hand.",
        PersonBy.ONE_WORKING_DAY,
    ),
}
"""Kind, reason and time of the task that takes the place of an answer."""


def reach(situation: Situation, case: CaseFacts | None = None, *, emergency: bool = False) -> Reach:
    """How to answer the sender of a message about a case, if there is one yet.

    Words of an emergency are held back by nothing but the cap that no person writes fast enough to meet.
    """
    if barred := _barred(situation, case):
        return Reach(barred=barred)
    if not emergency and (held := _held_back(situation)):
        return Reach(barred=held)
    sender, known = situation.message.sender, situation.sender
    if known is not None and (known.opted_out or _is_blocked(known.blocked_until, situation.now)):
        return _another_way(situation) or Reach(barred="opted_out" if known.opted_out else "blocked")
    if is_flooded(situation) if emergency else is_capped(situation):
        return Reach(barred="capped")
    route = route_to(situation, sender)
    return Reach(route=route, to=sender) if route else Reach(barred="no_route")


def _barred(situation: Situation, case: CaseFacts | None) -> str:
    marks = situation.message.marks
    if silence := silence_reason(situation):
        return silence
    if (situation.sender and situation.sender.safe_contact_locked) or (case and case.safe_contact_locked):
        return "safe_contact"
    if marks.automatic or marks.suppress_answer or marks.bulk or marks.loop or marks.bounce:
        return "suppressed"
    if situation.message.sender.kind is AddressKind.NONE:
        return "no_address"
    return ""


def _held_back(situation: Situation) -> str:
    """What bars an ordinary answer, but no words of an emergency."""
    if situation.message.marks.copied:
        return "copied"
    return "unproven" if is_unproven_colleague(situation) else ""


def _is_blocked(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _another_way(situation: Situation) -> Reach | None:
    for address in situation.sender.other_addresses if situation.sender else ():
        if route := route_to(situation, address):
            return Reach(route=route, to=address, other_way=True)
    return None


def route_to(situation: Situation, address: Address) -> ReplyRoute | None:
    """The channel that the message came by where it reaches the address, else the first that does."""
    fitting = [route for route in situation.reply_routes if route.reaches == address.kind]
    same = [route for route in fitting if route.channel == situation.message.channel]
    return next(iter((*same, *fitting)), None)


def is_flooded(situation: Situation) -> bool:
    """Whether ten messages went to this address within ten minutes: only machines talk so fast."""
    most, minutes = FLOOD
    return _since(situation.now, [answer.at for answer in situation.recent_answers], minutes) >= most


def is_capped(situation: Situation) -> bool:
    """Whether one more answer to this address would break a cap against loops."""
    sent = [answer.at for answer in situation.recent_answers]
    if not sent:
        return False
    if any(_since(situation.now, sent, minutes) >= most for most, minutes in CAPS):
        return True
    subject = bare_subject(situation.message.subject)
    most, minutes = SAME_SUBJECT
    same = [answer.at for answer in situation.recent_answers if bare_subject(answer.subject) == subject]
    return bool(subject) and _since(situation.now, same, minutes) >= most


def _since(now: datetime, sent: list[datetime], minutes: int) -> int:
    return sum(timedelta(0) <= now - at < timedelta(minutes=minutes) for at in sent)


def bare_subject(subject: str | None) -> str:
    """A subject without "Re:" and references, for comparison."""
    return without_references(without_answer_marks((subject or "")[:500])).casefold()
