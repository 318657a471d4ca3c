"""Ten thousand mutated mails and webhooks: none crashes a step, none is lost, each is a message or set aside.

They go through the channels' real reading, the store and the router; only providers are left out. In every test run
a part of them, all of them under ``make soak``.
"""

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, select
from twilio.request_validator import RequestValidator

from app.routes.intake import receive
from app.wiring import build_node
from channels.email_imap import EmailChannel
from channels.twilio_webhook import Form
from channels.web_form import WebForm
from domain.errors import BadSignature
from domain.messages import Received, WebRequest
from domain.ports import Channel
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from scheduler.routing import route_due
from store.intake import Inserted
from store.tables import MESSAGE, SET_ASIDE
from tests.e2e.fuzz import as_json, mutated, mutated_fields, mutated_json, urlencoded
from tests.e2e.house import FORM_SECRET, LANDLORD, MAILBOX, NOTE_TOKEN, NUMBER, write_house
from tests.e2e.mail_answers import AWAY, Ours
from tests.e2e.mail_bounces import BOUNCES
from tests.e2e.mail_truth import Writer, first_mails

SEED = 20261102
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PUBLIC = "https://complaints.example.org"
TWILIO_TOKEN = "a-twilio-token-in-tests"
TELEGRAM_SECRET = "a-telegram-secret-in-tests"
CASES = Path(__file__).parent.parent / "channels" / "cases"
HOW_MANY = pytest.mark.parametrize("many", [1_500, pytest.param(10_000, marks=pytest.mark.soak)])
"""Of all of them: three fifths are mails, the rest webhooks of six kinds."""
THOROUGH = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CHANNELS: dict[str, dict[str, Any]] = {
    "mail": {
        "kind": "email_imap",
        "address": MAILBOX,
        "smtp_host": "127.0.0.1",
        "smtp_port": 9,
        "smtp_security": "plain",
    },
    "texts": {"kind": "twilio_sms", "account_sid": "AC1", "auth_token": TWILIO_TOKEN, "number": NUMBER},
    "whatsapp": {"kind": "twilio_whatsapp", "account_sid": "AC1", "auth_token": TWILIO_TOKEN, "number": NUMBER},
    "telegram": {"kind": "telegram", "token": "1:x", "webhook_secret": TELEGRAM_SECRET},
    "form": {"kind": "web_form", "secret": FORM_SECRET},
    "notes": {"kind": "staff_note", "token": NOTE_TOKEN},
}


class Bench:
    """A node, without a word of it in Hypothesis's reports."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def channel(self, name: str) -> Channel:
        return self.node.channels[(LANDLORD, name)]

    def __repr__(self) -> str:
        return "Bench"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bad-input")
    built = build_node(config=write_house(folder / "config", CHANNELS), data=folder / "var", public_url=PUBLIC)
    yield Bench(built)
    built.database.close()


@dataclass(kw_only=True)
class Tally:
    """What became of what came."""

    came: int = 0
    messages: int = 0
    set_aside: int = 0
    reports: int = 0
    refused: int = 0
    ignored: list[bytes] = field(default_factory=list)


def put_through(node: Node, channel: str, arrived: Sequence[Received], now: datetime = NOW) -> None:
    """Store what arrived and route it; all must be kept, nothing left waiting, and no step may have failed."""
    arrivals = [Arrival(landlord=LANDLORD, channel=channel, received=each) for each in arrived]
    for at in range(0, len(arrivals), 100):
        results = take_in(node, arrivals[at : at + 100], now)
        assert [result for result in results if not isinstance(result, Inserted)] == []
    while asyncio.run(route_due(node, now)):
        pass
    assert kept(node, channel, MESSAGE) >= {each.provider_id for one in arrived for each in one.messages}
    assert kept(node, channel, SET_ASIDE) >= {each.provider_id for one in arrived for each in one.set_aside}
    with node.database.reading() as tx:
        waiting = tx.execute(select(func.count()).where(MESSAGE.c.state == "waiting")).scalar_one()
        failed = tx.execute(select(MESSAGE.c.error, MESSAGE.c.text).where(MESSAGE.c.state == "set_aside")).all()
        unread = tx.execute(select(SET_ASIDE.c.reason).where(SET_ASIDE.c.reason.contains("could not be read ("))).all()
        silent = tx.execute(select(func.count()).where(SET_ASIDE.c.reason == "")).scalar_one()
    assert (waiting, failed, unread, silent) == (0, [], [], 0)


def kept(node: Node, channel: str, table: Table) -> set[str]:
    """The provider ids that a channel's rows carry."""
    with node.database.reading() as tx:
        return set(tx.execute(select(table.c.provider_id).where(table.c.channel == channel)).scalars())


def answer_at_once(channel: Any, request: WebRequest, tally: Tally) -> Received:
    """What the web's route makes of a request, with the tally kept."""
    tally.came += 1
    try:
        received = asyncio.run(receive(channel, request, NOW))
    except BadSignature:
        tally.refused += 1
        return Received()
    tally.messages += len(received.messages)
    tally.set_aside += len(received.set_aside)
    tally.reports += len(received.reports)
    if received == Received():
        tally.ignored.append(request.body)
    return received


