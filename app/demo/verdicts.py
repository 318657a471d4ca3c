"""Looks at what really came of each scene: in the store, and in the outboxes of the stand-ins."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.demo.cast import Becomes, Scene
from app.demo.stage import ON_CALL_MAILBOX, ON_CALL_NUMBER, Stage
from store.tables import CASE, MESSAGE, OUTBOX


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One line of the final table."""

    scene: Scene
    reference: str
    kind: str
    became: str
    answers: int
    wrong: tuple[str, ...]
    """What is not as it must be; empty: right."""


def judge(tx: Connection, stage: Stage, scene: Scene, turn: int) -> Verdict:
    """Compare a scene with what came of it. ``turn``: which of its sender's messages it is, from 0."""
    rows = (
        tx.execute(
            select(MESSAGE, CASE.c.reference, CASE.c.kind.label("case_kind"))
            .outerjoin(CASE, CASE.c.id == MESSAGE.c.case_id)
            .where(MESSAGE.c.landlord == scene.landlord, MESSAGE.c.sender == scene.sender)
            .order_by(MESSAGE.c.stored_at, MESSAGE.c.id)
        )
        .mappings()
        .all()
    )
    if len(rows) <= turn:
        return Verdict(scene=scene, reference="", kind="", became="not there", answers=0, wrong=("it is not there",))
    row = rows[turn]
    became = _became(row["disposition"])
    answers = stage.answers_to([scene.sender])
    reference = row["reference"] or ""
    wrong = [*_wrong_place(scene, became, row["case_kind"]), *_wrong_words(scene, answers, reference)]
    if scene.twice and _copies(tx, scene) != 1:
        wrong.append("it is there twice")
    if scene.alerts and not _told(tx, stage):
        wrong.append("nobody on call was told")
    return Verdict(
        scene=scene,
        reference=reference,
        kind=row["case_kind"] or "",
        became=became if became != Becomes.NO_CASE else f"no case ({row['disposition']})",
        answers=len(answers),
        wrong=tuple(wrong),
    )


def _became(disposition: str | None) -> str:
    return {"case": Becomes.CASE.value, "added": Becomes.ADDED.value, None: "waiting"}.get(
        disposition, Becomes.NO_CASE.value
    )


def _wrong_place(scene: Scene, became: str, kind: str | None) -> list[str]:
    wrong = []
    if became != scene.becomes.value:
        wrong.append(f"became {became}, not {scene.becomes.value}")
    if scene.kinds and kind not in scene.kinds:
        wrong.append(f"is a {kind}, not a {' or '.join(scene.kinds)}")
    return wrong


def _wrong_words(scene: Scene, answers: list[str], reference: str) -> list[str]:
    if not scene.answered:
        return []
    together = "\n".join(answers)
    if not answers:
        return ["no answer reached the sender"]
    missing = [words for words in scene.says if words.replace("{reference}", reference) not in together]
    told = [words for words in scene.hides if words in together]
    return [f"no answer says {words}" for words in missing] + [f"an answer tells {words}" for words in told]


def _copies(tx: Connection, scene: Scene) -> int:
    statement = select(func.count()).where(MESSAGE.c.sender == scene.sender, MESSAGE.c.text == scene.words)
    return int(tx.execute(statement).scalar_one())


def _told(tx: Connection, stage: Stage) -> bool:
    queued = tx.execute(select(func.count()).where(OUTBOX.c.purpose == "alert")).scalar_one()
    return bool(queued) and bool(stage.answers_to([ON_CALL_NUMBER])) and bool(stage.answers_to([ON_CALL_MAILBOX]))
