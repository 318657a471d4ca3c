"""Plays the morning: each scene goes in by its own provider, after what it needs of earlier scenes is there."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from email.message import Message

from app.demo.cast import By, Scene
from app.demo.mails import build_mail
from app.demo.stage import MAILBOXES, NOTE_TOKEN, NUMBERS, Stage
from channels.web_form import WebForm

PATIENCE_SECONDS = 20.0
_PLAIN = str.maketrans({"@": "-", ".": "-"})
"""A form's id is letters, digits and dashes."""


class Player:
    """Lets tenants write, through the stand-ins of their providers."""

    def __init__(self, stage: Stage, forms: dict[str, WebForm], now: Callable[[], datetime]) -> None:
        self._stage = stage
        self._forms = forms
        self._now = now

    async def play(self, scene: Scene, earlier: Scene | None) -> None:
        """One scene. ``earlier`` is the scene whose acknowledgement it answers."""
        answered = await self._acknowledgement_of(earlier) if earlier else None
        words = scene.words.replace("{mistyped}", mistype(_reference_in(answered)) if answered else "")
        if scene.by is By.TEXT:
            await self._text(scene, words)
        elif scene.by is By.TELEGRAM:
            await self._stage.telegram.tenant_writes(int(scene.sender), words, name=scene.name)
        elif scene.by is By.FORM:
            await self._form(scene, words)
        elif scene.by is By.NOTE:
            await self._note(scene, words)
        else:
            raw = build_mail(scene, to=MAILBOXES[scene.landlord], words=words, answered=answered, now=self._now())
            await self._stage.mailboxes[scene.landlord].deliver(raw)

    async def _text(self, scene: Scene, words: str) -> None:
        sid = await self._stage.twilio.tenant_texts(scene.sender, words, to=NUMBERS[scene.landlord])
        if scene.twice:
            await self._stage.twilio.redeliver(sid)

    async def _form(self, scene: Scene, words: str) -> None:
        token = self._forms[scene.landlord].new_token(f"demo-{scene.sender.translate(_PLAIN)}", self._now())
        fields = {"message": words, "email": scene.sender, "token": token, **scene.fields}
        response = await self._stage.web.post(f"/in/{scene.landlord}/form", data=fields)
        response.raise_for_status()

    async def _note(self, scene: Scene, words: str) -> None:
        note = {"source": "phone", "received_at": self._now().isoformat(), "text": words, **scene.fields}
        response = await self._stage.web.post(
            f"/in/{scene.landlord}/notes", json=note, headers={"Authorization": f"Bearer {NOTE_TOKEN}"}
        )
        response.raise_for_status()

    async def _acknowledgement_of(self, scene: Scene) -> Message:
        """The mail that answered an earlier scene, waited for."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (mails := self._stage.smtp.mails_to(scene.sender)):  # noqa: ASYNC110 - the server has no event
                await asyncio.sleep(0.05)
        return mails[0].parsed


def _reference_in(mail: Message) -> str:
    subject = str(mail["Subject"])
    return subject.partition("[")[2].partition("]")[0]


def mistype(reference: str) -> str:
    """Swap the last two digits, as a hurried hand does."""
    head, check = reference[:-1], reference[-1]
    for at in range(len(head) - 1, 0, -1):
        if head[at].isdigit() and head[at - 1].isdigit() and head[at] != head[at - 1]:
            return head[: at - 1] + head[at] + head[at - 1] + head[at + 1 :] + check
    return head
