"""A node with a real SQLite store and channels without a provider, and a client that speaks to its application."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from pydantic import SecretStr

from app.configuration import ConfigurationFolder, load_calendars, load_letter_wordings, load_wordings
from app.routes.senders import IpNetwork
from app.web import create_app
from app.wiring import RandomIds
from channels import staff_note, twilio_sms, web_form
from domain.clauses import Basis, EmergencyLine
from domain.duty import DutyRota
from domain.policies import Policy
from domain.ports import Channel, SafetyScan
from domain.understanding import Reading, SafetyFinding, Understanding
from scheduler.intake import GroupIntake
from scheduler.node import ChannelKey, LandlordSetup, Node
from store.audit import AuditKey
from store.blobs import BlobStore
from store.database import open_database
from store.migrate import upgrade

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PUBLIC = "https://complaints.example.org"
TWILIO_TOKEN = "a-made-up-auth-token"
NOTES_TOKEN = "a-made-up-token-for-notes"
OPERATOR = "a-made-up-operator-token"


class StandingClock:
    """Always the same moment, until it is moved."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Quiet:
    """Finds nothing and understands nothing: these tests route no message."""

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        del text, part
        return ()

    def understand(self, readings: Sequence[Reading]) -> tuple[Understanding, ...]:
        raise AssertionError(len(readings))


def a_node(
    folder: Path,
    channels: Mapping[ChannelKey, Channel] | None = None,
    public_url: str = PUBLIC,
    safety: SafetyScan | None = None,
) -> Node:
    shipped = ConfigurationFolder()
    calendars = load_calendars(shipped)
    database = open_database(f"sqlite:///{folder / 'tenantline.db'}")
    upgrade(database)
    return Node(
        database=database,
        blobs=BlobStore(folder / "blobs"),
        ids=RandomIds(),
        landlords={
            slug: LandlordSetup(
                policy=a_policy(slug), calendar=calendars["england-and-wales"], duty=DutyRota(), mail_domain="x.example"
            )
            for slug in ("cestria", "ccbc")
        },
        channels=channels if channels is not None else some_channels(),
        wordings=load_wordings(shipped),
        letters=load_letter_wordings(shipped),
        safety=safety or Quiet(),
        understander=Quiet(),
        audit_key=AuditKey(b"k" * 32),
        public_url=public_url,
        jitter=lambda: 0.0,
    )


def a_policy(slug: str) -> Policy:
    basis = Basis(clause="B14", text="emergency numbers", wording="paraphrase", source="rules.md")
    numbers = {"gas": "0800 111 999", "life": "999", "crisis": "116 123"}
    return Policy(
        slug=slug,
        name="Cestria Community Housing",
        prefix="CES",
        regime="housing-ombudsman-2024",
        phone="01632 960400",
        email="feedback@cestria.example",
        emergency_phone="01632 960499",
        teams={"sorting": "Customer Services"},
        ombudsmen={},
        emergency={
            name: EmergencyLine(hazard=name, name="Samaritans", phone=phone, basis=basis)
            for name, phone in numbers.items()
        },
    )


def some_channels() -> dict[ChannelKey, Channel]:
    texts = twilio_sms.build(
        "cestria",
        "texts",
        twilio_sms.Settings(account_sid="AC1", auth_token=SecretStr(TWILIO_TOKEN), number="+441632960400"),
    )
    notes = staff_note.build("cestria", "notes", staff_note.Settings(token=SecretStr(NOTES_TOKEN)))
    form = web_form.build(
        "cestria", "form", web_form.Settings(secret=SecretStr("x" * 32), max_body_bytes=2**16, max_file_bytes=2**15)
    )
    built: tuple[Channel, ...] = (texts, notes, form)
    return {(each.landlord, each.name): each for each in built}


@asynccontextmanager
async def a_client(
    node: Node,
    clock: StandingClock | None = None,
    *,
    host: str = "127.0.0.1",
    base: str = "http://127.0.0.1",
    trusted_proxies: Sequence[IpNetwork] = (),
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        node,
        GroupIntake(node),
        clock or StandingClock(),
        operator_token=OPERATOR,
        trusted_proxies=trusted_proxies,
    )
    transport = httpx.ASGITransport(app=app, client=(host, 50000))
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client
    node.database.close()
