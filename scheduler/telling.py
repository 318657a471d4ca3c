"""One message to the tenant because of what a person did with a case; or a task, where none may go by itself."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from domain.casefile import Party
from domain.cases import ObligationState, PartyRole
from domain.decisions import Draft, NewTask, PersonBy
from domain.uktime import end_of_local_day, local_date
from scheduler.node import LandlordSetup, Node
from scheduler.standing import setup_for
from store.case_acts import standing_duties
from store.casefile import whole_case
from store.drafts import Envelope, queue_drafts
from store.people import may_be_written
from store.work import Place, add_tasks

_SPOKEN_TO = (PartyRole.COMPLAINANT, PartyRole.GROUP_LEAD, PartyRole.REPRESENTATIVE, PartyRole.ELECTED_MEMBER)
"""Whom to write to, the first that there is."""


def tell(
    node: Node,
    tx: Connection,
    case: RowMapping,
    wording: str,
    values: Mapping[str, str],
    *,
    now: datetime,
    meets: str | None = None,
) -> bool:
    """Write to the complainant, or leave a person a task for the next working day; says whether a message was queued.

    Args:
        node: channels, wordings and ids.
        tx: the transaction of the act.
        case: the case that the message is about.
        wording: its name; also its purpose.
        values: placeholders beside the landlord's own.
        now: when.
        meets: the duty that it meets once it is sent.
    """
    setup = setup_for(node, case)
    party = _addressee(whole_case(tx, case).parties)
    channel = _channel_of(node, tx, case["landlord"], party, now) if party else None
    if party is None or channel is None:
        _leave_to_a_person(node, tx, case, wording, now)
        return False
    draft = Draft(
        purpose=wording,
        channel=channel,
        to=party.address,
        to_name=party.name,
        wording=wording,
        language=party.language if party.language in setup.policy.languages else "en",
        values=_landlord(setup) | dict(values),
        automatic="auto-generated",
        meets=meets,
    )
    envelope = Envelope(
        landlord=case["landlord"],
        about=f"{case['id']}.{case['version']}",
        case_id=case["id"],
        reference=values["reference"],
        stage=case["stage"],
        stages=_stages(tx, case["id"], meets),
        parties={(party.address.kind.value, party.address.value): party.id},
    )
    return bool(
        queue_drafts(
            tx,
            (draft,),
            envelope,
            wordings=node.wordings,
            ids=node.ids,
            now=now,
            mail_domain=setup.mail_domain,
        )
    )


def can_be_told(node: Node, tx: Connection, case: RowMapping, now: datetime) -> bool:
    """Whether there is somebody to whom a message may go by itself."""
    party = _addressee(whole_case(tx, case).parties)
    return party is not None and _channel_of(node, tx, case["landlord"], party, now) is not None


def _stages(tx: Connection, case_id: str, name: str | None) -> dict[str, int]:
    """The stage of the duty that the message meets: thanks for a compliment are owed before any stage."""
    open_ones = [row for row in standing_duties(tx, case_id) if row["name"] == name and row["effective"]]
    return {row["name"]: row["stage"] for row in open_ones if row["state"] != ObligationState.MET.value}


def _addressee(parties: tuple[Party, ...]) -> Party | None:
    for role in _SPOKEN_TO:
        for party in parties:
            if party.role == role.value and party.address.value and not party.safe_contact_locked:
                return party
    return None


def _channel_of(node: Node, tx: Connection, landlord: str, party: Party, now: datetime) -> str | None:
    if not may_be_written(tx, landlord, party.address, now):
        return None
    senders = node.senders.get(landlord, ())
    return next((each.name for each in senders if each.address_kind is party.address.kind), None)


def _leave_to_a_person(node: Node, tx: Connection, case: RowMapping, wording: str, now: datetime) -> None:
    day = setup_for(node, case).calendar.add_working_days(local_date(now), 1)
    task = NewTask(
        kind="answer_by_hand",
        reason=f"No message may go out by itself: tell the tenant by hand ({wording.replace('_', ' ')}).",
        by=PersonBy.ONE_WORKING_DAY,
        due_at=end_of_local_day(day),
        team=case["team"],
    )
    place = Place(about=f"{case['id']}.{case['version']}.{wording}", landlord=case["landlord"], case_id=case["id"])
    add_tasks(tx, (task,), place=place, ids=node.ids, now=now)


def _landlord(setup: LandlordSetup) -> dict[str, str]:
    policy = setup.policy
    return {
        "landlord": policy.name,
        "landlord_short": policy.short_name or policy.name,
        "team": policy.teams["complaints"],
        "phone": policy.phone,
        "emergency_phone": policy.emergency_phone or policy.phone,
    }