# Mails


def real_mails() -> list[bytes]:
    """Every shape of the truth table, automatic mail and bounces included."""
    writer = Writer(SEED, MAILBOX, NOW)
    ours = Ours(
        message_id="<x@cestria.test>", subject="Re: [CES-26-00001A]", reference="CES-26-00001A", body="B", to="t@x.y"
    )
    automatic = [shape(writer.letter(), ours) for shape in (*AWAY, *BOUNCES)]
    return [mail.raw for mail in first_mails(SEED, MAILBOX, NOW)] + automatic


@HOW_MANY
def test_every_mutated_mail_becomes_a_message(bench: Bench, many: int):
    channel = bench.channel("mail")
    assert isinstance(channel, EmailChannel)
    chance = random.Random(SEED + many)
    mails = real_mails()
    names = [f"{many}/{number}" for number in range(many * 3 // 5)]
    arrived = [channel.message_from_mail(mutated(chance.choice(mails), mails, chance), NOW, name) for name in names]
    put_through(bench.node, "mail", arrived)
    assert kept(bench.node, "mail", MESSAGE) >= set(names)


@THOROUGH
@given(data=st.data())
def test_a_mail_of_any_headers_and_any_body_becomes_a_message(bench: Bench, data: st.DataObject):
    channel = bench.channel("mail")
    assert isinstance(channel, EmailChannel)
    names = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Content-Type", "Return-Path",
             "Content-Transfer-Encoding", "Reply-To", "Auto-Submitted", "List-Id", "MIME-Version")  # fmt: skip
    lines = data.draw(
        st.lists(st.tuples(st.sampled_from(names), st.text(max_size=60) | st.binary(max_size=60)), max_size=12)
    )
    body = data.draw(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
    head = b"".join(
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("utf-8", "replace")) + b"\r\n"
        for name, value in lines
    )
    received = channel.message_from_mail(head + b"\r\n" + body, NOW, f"hypothesis/{len(head)}/{hash((head, body))}")
    assert len(received.messages) == 1
    put_through(bench.node, "mail", [received])


# Webhooks


def cases_of(kind: str, shape: str) -> list[Any]:
    """The recorded payloads of a kind of channel."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((CASES / kind).glob("*.json"))]
    return [case[shape] for case in found if shape in case]


@HOW_MANY
@pytest.mark.parametrize("kind", ["twilio_sms", "twilio_whatsapp"])
def test_every_mutated_webhook_of_twilio_is_a_message_or_a_report_or_set_aside(bench: Bench, kind: str, many: int):
    name = "texts" if kind == "twilio_sms" else "whatsapp"
    chance, tally = random.Random(SEED + many), Tally()
    forms = cases_of(kind, "form")
    bodies = [urlencoded(list(form.items())) for form in forms]
    arrived = []
    for number in range(many // 15):
        form = {**chance.choice(forms), "MessageSid": f"SM{many}{number}", "SmsSid": f"SM{many}{number}"}
        body = urlencoded(
            mutated_fields(form, chance, keep=frozenset({"MessageSid", "SmsSid", "MessageStatus", "SmsStatus"}))
        )
        if chance.random() < 0.25:
            body = mutated(body, bodies, chance)
        arrived.append(answer_at_once(bench.channel(name), signed(name, body), tally))
    put_through(bench.node, name, arrived)
    assert tally.refused == 0
    for body in tally.ignored:  # an event of another kind: a call, or a report of a state that is none of ours
        sent = Form(body)
        assert sent.first("MessageStatus") or sent.first("SmsStatus") or not {"Body", "NumMedia"} & set(sent), body


def signed(name: str, body: bytes) -> WebRequest:
    """A webhook as Twilio signs it: over the fields as they are read."""
    url = f"{PUBLIC}/in/{LANDLORD}/{name}"
    signature = RequestValidator(TWILIO_TOKEN).compute_signature(url, Form(body))
    headers = (("content-type", "application/x-www-form-urlencoded"), ("x-twilio-signature", signature))
    return WebRequest(url=url, headers=headers, body=body)


@HOW_MANY
def test_every_mutated_update_of_telegram_is_a_message_or_set_aside(bench: Bench, many: int):
    chance, tally = random.Random(SEED + many), Tally()
    updates = cases_of("telegram", "json")
    bodies = [json.dumps(update).encode() for update in updates]
    arrived = []
    for number in range(many // 15):
        update = json.loads(json.dumps(chance.choice(updates)).replace("4242", str(10_000_000 + many * 10 + number)))
        body = as_json(mutated_json(update, chance), bodies, chance)
        arrived.append(answer_at_once(bench.channel("telegram"), from_telegram(body), tally))
    put_through(bench.node, "telegram", arrived)
    assert tally.refused == 0
    for body in tally.ignored:
        assert not says_something(json.loads(body)), body


def from_telegram(body: bytes) -> WebRequest:
    headers = (("content-type", "application/json"), ("x-telegram-bot-api-secret-token", TELEGRAM_SECRET))
    return WebRequest(url=f"{PUBLIC}/in/{LANDLORD}/telegram", headers=headers, body=body)


def says_something(update: Any) -> bool:
    """Whether an update holds a message with words or a file, or a pressed button with something on it."""
    if not isinstance(update, dict):
        return False
    message = update.get("edited_message") or update.get("message")
    spoken = isinstance(message, dict) and any(message.get(name) for name in ("text", "caption", "photo", "document"))
    pressed = update.get("callback_query")
    return pressed is None and spoken


@HOW_MANY
def test_every_mutated_note_is_a_message_or_set_aside(bench: Bench, many: int):
    chance, tally = random.Random(SEED + many), Tally()
    notes = cases_of("staff_note", "json")
    bodies = [json.dumps(note).encode() for note in notes]
    arrived = []
    for number in range(many // 15):
        note = {**chance.choice(notes), "id": f"note-{many}-{number}"}
        body = as_json(mutated_json(note, chance), bodies, chance)
        headers = (("content-type", "application/json"), ("authorization", f"Bearer {NOTE_TOKEN}"))
        request = WebRequest(url=f"{PUBLIC}/in/{LANDLORD}/notes", headers=headers, body=body)
        arrived.append(answer_at_once(bench.channel("notes"), request, tally))
    put_through(bench.node, "notes", arrived)
    assert (tally.refused, tally.ignored) == (0, [])


@HOW_MANY
@pytest.mark.parametrize("encode", ["urlencoded", "multipart"])
def test_every_mutated_form_with_a_right_token_is_a_message(bench: Bench, many: int, encode: str):
    channel = bench.channel("form")
    assert isinstance(channel, WebForm)
    chance, tally = random.Random(SEED + many), Tally()
    forms = cases_of("web_form", "form")
    arrived = []
    for number in range(many // 15):
        form = {**chance.choice(forms), "token": channel.new_token(f"form-{many}-{number}-{encode}", NOW)}
        pairs = mutated_fields(form, chance, keep=frozenset({"token"}))
        kind, body = "application/x-www-form-urlencoded", urlencoded(pairs)
        if encode == "multipart":
            kind, body = posted(pairs, chance)
        request = WebRequest(url=f"{PUBLIC}/in/{LANDLORD}/form", headers=(("content-type", kind),), body=body)
        arrived.append(answer_at_once(channel, request, tally))
    put_through(bench.node, "form", arrived)
    assert (tally.messages, tally.refused) == (tally.came, 0)


def posted(pairs: Sequence[tuple[str, str]], chance: random.Random) -> tuple[str, bytes]:
    """A form with a file, as a browser posts it."""
    inside = b"".join(
        f'--bound\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode("utf-8", "surrogatepass")
        for name, value in pairs
        if '"' not in name and "\r" not in name and len(name) < 1_000  # no browser writes such names
    )
    name = chance.choice(("wall.png", "../../etc/passwd", "", "x" * 300, "a\x00b", "wand\udcff.jpg", "CON", "…"))
    file = f'--bound\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n'.encode(
        "utf-8", "surrogatepass"
    )
    file += b"Content-Type: image/png\r\n\r\n" + chance.randbytes(200) + b"\r\n--bound--\r\n"
    return "multipart/form-data; boundary=bound", inside + file


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
PERSON = st.fixed_dictionaries({"id": st.integers() | JSON}, optional={"first_name": JSON, "is_bot": JSON})
UPDATES = st.fixed_dictionaries(
    {"update_id": st.integers()},
    optional={
        key: st.fixed_dictionaries(
            {"message_id": st.integers() | JSON, "date": st.integers() | JSON, "chat": PERSON | JSON},
            optional={"text": JSON, "caption": JSON, "from": PERSON, "photo": JSON, "document": JSON, "voice": JSON,
                      "edit_date": JSON, "reply_to_message": JSON, "location": JSON, "contact": JSON},
        )
        for key in ("message", "edited_message")
    },
)  # fmt: skip


@THOROUGH
@given(update=UPDATES | JSON)
def test_any_json_from_telegram_is_a_message_or_set_aside_or_an_event(bench: Bench, update: Any):
    tally = Tally()
    body = json.dumps(update).encode("utf-8", "surrogatepass")
    put_through(bench.node, "telegram", [answer_at_once(bench.channel("telegram"), from_telegram(body), tally)])
    assert tally.refused == 0


TWILIO_FIELDS = (
    "Body", "From", "To", "NumMedia", "MediaUrl0", "MediaContentType0", "ProfileName", "OptOutType", "ButtonPayload",
    "Latitude", "Longitude", "OriginalRepliedMessageSid", "MessageSid",
)  # fmt: skip


@THOROUGH
@given(fields=st.dictionaries(st.sampled_from(TWILIO_FIELDS), st.text(max_size=80)))
def test_any_signed_form_of_twilio_is_a_message_or_set_aside_or_an_event(bench: Bench, fields: dict[str, str]):
    tally = Tally()
    received = answer_at_once(bench.channel("texts"), signed("texts", urlencoded(list(fields.items()))), tally)
    put_through(bench.node, "texts", [received])
    assert tally.refused == 0
    assert bool(tally.ignored) <= ("Body" not in fields and "NumMedia" not in fields)
