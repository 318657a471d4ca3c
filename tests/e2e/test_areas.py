"""A landlord with homes in two nations: each home has its own regime, calendar and Ombudsman."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import tomlkit

from app.configuration import ConfigurationFolder, load_policy
from app.policies import check, describe
from app.wiring import build_node
from casework.acts_routes import SetArea
from casework.composing import compose
from casework.perform import Performed, Refused
from domain.areas import Area, area_told
from domain.errors import ConfigurationError
from domain.letters import Content, LetterType
from domain.messages import Received
from domain.uktime import local_date
from scheduler.acknowledged import count_from_acknowledgement
from scheduler.acting import act_on, dossier_of, stands
from scheduler.intake import Arrival, take_in
from scheduler.node import Node
from scheduler.routing import route_due
from scheduler.standing import setup_for
from store.tables import CASE, OBLIGATION, OUTBOX, TASK
from tests.app.command import tenantline
from tests.builders import ANN_MAIL, a_message
from tests.scheduler.nodes import look, look_at_one

MONDAY = datetime(2026, 11, 9, 10, 15, tzinfo=UTC)
GROUP = (Path(__file__).parents[2] / "config" / "landlords" / "group.toml").read_text(encoding="utf-8")
AREA = """
[[area]]
name = "borders"
nation = "scotland"
calendar = "scotland"
regimes = { housing = "spso" }
postcodes = ["TD", "EH46"]
"""
COMPLAINT = "I want to make a complaint: my gutter was promised for March and nobody came. {}"


def a_configuration(folder: Path, area: str = AREA) -> Path:
    for name in ("landlords", "sites"):
        (folder / name).mkdir(parents=True)
    duty = {"repeat_minutes": 5, "people": [{"name": "Pat", "phone": "+447700900999", "email": "oncall@group.example"}]}
    mail = {"kind": "email_imap", "address": "feedback@group.example", "smtp_host": "127.0.0.1", "smtp_port": 9}
    staff = [{"id": "mia", "name": "Mia", "roles": ["manager"]}]
    site = {"channels": {"mail": mail}, "duty": duty, "staff": staff, "branding": {"mail_domain": "group.example"}}
    (folder / "site.toml").write_text(tomlkit.dumps({"landlords": ["group"]}), encoding="utf-8")
    (folder / "landlords" / "group.toml").write_text(GROUP + area, encoding="utf-8")
    (folder / "sites" / "group.toml").write_text(tomlkit.dumps(site), encoding="utf-8")
    return folder


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    built = build_node(config=a_configuration(tmp_path / "config"), data=tmp_path / "var", with_model=False)
    yield built
    built.database.close()


async def told(node: Node, where: str, at: datetime = MONDAY) -> str:
    """A complaint that names this place; the reference of its case."""
    mail = a_message(COMPLAINT.format(where), landlord="group", channel="mail", sender=ANN_MAIL, received_at=at)
    take_in(node, [Arrival(landlord="group", channel="mail", received=Received(messages=(mail,)))], at)
    await route_due(node, at)
    return str(look_at_one(node.database, CASE)["reference"])


def answer_due(node: Node) -> date:
    rows = look(node.database, OBLIGATION, name="respond", stage=1, state="open")
    return min(local_date(row["due_at"]) for row in rows if row["effective"])


async def test_situation_208_a_home_in_scotland_has_its_own_procedure_calendar_and_ombudsman(node: Node):
    await told(node, "2 Main Street, Melrose TD6 9LB")
    assert "area:borders" in look_at_one(node.database, CASE)["flags"]
    assert answer_due(node) == date(2026, 11, 13)
    answer = look_at_one(node.database, OUTBOX, purpose="acknowledge")["body"]
    assert "Scottish Public Services Ombudsman" in answer
    assert "Housing Ombudsman" not in answer


async def test_in_an_area_a_clock_that_waits_for_an_acknowledgement_is_counted_by_its_own_calendar(tmp_path: Path):
    config = a_configuration(tmp_path / "config", AREA.replace('"spso"', '"housing-ombudsman-2024"'))
    node = build_node(config=config, data=tmp_path / "var", with_model=False)
    try:
        eve = datetime(2026, 11, 24, 10, tzinfo=UTC)  # St Andrew's Day, 30 November, is a holiday in Scotland
        await told(node, "2 Main Street, Melrose TD6 9LB", at=eve)
        with node.database.writing() as tx:
            sent = look_at_one(node.database, OUTBOX, purpose="acknowledge")["id"]
            tx.execute(OUTBOX.update().where(OUTBOX.c.id == sent).values(state="sent", sent_at=eve))
            count_from_acknowledgement(node, tx, [sent], eve)
        assert answer_due(node) == date(2026, 12, 9)
    finally:
        node.database.close()


async def test_situation_208_a_home_of_the_same_landlord_in_england_has_the_codes(node: Node):
    await told(node, "2 Low Row, Durham DH1 1AA")
    assert not [flag for flag in look_at_one(node.database, CASE)["flags"] if flag.startswith("area:")]
    assert answer_due(node) == date(2026, 11, 23)
    assert "Housing Ombudsman" in look_at_one(node.database, OUTBOX, purpose="acknowledge")["body"]
    assert look(node.database, TASK, kind="area") == []


async def test_where_nothing_tells_a_person_says_where_it_is_and_no_date_gets_later(node: Node):
    reference = await told(node, "Please hurry.")
    assert look_at_one(node.database, TASK, kind="area")["by"] == "same_day"
    before = answer_due(node)
    now = MONDAY + timedelta(hours=2)
    with node.database.writing() as tx:
        staff = node.landlords["group"].staff["mia"]
        unknown = act_on(node, tx, reference, SetArea(area="isles", reasons="rang"), by=staff, now=now)
        done = act_on(node, tx, reference, SetArea(area="borders", reasons="She rang."), by=staff, now=now)
    assert isinstance(unknown, Refused)
    assert isinstance(done, Performed)
    assert answer_due(node) == min(before, date(2026, 11, 13))
    with node.database.reading() as tx:
        standing = stands(tx, reference)
    dossier = dossier_of(standing, setup_for(node, standing.row), now)
    letter = compose(dossier, LetterType.OUTCOME, node.letters)
    ombudsman = letter.part(Content.OMBUDSMAN)
    assert dossier.policy.regime == "spso"
    assert ombudsman is None or "Scottish Public Services Ombudsman" in ombudsman.text


def test_an_area_is_told_shown_and_asked_for_by_timeline(tmp_path: Path):
    folder = ConfigurationFolder(a_configuration(tmp_path))
    assert "Homes in borders (postcodes TD, EH46): regime spso, working days scotland" in describe(
        load_policy(folder, "group")
    )
    assert [each for each in check(folder, "group", date(2026, 11, 9)) if each.level == "error"] == []
    asked = ("timeline", "--landlord", "group", "--area", "borders", "--kind", "complaint", "--channel", "email")
    shown = tenantline("--config", str(tmp_path), *asked, "--received", "2026-11-09")
    assert "SPSO MCHP stage 1" in shown.stdout
    assert "Code 6" not in shown.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('postcodes = ["TD"', 'postcodes = ["TD6 9LB"'), "begins no postcode"),
        (('regimes = { housing = "spso" }', 'regimes = { housing = "nowhere" }'), "nowhere"),
        (('calendar = "scotland"', 'calendar = "mars"'), "no calendar mars"),
        (('name = "borders"', 'name = "borders"\ncolour = "red"'), "no such key"),
    ],
)
def test_a_mistake_in_an_area_is_an_error(tmp_path: Path, change: tuple[str, str], words: str):
    folder = ConfigurationFolder(a_configuration(tmp_path, AREA.replace(*change)))
    (found,) = [each.finding for each in check(folder, "group", date(2026, 11, 9)) if each.level == "error"]
    assert words in found


def test_an_area_that_there_is_not_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="no area called 'isles'"):
        load_policy(ConfigurationFolder(a_configuration(tmp_path)), "group", "isles")


@pytest.mark.parametrize(
    ("texts", "area"),
    [
        (["td6 9lb"], "borders"),
        (["TD69LB"], "borders"),
        (["EH46 7AB"], "borders"),
        (["EH4 7AB"], ""),
        (["T1 9LB"], ""),
        (["nothing", "here"], None),
        (["TD6 9LB and DH1 1AA"], None),
    ],
)
def test_postcodes_tell_the_area_and_two_of_different_areas_tell_nothing(texts: list[str], area: str | None):
    borders = Area(name="borders", nation="scotland", calendar="scotland", regimes={}, postcodes=("TD", "EH46"))
    assert area_told((borders,), texts) == area
