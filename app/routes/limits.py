"""How many messages the public form takes, counted in the memory of this node alone: it protects the node.

Nobody's words are lost by it: who is asked to wait keeps the page with all that was typed, and what speaks of danger is
taken whatever was sent before. Several nodes count each for itself; a start begins anew.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from starlette.requests import Request

from app.routes.senders import Senders
from channels.web_form import MessageLimits, WebForm
from domain.messages import InboundMessage
from domain.ports import SafetyScan

log = structlog.get_logger()
_MOST_PAGES: Final = 20_000
"""Pages remembered for a form, of a hundred bytes and more each."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """``limit``: sender, landlord or page. ``wait``: until it would be taken; nothing for a page, which is used up."""

    limit: str
    wait: timedelta = timedelta(0)

    @property
    def seconds(self) -> int:
        """For Retry-After: whole, and at least one."""
        return max(1, -int(-self.wait.total_seconds() // 1))

    @property
    def minutes(self) -> int:
        """For people."""
        return -(-self.seconds // 60)


@dataclass(frozen=True, kw_only=True)
class _Taken:
    at: datetime
    sender: str | None
    page: str
    message: str


@dataclass(kw_only=True)
class _Page:
    opened: datetime
    messages: set[str] = field(default_factory=set)


class _Form:
    """What one form took lately. Only what is within the limits is remembered, so this does not grow without end."""

    def __init__(self, limits: MessageLimits) -> None:
        self._limits = limits
        self._taken: deque[_Taken] = deque()
        self._by_sender: Counter[str] = Counter()
        self._pages: OrderedDict[str, _Page] = OrderedDict()

    def take(self, new: _Taken) -> Refusal | None:
        """Count a message, or say why not. One token serves one message.

        - The same message from the same page, as after a double click, is the one that was counted.
        - Other words from a page that has served are a second matter of somebody who went back. They are a message of
          their own under an id of their own (``channels.web_form``), exactly as if a page had been opened for them,
          and count as one more: nobody is bothered for having pressed "back".
        - After ``per_page`` of these it is hardly a person any more, and the words come back on a fresh page. That
          costs a person one more press, and whoever sends one token a thousand times all that it was good for.
        """
        self._forget(new.at)
        page = self._pages.get(new.page)
        if page is not None and new.message in page.messages:
            return None
        if refusal := self._refusal(new, page):
            return refusal
        self._taken.append(new)
        if new.sender is not None:
            self._by_sender[new.sender] += 1
        self._pages.setdefault(new.page, _Page(opened=new.at)).messages.add(new.message)
        return None

    def give_back(self, message: str) -> None:
        """A message that was counted and could not be stored."""
        lost = next((each for each in reversed(self._taken) if each.message == message), None)
        if lost is not None:
            self._taken.remove(lost)
            self._uncount(lost)
            if page := self._pages.get(lost.page):
                page.messages.discard(message)

    def _refusal(self, new: _Taken, page: _Page | None) -> Refusal | None:
        limits = self._limits
        if page is not None and 0 < limits.per_page <= len(page.messages):
            return Refusal(limit="page")
        if 0 < limits.per_landlord <= len(self._taken):
            return Refusal(limit="landlord", wait=self._taken[0].at + limits.window - new.at)
        if new.sender is not None and 0 < limits.per_sender <= self._by_sender[new.sender]:
            oldest = next(each for each in self._taken if each.sender == new.sender)
            return Refusal(limit="sender", wait=oldest.at + limits.window - new.at)
        return None

    def _forget(self, now: datetime) -> None:
        while self._taken and now - self._taken[0].at >= self._limits.window:
            self._uncount(self._taken.popleft())
        while self._pages and (len(self._pages) > _MOST_PAGES or self._is_over(next(iter(self._pages.values())), now)):
            self._pages.popitem(last=False)

    def _is_over(self, page: _Page, now: datetime) -> bool:
        return now - page.opened > self._limits.page_life

    def _uncount(self, taken: _Taken) -> None:
        if taken.sender is not None:
            self._by_sender[taken.sender] -= 1
            if not self._by_sender[taken.sender]:
                del self._by_sender[taken.sender]


class FormGate:
    """Asked of every form before it is stored."""

    def __init__(self, safety: SafetyScan, senders: Senders) -> None:
        self._safety = safety
        self._senders = senders
        self._forms: dict[tuple[str, str], _Form] = {}

    async def refusal(
        self, channel: WebForm, request: Request, message: InboundMessage, now: datetime
    ) -> Refusal | None:
        """Count a message; why it has to wait, or None where it is taken. What speaks of danger always is."""
        sender = self._senders.digest_of(request)
        page = message.provider_id.partition("/")[0]
        refusal = self._form(channel).take(_Taken(at=now, sender=sender, page=page, message=message.provider_id))
        if refusal is None:
            return None
        danger = await asyncio.to_thread(self._speaks_of_danger, message)
        event = "form over the limit taken for danger" if danger else "form refused"
        log.info(event, landlord=channel.landlord, channel=channel.name, limit=refusal.limit, sender=sender)
        return None if danger else refusal

    def give_back(self, channel: WebForm, message: InboundMessage) -> None:
        """It was counted, and could not be stored: it may be sent again."""
        self._form(channel).give_back(message.provider_id)

    def _form(self, channel: WebForm) -> _Form:
        return self._forms.setdefault((channel.landlord, channel.name), _Form(channel.limits))

    def _speaks_of_danger(self, message: InboundMessage) -> bool:
        """A danger phrase in anything that was written. What breaks the scanner is taken: in doubt it is danger."""
        written = (message.text, message.subject or "", *message.form.values(), *message.attachment_texts)
        try:
            return any(self._safety.scan(text) for text in written if text)
        except Exception as problem:  # noqa: BLE001 - the same words are met again where messages are read
            log.warning("form not scanned", landlord=message.landlord, error=type(problem).__name__)
            return True
