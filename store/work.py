"""What waits for people: tasks, questions to tenants, alerts to the person on call."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, RowMapping, Update, bindparam, select, update

from domain.decisions import NewAlert, NewQuestion, NewTask, PersonBy
from domain.ports import Ids
from domain.uktime import end_of_local_day, local_date
from store.statements import NewRows, Row, insert_new, insert_rows
from store.tables import ALERT, QUESTION, TASK

_TOKEN_BYTES: Final = 16
"""128 bits for a link that acknowledges an alert."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What work belongs to, and what it is made once for."""

    about: str
    """The message, case or row whose work it is: part of the key that keeps it from being made twice."""
    landlord: str
    case_id: str | None = None
    message_id: str | None = None


def add_tasks(
    into: Connection | NewRows,
    tasks: Sequence[NewTask],
    *,
    place: Place,
    ids: Ids,
    now: datetime,
) -> tuple[str, ...]:
    """Tasks for people, each once for what it is about; returns the ids of those that were not there yet."""
    rows: list[Row] = []
    for number, task in enumerate(tasks):
        same = sum(other.kind == task.kind for other in tasks[:number])
        once = f"{task.kind}:{place.about}" + (f":{same + 1}" if same else "")
        rows.append(
            {
                "id": ids.new(),
                "once": once,
                "landlord": place.landlord,
                "case_id": place.case_id,
                "message_id": place.message_id,
                "kind": task.kind,
                "reason": task.reason,
                "by": task.by.value,
                "due_at": task.due_at,
                "team": task.team,
                "state": "open",
                "created_at": now,
            }
        )
    return insert_new(into, TASK, rows, key=("once",))


def add_task_today(
    tx: Connection,
    *,
    kind: str,
    reason: str,
    place: Place,
    ids: Ids,
    now: datetime,
    team: str = "",
) -> tuple[str, ...]:
    """A task that the store itself finds necessary: by the end of the day."""
    task = NewTask(kind=kind, reason=reason, by=PersonBy.SAME_DAY, due_at=end_of_local_day(local_date(now)), team=team)
    return add_tasks(tx, (task,), place=place, ids=ids, now=now)


def open_tasks(tx: Connection, landlord: str | None = None, limit: int = 500) -> list[RowMapping]:
    """What needs a person, the most pressing first."""
    wanted = select(TASK).where(TASK.c.state == "open").order_by(TASK.c.due_at, TASK.c.id).limit(limit)
    if landlord is not None:
        wanted = wanted.where(TASK.c.landlord == landlord)
    return list(tx.execute(wanted).mappings())


def finish_task(tx: Connection, task_id: str, *, by: str, now: datetime) -> bool:
    """Whether this call closed the task; False when somebody had done so."""
    is_open = (TASK.c.id == task_id, TASK.c.state == "open")
    return tx.execute(update(TASK).where(*is_open).values(state="done", done_by=by, done_at=now)).rowcount == 1


def finish_tasks(tx: Connection, case_id: str, *, kinds: Collection[str], by: str, now: datetime) -> None:
    """A person's act did what these tasks of a case asked for."""
    is_open = (TASK.c.case_id == case_id, TASK.c.kind.in_(kinds), TASK.c.state == "open")
    tx.execute(update(TASK).where(*is_open).values(state="done", done_by=by, done_at=now))


def ask_questions(rows: NewRows, questions: Sequence[NewQuestion], *, place: Place, ids: Ids, now: datetime) -> None:
    """Remember what was asked. An older open question to the same address is superseded: one at a time."""
    for number, question in enumerate(questions):
        if number:
            rows.write()
        to = question.to
        asked = {"asked_by": place.landlord, "kind": to.kind.value, "address": to.value}
        rows.tx.execute(_supersede(), asked)
        row = {
            "id": ids.new(),
            "landlord": place.landlord,
            "case_id": place.case_id,
            "to_kind": to.kind.value,
            "to_value": to.value,
            "channel": question.channel,
            "question": question.question.value,
            "asked_at": now,
            "state": "open",
        }
        insert_rows(rows, QUESTION, [row])


def answer_question(
    tx: Connection, question_id: str, *, answer: str | None, message_id: str | None, reopen: bool
) -> None:
    """Close a question with its answer; ``reopen`` keeps it open because the answer did not fit it."""
    state = "open" if reopen else "answered"
    changed = update(QUESTION).where(QUESTION.c.id == question_id)
    tx.execute(changed.values(state=state, answer=answer, answered_by=message_id))


def raise_alerts(
    into: Connection | NewRows,
    alerts: Sequence[NewAlert],
    *,
    place: Place,
    ids: Ids,
    now: datetime,
) -> tuple[str, ...]:
    """Alerts for the person on call, each cause once for what it is about, due at once."""
    rows = [
        {
            "id": ids.new(),
            "once": f"{alert.cause}:{place.about}",
            "landlord": place.landlord,
            "case_id": place.case_id,
            "message_id": place.message_id,
            "cause": alert.cause,
            "urgency": alert.urgency.value,
            "token": secrets.token_urlsafe(_TOKEN_BYTES),
            "state": "open",
            "created_at": now,
            "due_at": now,
            "attempts": 0,
        }
        for alert in alerts
    ]
    return insert_new(into, ALERT, rows, key=("once",))


@lru_cache
def _supersede() -> Update:
    table = QUESTION
    same = (
        table.c.landlord == bindparam("asked_by"),
        table.c.to_kind == bindparam("kind"),
        table.c.to_value == bindparam("address"),
        table.c.state == "open",
    )
    return update(table).where(*same).values(state="superseded")
