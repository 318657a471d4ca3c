"""What the router may know about one message: what its words alone tell, and the facts that the store adds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.areas import area_told
from domain.cases import CaseFacts, ReplyRoute
from domain.decisions import Situation
from domain.messages import AddressKind
from domain.ports import Sender
from domain.quoting import Split
from domain.references import find_references
from domain.understanding import Reading, SafetyFinding, Understanding
from scheduler.node import LandlordSetup, Node
from scheduler.reading import only_quoted
from store.duties import told_alerts
from store.facts import Facts, StoredMessage, load_facts


@dataclass(frozen=True, kw_only=True)
class Read:
    """One message with all that its words alone can tell."""

    stored: StoredMessage
    reading: Reading
    split: Split
    safety: tuple[SafetyFinding, ...]
    understanding: Understanding | None


def situation_of(node: Node, tx: Connection, item: Read, setup: LandlordSetup, now: datetime) -> Situation:
    """The facts of one message, as the transaction finds them."""
    message = item.stored.message
    words = f"{message.subject or ''}\n{item.reading.new_text}"
    found = find_references(words, [setup.policy.prefix])
    facts = load_facts(tx, item.stored, policy=setup.policy, now=now, found_references=found)
    on_call = setup.duty.addresses()
    told = told_alerts(tx, message.landlord, message.sender, message.received_at) if message.sender in on_call else ()
    area = _area(setup, facts, item)
    here = setup.of(area or "")
    return Situation(
        message_id=item.stored.id,
        message=message,
        reading=item.reading,
        understanding=item.understanding,
        safety=item.safety,
        quoted_safety=only_quoted(item.safety, item.split),
        sender=facts.sender,
        own_cases=facts.own_cases,
        thread=facts.thread,
        references=facts.references,
        question=facts.question,
        recent_answers=facts.recent_answers,
        open_alerts=facts.open_alerts,
        last_from_sender=facts.last_from_sender,
        edited=facts.edited,
        duplicate_of=item.stored.duplicate_of,
        own_domains=node.own_domains[message.landlord],
        reply_routes=reply_routes(node.senders.get(message.landlord, ()), message.channel),
        duty_addresses=on_call,
        told_alerts=told,
        policy=here.policy,
        calendar=here.calendar,
        area_known=area is not None,
        now=now,
    )


def _area(setup: LandlordSetup, facts: Facts, item: Read) -> str | None:
    """Where the home is: as the case of the message says, else by a postcode in it; None where neither tells."""
    areas = setup.policy.areas
    if not areas:
        return ""
    named = [each.case for each in facts.references if each.valid and each.case and each.case.own]
    thread = facts.thread.case if facts.thread else None
    own = facts.own_cases if len(facts.own_cases) == 1 else ()
    cases: list[CaseFacts | None] = [thread, *named, facts.last_from_sender, *own]
    if case := next((each for each in cases if each), None):
        return case.area
    return area_told(areas, (item.stored.message.form.get("address", ""), item.reading.new_text))


def address_key(stored: StoredMessage) -> str:
    """What is locked while a message of this sender is placed."""
    message = stored.message
    return f"{message.landlord}|{message.sender.kind}|{message.sender.value}"


def reply_routes(senders: Sequence[Sender], preferred: str) -> tuple[ReplyRoute, ...]:
    """What can carry an answer, the channel that the message came by first."""
    return tuple(
        ReplyRoute(
            channel=channel.name,
            kind=channel.kind,
            reaches=channel.address_kind,
            two_way=getattr(channel, "two_way", channel.address_kind is not AddressKind.POST),
        )
        for channel in sorted(senders, key=lambda channel: channel.name != preferred)
    )
