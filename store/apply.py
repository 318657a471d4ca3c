"""Effects become rows: all of them or none, in the transaction of the caller. What they are is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from domain.cases import PartyRole
from domain.decisions import Decision, Effects
from domain.errors import Conflict
from domain.messages import Address, AddressKind
from domain.policies import Policy
from domain.ports import Ids
from domain.senders import is_proven
from domain.understanding import SafetyFinding, Understanding
from domain.wording import WordingCatalogue
from store.audit import AuditEntry, AuditKey, append, landlord_chain
from store.case_writes import (
    add_obligations,
    add_parties,
    change_case,
    hold_case,
    link_cases,
    mark_added_answer,
    open_case,
    party_ids,
    replace_obligations,
    take_reference,
)
from store.drafts import Envelope, queue_drafts
from store.duties import acknowledge_alerts
from store.facts import StoredMessage
from store.people import Contacts, Inbound, find_or_add_contacts
from store.routed import mark_routed
from store.silence import change_addresses
from store.statements import NewRows
from store.work import Place, add_task_today, add_tasks, answer_question, ask_questions, raise_alerts


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What was made, by ids of rows."""

    case_id: str | None = None
    reference: str | None = None
    outbox_ids: tuple[str, ...] = ()
    alert_ids: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One decision with all that its rows are made of."""

    tx: Connection
    effects: Effects
    landlord: str
    policy: Policy
    wordings: WordingCatalogue
    ids: Ids
    now: datetime
    actor: str
    message: StoredMessage | None
    decision: Decision | None
    understanding: Understanding | None
    safety: tuple[SafetyFinding, ...]
    keys: AuditKey
    mail_domain: str
    rows: NewRows
    file_id: str | None

    @property
    def message_id(self) -> str | None:
        return self.message.id if self.message else None

    @property
    def sender(self) -> Address | None:
        """The address that wrote, where there is one."""
        if self.message is None or self.message.message.sender.kind is AddressKind.NONE:
            return None
        return self.message.message.sender


@dataclass(frozen=True, kw_only=True)
class _Case:
    """The case of a decision: a new one, a joined one, or none."""

    id: str | None = None
    reference: str | None = None
    stage: int = 0
    version: int = 0
    new: bool = False
    row: RowMapping | None = None
    parties: Mapping[tuple[str, str], str] = field(default_factory=dict)


def apply(
    tx: Connection,
    effects: Effects,
    *,
    landlord: str,
    policy: Policy,
    wordings: WordingCatalogue,
    ids: Ids,
    now: datetime,
    actor: str,
    message: StoredMessage | None,
    decision: Decision | None,
    understanding: Understanding | None,
    keys: AuditKey,
    mail_domain: str,
    safety: tuple[SafetyFinding, ...] = (),
    expected_version: int | None = None,
    gathered: NewRows | None = None,
    file_id: str | None = None,
) -> Applied:
    """Write what a decision sets in motion.

    1. Mark the message as routed, so that it cannot be applied twice.
    2. Open the case under the next reference, or hold the one that is joined.
    3. People, duties and nudges.
    4. Opt-outs and the like, before the answers that tell of them.
    5. Answers into the outbox; tasks, questions and alerts.
    6. The audit.

    A person who acts on a case gives its ``expected_version`` as seen. Rows of a new case join those that
    are ``gathered`` already, which the caller writes; all others are written here.

    With a ``file_id`` it is about an attachment that was read after its message had been routed: that stays as it was
    placed, and answers and tasks are made once for the file. Alerts are made once for the message, as ever.

    Raises:
        Conflict: the message was routed already, or the case has changed since ``expected_version``.
        NotFound: the case to join does not exist.
        WordingError: an answer cannot be filled in.
    """
    step = _Step(
        tx=tx,
        effects=effects,
        landlord=landlord,
        policy=policy,
        wordings=wordings,
        ids=ids,
        now=now,
        actor=actor,
        message=message,
        decision=decision,
        understanding=understanding,
        safety=safety,
        keys=keys,
        mail_domain=mail_domain,
        rows=NewRows(tx) if gathered is None else gathered,
        file_id=file_id,
    )
    case = _settle_case(step, expected_version)
    contacts = _contacts(step, case)
    case = _write_people_and_duties(step, case, contacts)
    about = file_id or step.message_id or f"{case.id}.{case.version + 1}"
    extra_tasks = _write_address_changes(step, case, contacts, about)
    outbox_ids = _write_answers(step, case, about)
    task_ids, alert_ids = _write_work(step, case, about)
    acknowledge_alerts(tx, effects.acknowledges_alerts, by=step.message_id or actor, now=now)
    applied = Applied(
        case_id=case.id,
        reference=case.reference,
        outbox_ids=outbox_ids,
        alert_ids=alert_ids,
        task_ids=(*extra_tasks, *task_ids),
    )
    _write_audit(step, case, applied)
    if gathered is None or not case.new:
        step.rows.write()
    return applied


def _settle_case(step: _Step, expected_version: int | None) -> _Case:
    """The message's row and the case's row."""
    effects = step.effects
    if effects.open_case is not None:
        case_id = step.ids.new()
        _mark_routed(step, case_id)
        reference = take_reference(step.rows, step.policy.prefix, step.now)
        open_case(
            step.rows,
            effects.open_case,
            case_id=case_id,
            reference=reference,
            landlord=step.landlord,
            decision=step.decision,
            flags=effects.flags,
            policy_version=step.policy.version,
            now=step.now,
        )
        return _Case(id=case_id, reference=reference, stage=effects.open_case.stage, new=True)
    _mark_routed(step, effects.join_case_id)
    if effects.join_case_id is None:
        return _Case()
    row = hold_case(step.tx, effects.join_case_id)
    if row["landlord"] != step.landlord:
        raise Conflict("the case belongs to another landlord")
    if expected_version is not None and row["version"] != expected_version:
        raise Conflict("somebody else changed this case first; look at it again")
    change_case(
        step.tx,
        row,
        kind=effects.kind_changed_to,
        flags=effects.flags,
        decision=step.decision,
        by_person=step.message is None,
    )
    return _Case(id=row["id"], reference=row["reference"], stage=row["stage"], version=row["version"], row=row)


def _mark_routed(step: _Step, case_id: str | None) -> None:
    if step.message_id is None or step.file_id is not None:
        return
    mark_routed(
        step.rows,
        step.message_id,
        case_id=case_id,
        effects=step.effects,
        decision=step.decision,
        understanding=step.understanding,
        safety=step.safety,
        policy_version=step.policy.version,
    )


def _contacts(step: _Step, case: _Case) -> Contacts:
    effects, inbound = step.effects, None
    if step.sender is not None and step.message is not None and (case.id or effects.drafts or effects.address_changes):
        message = step.message.message
        inbound = Inbound(address=step.sender, at=message.received_at, proven=is_proven(message))
    if inbound is None and not effects.parties and not effects.address_changes:
        return {}
    return find_or_add_contacts(
        step.rows,
        step.landlord,
        parties=effects.parties,
        others=[change.address for change in effects.address_changes],
        inbound=inbound,
        ids=step.ids,
        now=step.now,
    )


def _write_people_and_duties(step: _Step, case: _Case, contacts: Contacts) -> _Case:
    effects = step.effects
    if case.id is None:
        return case
    parties: Mapping[tuple[str, str], str] = {}
    if case.new or effects.parties:
        parties = add_parties(
            step.rows, case.id, effects.parties, contacts, landlord=step.landlord, ids=step.ids, new=case.new
        )
    elif effects.drafts:
        parties = party_ids(step.tx, case.id)
    if effects.kind_changed_to is not None and case.row and effects.kind_changed_to.value != case.row["kind"]:
        replace_obligations(step.tx, case.id)
    add_obligations(
        step.rows if case.new else step.tx,
        case.id,
        effects.obligations,
        effects.reminders,
        landlord=step.landlord,
        ids=step.ids,
        now=step.now,
    )
    if effects.link_case_id is not None and effects.link_case_id != case.id:
        step.rows.write()
        link_cases(step.tx, case.id, effects.link_case_id)
    return replace(case, parties=parties)


def _write_address_changes(step: _Step, case: _Case, contacts: Contacts, about: str) -> tuple[str, ...]:
    if not step.effects.address_changes:
        return ()
    step.rows.write()
    made: list[str] = []
    for one in change_addresses(step.tx, step.landlord, step.effects.address_changes, contacts, step.now):
        place = Place(about=about, landlord=step.landlord, case_id=case.id or one.case_id, message_id=step.message_id)
        made += add_task_today(step.tx, kind=one.kind, reason=one.reason, place=place, ids=step.ids, now=step.now)
    return tuple(made)


def _write_answers(step: _Step, case: _Case, about: str) -> tuple[str, ...]:
    effects = step.effects
    envelope = Envelope(
        landlord=step.landlord,
        about=case.id if case.new and case.id else about,
        case_id=case.id,
        reference=case.reference,
        stage=case.stage,
        stages={owed.name: owed.stage for owed in effects.obligations},
        answers=step.message_id,
        parties=case.parties,
    )
    for draft in effects.drafts:
        party_id = case.parties.get((draft.to.kind.value, draft.to.value))
        if draft.purpose == "case_added" and party_id is not None:
            step.rows.write()
            mark_added_answer(step.tx, party_id, step.now)
    return queue_drafts(
        step.rows,
        effects.drafts,
        envelope,
        wordings=step.wordings,
        ids=step.ids,
        now=step.now,
        mail_domain=step.mail_domain,
    )


def _write_work(step: _Step, case: _Case, about: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    effects, tx = step.effects, step.tx
    place = Place(about=about, landlord=step.landlord, case_id=case.id, message_id=step.message_id)
    tasks = add_tasks(step.rows, effects.tasks, place=place, ids=step.ids, now=step.now)
    once = replace(place, about=step.message_id or about)
    alerts = raise_alerts(step.rows, effects.alerts, place=once, ids=step.ids, now=step.now)
    if effects.answered_question_id is not None:
        answer_question(
            tx,
            effects.answered_question_id,
            answer=effects.answer,
            message_id=step.message_id,
            reopen=effects.reopen_question,
        )
    ask_questions(step.rows, effects.questions, place=place, ids=step.ids, now=step.now)
    return tasks, alerts


def _write_audit(step: _Step, case: _Case, applied: Applied) -> None:
    effects, decision, message = step.effects, step.decision, step.message
    entries = []
    if message is not None and step.file_id is not None:
        entries.append(AuditEntry(actor=step.actor, action="file.read", detail=_about_file(step, message)))
    elif message is not None:
        entries.append(
            AuditEntry(
                actor=step.actor,
                action="message.routed",
                detail={
                    "message": message.id,
                    "disposition": effects.disposition.value if effects.disposition else None,
                    "rule": decision.rule if decision else None,
                    "floors": list(decision.floors) if decision else [],
                    "policy": step.policy.version,
                    "model": step.understanding.model if step.understanding else None,
                    "corrected": effects.corrected_reference,
                },
                content=(message.message.subject, message.message.text),
            )
        )
    if case.id is not None:
        entries.append(_case_entry(step, case))
    if applied.outbox_ids or applied.task_ids or applied.alert_ids:
        made = {"outbox": list(applied.outbox_ids), "tasks": list(applied.task_ids), "alerts": list(applied.alert_ids)}
        entries.append(AuditEntry(actor=step.actor, action="work.queued", detail=made))
    append(step.rows, case.id or landlord_chain(step.landlord), entries, step.now, step.keys, new=case.new)


def _about_file(step: _Step, message: StoredMessage) -> dict[str, Any]:
    return {
        "attachment": step.file_id,
        "message": message.id,
        "rule": step.decision.rule if step.decision else None,
        "floors": list(step.decision.floors) if step.decision else [],
        "policy": step.policy.version,
    }


def _case_entry(step: _Step, case: _Case) -> AuditEntry:
    effects = step.effects
    detail: dict[str, Any] = {
        "reference": case.reference,
        "policy": step.policy.version,
        "obligations": [[owed.name, owed.stage, owed.due_at.isoformat(), owed.basis] for owed in effects.obligations],
        "linked": effects.link_case_id,
        "kind": effects.kind_changed_to.value if effects.kind_changed_to else None,
        "roles": [PartyRole(party.role).value for party in effects.parties],
    }
    if effects.open_case is None:
        action = "case.raised" if step.file_id else "case.joined" if step.message else "case.changed"
        return AuditEntry(actor=step.actor, action=action, detail=detail)
    opened = effects.open_case
    detail |= {"kind": opened.kind.value, "stage": opened.stage, "team": opened.team, "phase": opened.phase.value}
    return AuditEntry(actor=step.actor, action="case.opened", detail=detail)
