"""Rules about the person on call's YES: whose it is, and which alert it takes. In doubt the alert goes on.

A YES counts as the whole message, with or without the reference that the alert named, from a proven sender alone:
anybody can fill in a form or forge a mail in that person's name. With several alerts open a bare YES takes none: the
newest may have gone out in the very moment in which the YES was typed, and nobody would have read it (decision 8).
"""

import re
from typing import Final

from domain.cases import ToldAlert
from domain.decisions import Decision, Disposition, Situation
from domain.senders import is_proven
from router.answers import NOTHING, Answers, answer
from router.dangers import has_danger, own_findings
from router.making import no_case
from router.reach import Reach, is_flooded, route_to
from router.words import ACKNOWLEDGED, names_reference, said, whole

_NAMED: Final = re.compile(r"[A-Z]{3}[0-9]{7,8}[0-9A-Z]|[0-9]{3,6}[A-Z]?")
"""A reference, or its number alone, without dashes."""
_LONGEST: Final = 60
_MOST_OPTIONS: Final = 5


def answer_to_alert(situation: Situation) -> Decision | None:
    """The person on call has it."""
    named, told = _named(situation), situation.told_alerts
    if named is None or situation.message.sender not in situation.duty_addresses or _is_in_danger(situation):
        return None
    if not told and (situation.question is not None or not is_proven(situation.message)):
        return None  # nothing is open: it answers something else
    if not is_proven(situation.message):
        reason = "A YES in the name of a person on call, by a way that proves no sender: the alert goes on."
        return no_case("answer_to_alert", Disposition.UNCLEAR, reason, answers=_which(situation))
    taken = _meant(situation, named)
    if told and not taken:
        reason = "A YES that may mean several alerts, or none that is open: asked which, and all go on."
        return no_case("answer_to_alert", Disposition.ALERT_ANSWER, reason, answers=_which(situation))
    reason = "The person on call answered."
    return no_case("answer_to_alert", Disposition.ALERT_ANSWER, reason, acknowledges_alerts=taken)


def _named(situation: Situation) -> str | None:
    """What stands beside the YES: a reference, its number, or ''. None where it is no YES, or says more."""
    text = said(situation)
    words = whole(text).split() if len(text) <= _LONGEST else []
    beside = [word for word in words if word not in ACKNOWLEDGED]
    if len(beside) == len(words) or words[0] not in ACKNOWLEDGED:
        return None
    named = "".join(beside).upper()
    return named if not named or _NAMED.fullmatch(named) else None


def _is_in_danger(situation: Situation) -> bool:
    """A danger in the message itself is read like anybody's. The subject of an answer is the alert's own."""
    if situation.thread is not None and situation.thread.purpose == "alert":
        return any(finding.part != "subject" for finding in own_findings(situation))
    return has_danger(situation)


def _meant(situation: Situation, named: str) -> tuple[str, ...]:
    """The alerts that are taken: all of one case, or none where more than one case can be meant."""
    told = situation.told_alerts
    written = {found.reference for found in situation.references if found.valid}
    if named:
        told = tuple(alert for alert in told if alert.reference and names_reference(named, alert.reference))
    elif any(alert.reference in written for alert in told):  # the subject of the mail that is answered
        told = tuple(alert for alert in told if alert.reference in written)
    return tuple(alert.id for alert in told) if len({_place(alert) for alert in told}) == 1 else ()


def _place(alert: ToldAlert) -> str:
    return alert.reference or alert.id


def _which(situation: Situation) -> Answers:
    """Ask for the reference, by the channel that the YES came by: a form and a note are not answered."""
    message = situation.message
    route = route_to(situation, message.sender)
    by_itself = route is not None and route.channel == message.channel
    if not by_itself or message.marks.authentication == "fail" or is_flooded(situation):
        return NOTHING
    references = dict.fromkeys(alert.reference for alert in situation.told_alerts if alert.reference)
    options = ", ".join([*references][:_MOST_OPTIONS])
    way = Reach(route=route, to=message.sender)
    return answer(situation, "alert_which", "alert_which", values={"options": options}, urgent=True, way=way)
