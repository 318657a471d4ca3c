"""A landlord that no code knows: its policy is a file, and a case goes through it from the first mail to the last."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import tomlkit

from app.configuration import ConfigurationFolder, load_policy
from app.lookalikes.mail import Mail, SmtpServer
from app.policies import check, describe
from app.wiring import build_node
from casework.acts import (
    Act,
    AddPoint,
    Assign,
    Close,
    Decide,
    Escalate,
    Investigate,
    LogContact,
    RecordLearning,
    RecordOutcomeSought,
    SendOutcome,
    SetKind,
    StateFault,
)
from casework.outcomes import Fault, Verdict
from casework.perform import Performed, Refused
from domain.labels import Kind
from domain.messages import Received
from domain.uktime import local_date, local_instant, to_local
from scheduler.acting import act_on
from scheduler.delivery import deliver_due
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from scheduler.routing import route_due
from store.tables import CASE, OBLIGATION
from tests.app.command import tenantline
from tests.builders import ANN_MAIL, a_message
from tests.scheduler.nodes import look, look_at_one

POLICY = (Path(__file__).parent / "glen.toml").read_text(encoding="utf-8")
STAFF = [
    {"id": "una", "name": "Una Reid", "roles": ["officer"]},
    {"id": "rob", "name": "Rob Muir", "roles": ["director"]},
    {"id": "ailsa", "name": "Ailsa Kerr", "roles": ["board_member"]},
    {"id": "ewan", "name": "Ewan Bell", "roles": ["board_member"]},
]
MONDAY = datetime(2026, 11, 9, 10, 15, tzinfo=UTC)


def a_configuration(folder: Path, smtp: SmtpServer) -> Path:
    """Three files: which landlords, the policy, the site."""
    for name in ("landlords", "sites"):
        (folder / name).mkdir(parents=True)
    mail = {
        "kind": "email_imap",
        "address": "talk@glen.example",
        "smtp_host": smtp.host,
        "smtp_port": smtp.port,
        "smtp_security": "plain",
    }
    duty = {"repeat_minutes": 5, "people": [{"name": "Pat", "phone": "+447700900999", "email": "oncall@glen.example"}]}
    site = {"channels": {"mail": mail}, "duty": duty, "staff": STAFF, "branding": {"mail_domain": "glen.example"}}
    (folder / "site.toml").write_text(tomlkit.dumps({"landlords": ["glen"]}), encoding="utf-8")
    (folder / "landlords" / "glen.toml").write_text(POLICY, encoding="utf-8")
    (folder / "sites" / "glen.toml").write_text(tomlkit.dumps(site), encoding="utf-8")
    return folder


@asynccontextmanager
async def a_house(tmp_path: Path) -> AsyncIterator[tuple[Node, SmtpServer]]:
    async with SmtpServer() as smtp:
        config = a_configuration(tmp_path / "config", smtp)
        node = build_node(config=config, data=tmp_path / "var", with_model=False)
        try:
            yield node, smtp
        finally:
            for channel in node.channels.values():
                await channel.aclose()  # type: ignore[attr-defined]  # mail has connections
            node.database.close()


class Told:
    """A case of the house, told act by act."""

    def __init__(self, node: Node, reference: str) -> None:
        self.node, self.reference, self.now = node, reference, MONDAY + timedelta(minutes=5)

    def do(self, *acts: Act, by: str = "una") -> None:
        for act in acts:
            answer = self.tried(act, by=by)
            assert isinstance(answer, Performed), answer

    def tried(self, act: Act, *, by: str) -> Performed | Refused:
        self.now += timedelta(minutes=5)
        staff = self.node.landlords["glen"].staff
        with self.node.database.writing() as tx:
            return act_on(self.node, tx, self.reference, act, by=staff[by], now=self.now)

    def due(self, name: str, stage: int) -> date:
        (row,) = [
            row
            for row in look(self.node.database, OBLIGATION, name=name, stage=stage)
            if row["effective"] and row["state"] in {"open", "met"}
        ]
        return local_date(row["due_at"])


def words_of(mail: Mail) -> str:
    """Subject and text of a mail that was sent."""
    parsed = BytesParser(EmailMessage, policy=policy.default).parsebytes(mail.raw)
    body = parsed.get_body(preferencelist=("plain",))
    assert body is not None
    return f"{parsed['Subject']}\n{body.get_content()}"


def looked_into(case: Told, *, by: str, at: datetime) -> None:
    """Talk, look into it, decide and answer."""
    case.do(
        LogContact(at=at, way="phone", reached=True, discussed=True),
        Investigate(point="gutter", findings="The gutter was left out of the round."),
        Decide(point="gutter", verdict=Verdict.UPHELD, reasons="The log of the round shows it."),
        StateFault(fault=Fault.YES, words="We forgot your street."),
        by=by,
    )


async def test_a_landlord_written_into_a_file_answers_a_tenant_from_the_first_mail_to_the_panel(tmp_path: Path):
    async with a_house(tmp_path) as (node, smtp):
        words = "I want to make a complaint. My gutter was promised for March and nobody has come."
        mail = a_message(words, landlord="glen", channel="mail", sender=ANN_MAIL, received_at=MONDAY)
        take_in(node, [Arrival(landlord="glen", channel="mail", received=Received(messages=(mail,)))], MONDAY)
        await route_due(node, MONDAY)
        await deliver_due(node, MONDAY)
        reference = str(look_at_one(node.database, CASE)["reference"])
        assert reference.startswith("GNH-26-")
        case = Told(node, reference)
        assert case.due("acknowledge", 1) == date(2026, 11, 11)
        assert case.due("respond", 1) == date(2026, 11, 13)  # the regime's: the day of receipt is day 1

        case.do(SetKind(kind=Kind.COMPLAINT), Assign(to=("una",), declared_impartial=True))
        case.do(RecordOutcomeSought(words="a clean gutter"), AddPoint(point="gutter", words="the gutter overflows"))
        looked_into(case, by="una", at=case.now)
        outcome = SendOutcome(at=case.now, way="email")
        refused = case.tried(outcome, by="una")
        assert isinstance(refused, Refused)
        assert "GLEN-6" in {each.clause for each in refused.objections}
        case.do(RecordLearning(words="Each street of the round is ticked off."), outcome)

        asked = local_instant(date(2026, 11, 19), to_local(MONDAY).time())
        case.now = asked
        case.do(Escalate(at=asked))
        assert case.due("respond", 2) == date(2026, 12, 4)
        panel = Assign(to=("rob", "ailsa", "ewan"), declared_impartial=True)
        assert isinstance(case.tried(Assign(to=("rob",), declared_impartial=True), by="rob"), Refused)
        case.do(panel, by="rob")
        looked_into(case, by="ailsa", at=asked)
        case.do(RecordLearning(words="The round has a second pair of eyes."), by="ailsa")
        case.do(SendOutcome(at=asked, way="email"), Close(), by="ailsa")
        await deliver_due(node, case.now)

    first, answer, final = map(words_of, smtp.mails_to(ANN_MAIL.value))
    assert reference in first
    assert "First look" in answer
    assert "Each street of the round is ticked off." in answer
    assert "Tenant panel" in final
    assert "Scottish Public Services Ombudsman" in final
    shown = tenantline("--config", str(tmp_path / "config"), "--data", str(tmp_path / "var"), "case", "show", reference)
    assert "Una Reid" in shown.stdout
    assert "Rob Muir gave this stage to Rob Muir, Ailsa Kerr, Ewan Bell" in shown.stdout


def test_its_policy_is_told_in_plain_english_with_its_own_clauses_and_has_no_errors(tmp_path: Path):
    folder = ConfigurationFolder(a_configuration(tmp_path, SmtpServer()))
    assert [each for each in check(folder, "glen", date(2026, 11, 9)) if each.level == "error"] == []
    lines = "\n".join(describe(load_policy(folder, "glen")))
    assert "Stage 2, Tenant panel: decided by a panel of three" in lines
    assert "Comment is called idea [GLEN-1]" in lines
