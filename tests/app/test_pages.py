"""Register, alert, health: who may see what, and what is never shown."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select

from nlp.understander import RulesOnly
from scheduler.node import Node
from store.channel_state import mark_fetch, mark_send
from store.tables import ALERT, CASE, MESSAGE, OBLIGATION
from tests.app.web_node import NOW, OPERATOR, PUBLIC, a_client, a_node


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return with_cases(a_node(tmp_path))


def with_cases(made: Node) -> Node:
    """The node with two cases, one of them late, and an alert that waits."""
    with made.database.writing() as tx:
        for number, late in ((1, True), (2, False)):
            tx.execute(insert(CASE).values(**a_case(number)))
            due = NOW + timedelta(days=-1 if late else 9)
            tx.execute(insert(OBLIGATION).values(**an_obligation(number, due)))
        tx.execute(
            insert(ALERT).values(
                id="a1",
                once="gas:1",
                landlord="cestria",
                case_id="1",
                cause="carbon_monoxide",
                urgency="emergency",
                token="t" * 22,
                state="open",
                created_at=NOW,
                due_at=NOW,
                attempts=1,
            )
        )
    return made


def a_case(number: int) -> dict[str, object]:
    return {
        "id": str(number),
        "reference": f"CES-26-0000{number}X",
        "landlord": "cestria",
        "kind": "service_request",
        "also": [],
        "kind_confirmed": False,
        "topic": "repairs",
        "matter": "housing",
        "stage": number,
        "phase": "confirm",
        "state": "open",
        "team": "Repairs",
        "restricted": False,
        "summary": "Mrs Lamb says that the boiler",
        "items": [],
        "flags": [],
        "hazard": "none",
        "urgency": "normal",
        "linked": [],
        "received_at": NOW + timedelta(minutes=number),
        "opened_at": NOW,
        "policy_version": "v",
        "version": 1,
    }


def an_obligation(number: int, due: object) -> dict[str, object]:
    return {
        "id": f"o{number}",
        "case_id": str(number),
        "landlord": "cestria",
        "name": "respond",
        "stage": 1,
        "owed_to": "complainant",
        "due_at": due,
        "clock": "working_days",
        "amount": 10,
        "counted_from": "received",
        "from_at": NOW,
        "basis": "CESTRIA-33",
        "owner": "Repairs",
        "effective": True,
        "explanation": "",
        "state": "open",
    }


@pytest.fixture
async def near(node: Node) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(node) as client:
        yield client


@pytest.mark.parametrize("address", ["/", "/console"])
async def test_the_register_shows_cases_newest_first_and_nobody_s_words(near: httpx.AsyncClient, address: str) -> None:
    page = (await near.get(address)).text
    assert page.index("CES-26-00002X") < page.index("CES-26-00001X")
    assert "service request" in page
    assert "Sun 1 Nov 2026, 9am (late)" in page
    assert "Wed 11 Nov 2026, 9am" in page
    assert "Lamb" not in page
    assert "boiler" not in page
    assert "The console for staff follows" in page


async def test_the_register_is_for_this_machine_or_the_operator_s_token(node: Node) -> None:
    async with a_client(node, host="192.0.2.7", base=PUBLIC) as far:
        refused = await far.get("/")
        assert (refused.status_code, "CES-" in refused.text) == (401, False)
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert (await far.get("/", auth=("anybody", OPERATOR))).status_code == 200
        assert (await far.get("/", headers={"Authorization": f"Bearer {OPERATOR}"})).status_code == 200
        for wrong in ("Bearer x", "Bearer ", "Basic ***", "Basic eA==", OPERATOR):
            assert (await far.get("/", headers={"Authorization": wrong})).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "198.51.100.7"}, {"Forwarded": "for=198.51.100.7"}, {"Host": "evil.example"}],
)
async def test_what_only_seems_to_come_from_this_machine_is_refused(
    near: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await near.get("/", headers=headers)).status_code == 401


async def test_an_alert_s_link_changes_nothing_until_the_button_is_pressed(near: httpx.AsyncClient, node: Node) -> None:
    address = f"/alert/{'t' * 22}"
    shown = (await near.get(address)).text
    assert "Carbon monoxide" in shown
    assert "CES-26-00001X" in shown
    assert "<button" in shown
    assert "Lamb" not in shown
    assert state_of_alert(node) == "open"
    done = await near.post(address)
    assert "This alert is acknowledged" in done.text
    assert "<button" not in done.text
    assert state_of_alert(node) == "acknowledged"
    assert (await near.post(address)).status_code == 200


async def test_an_unknown_alert_is_404(near: httpx.AsyncClient) -> None:
    assert (await near.get("/alert/nothing")).status_code == 404
    assert (await near.post("/alert/nothing")).status_code == 404


def state_of_alert(node: Node) -> str:
    with node.database.reading() as tx:
        return str(tx.execute(select(ALERT.c.state)).scalar_one())


async def test_health_is_for_everybody_and_ready_tells_names_only_near(node: Node) -> None:
    with node.database.writing() as tx:
        mark_send(tx, "cestria", "texts", NOW, error="Twilio refuses our account")
        mark_fetch(tx, "cestria", "texts", NOW)
    async with a_client(node) as near:
        parts = (await near.get("/ready")).json()
        assert (parts["ready"], parts["database"], parts["migrations"]) == (True, "ok", "ok")
        assert parts["channels"]["cestria/texts"].startswith("sending fails since 2026-11-02")
        assert parts["channels"]["cestria/form"] == "ok"
        far = await near.get("/ready", headers={"X-Forwarded-For": "198.51.100.7"})
        assert (far.status_code, far.json()) == (200, {"ready": True})
        assert (await near.get("/health", headers={"Host": "any"})).json() == {"status": "ok"}


async def test_health_says_that_the_model_is_not_used(node: Node) -> None:
    alone = replace(node, understander=RulesOnly(node.safety, "the model is missing"))
    async with a_client(alone) as near:
        assert (await near.get("/health")).json() == {"status": "ok", "understanding": "the model is missing"}


async def test_a_node_whose_database_is_behind_or_away_is_not_ready(near: httpx.AsyncClient, node: Node) -> None:
    with node.database.writing() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = 'old'")
    behind = await near.get("/ready")
    assert (behind.status_code, behind.json()["ready"]) == (503, False)
    assert behind.json()["migrations"].startswith("at old")


async def test_metrics_show_near_which_side_of_a_channel_fails(near: httpx.AsyncClient, node: Node) -> None:
    with node.database.writing() as tx:
        mark_send(tx, "cestria", "texts", NOW, error="Twilio refuses our account")
    page = (await near.get("/metrics")).text
    assert 'tenantline_channel_failing{channel="texts",landlord="cestria",side="sending"} 1.0' in page
    assert 'tenantline_channel_failing{channel="texts",landlord="cestria",side="receiving"} 0.0' in page
    far = await near.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
    assert "tenantline_channel_failing" not in far.text


async def test_metrics_still_answer_when_nothing_ever_came(near: httpx.AsyncClient, node: Node) -> None:
    with node.database.reading() as tx:
        assert tx.execute(select(MESSAGE)).first() is None
    page = (await near.get("/metrics")).text
    assert 'tenantline_waiting{for="acknowledgement_of_alert"} 1.0' in page
