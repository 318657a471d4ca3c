"""POST /in/{landlord}/{channel}: durable before 200, and every refusal in its own number."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import Table, func, select
from twilio.request_validator import RequestValidator

from domain.errors import TenantlineError
from domain.messages import AddressKind, Received, WebRequest
from scheduler.node import Node
from store.tables import MESSAGE, SET_ASIDE
from tests.app.web_node import NOTES_TOKEN, OPERATOR, PUBLIC, TWILIO_TOKEN, a_client, a_node

TEXT = {
    "MessageSid": "SM" + "1" * 32,
    "From": "+447700900301",
    "To": "+441632960400",
    "Body": "no heat",
    "MediaUrl": "",
}
NOTE = {"source": "phone", "received_at": "2026-11-02T08:50:00Z", "noted_by": "Keisha", "text": "She rang: no heat."}


def signed(path: str, fields: dict[str, str], token: str = TWILIO_TOKEN) -> dict[str, str]:
    signature = RequestValidator(token).compute_signature(PUBLIC + path, fields)
    return {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}


async def post_text(
    client: httpx.AsyncClient, path: str = "/in/cestria/texts", token: str = TWILIO_TOKEN
) -> httpx.Response:
    return await client.post(path, content=urlencode(TEXT), headers=signed(path, TEXT, token))


def stored(node: Node, table: Table = MESSAGE) -> int:
    with node.database.reading() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


async def test_a_text_is_stored_and_twilio_gets_an_empty_twiml_answer(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    async with a_client(node) as client:
        answer = await post_text(client)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
        assert answer.text.endswith("<Response/>")
        assert stored(node) == 1


async def test_the_signature_is_checked_against_the_public_address_with_its_query(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    async with a_client(node) as client:
        answer = await post_text(client, "/in/cestria/texts?try=2&blank=")
        assert answer.status_code == 200


async def test_a_redelivery_stores_nothing_and_gets_the_same_200(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    async with a_client(node) as client:
        answers = [await post_text(client) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert stored(node) == 1


async def test_a_bad_signature_is_refused_and_nothing_is_stored(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    async with a_client(node) as client:
        assert (await post_text(client, token="another")).status_code == 403
        assert (await client.post("/in/cestria/texts", content="Body=x")).status_code == 403
        assert stored(node) == stored(node, SET_ASIDE) == 0


@pytest.mark.parametrize("path", ["/in/nobody/texts", "/in/cestria/nothing", "/in/ccbc/texts"])
async def test_an_unknown_landlord_or_channel_is_404(tmp_path: Path, path: str) -> None:
    async with a_client(a_node(tmp_path)) as client:
        assert (await client.post(path, content="x")).status_code == 404


async def test_other_methods_are_refused(tmp_path: Path) -> None:
    async with a_client(a_node(tmp_path)) as client:
        assert (await client.get("/in/cestria/texts")).status_code == 405


async def test_a_signed_request_that_cannot_be_read_is_kept_raw_and_answered_200(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    async with a_client(node) as client:
        headers = {"Authorization": f"Bearer {NOTES_TOKEN}", "Content-Type": "application/json"}
        answers = [await client.post("/in/cestria/notes", content=b'{"broken', headers=headers) for _ in range(2)]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {})] * 2
        assert (stored(node), stored(node, SET_ASIDE)) == (0, 1)
        with node.database.reading() as tx:
            row = tx.execute(select(SET_ASIDE)).mappings().one()
        assert row["provider_id"].startswith("body-")
        assert "not JSON" in row["reason"]


async def test_a_note_is_answered_with_empty_json(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    async with a_client(node) as client:
        headers = {"Authorization": f"Bearer {NOTES_TOKEN}", "Content-Type": "application/json"}
        answer = await client.post("/in/cestria/notes", content=json.dumps(NOTE), headers=headers)
        assert (answer.status_code, answer.json(), stored(node)) == (200, {}, 1)


async def test_a_body_over_the_limit_is_413_whether_it_says_so_or_not(tmp_path: Path) -> None:
    node = a_node(tmp_path)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 2**16

    async with a_client(node) as client:
        announced = await client.post("/in/cestria/texts", content=b"x" * (2**20 + 1))
        streamed = await client.post("/in/cestria/texts", content=endless())
        assert (announced.status_code, streamed.status_code) == (413, 413)
        assert stored(node) == 0


async def test_what_could_not_be_stored_is_503_with_retry_after(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    with node.database.writing() as tx:
        tx.exec_driver_sql("ALTER TABLE message RENAME TO lost")
    async with a_client(node) as client:
        answer = await post_text(client)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0


class Forgetful:
    """A channel with a fault of ours in it."""

    landlord, name, kind, address_kind = "cestria", "faulty", "faulty", AddressKind.NONE

    def receive(self, request: WebRequest, now: datetime) -> Received:
        raise TenantlineError(f"{now} {request.url}")


async def test_a_fault_of_ours_while_reading_is_503_so_that_the_provider_tries_again(tmp_path: Path) -> None:
    node = a_node(tmp_path, {("cestria", "faulty"): Forgetful()})
    async with a_client(node) as client:
        assert (await client.post("/in/cestria/faulty", content=b"x")).status_code == 503


async def test_metrics_count_webhooks_and_name_channels_only_to_whom_may_see_them(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    async with a_client(node) as client:
        await post_text(client)
        near = (await client.get("/metrics")).text
        assert 'tenantline_webhooks_total{status="200"} 1.0' in near
        assert 'tenantline_channel_webhooks_total{channel="texts",landlord="cestria",status="200"} 1.0' in near
        assert 'tenantline_waiting{for="routing"} 1.0' in near
    async with a_client(a_node(tmp_path), host="192.0.2.7", base=PUBLIC) as client:
        far = (await client.get("/metrics")).text
        assert "tenantline_waiting" in far
        assert "cestria" not in far
        with_token = await client.get("/metrics", headers={"Authorization": f"Bearer {OPERATOR}"})
        assert with_token.status_code == 200


async def test_two_applications_count_for_themselves(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with a_client(a_node(tmp_path / "a")) as one, a_client(a_node(tmp_path / "b")) as two:
        await post_text(one)
        assert 'status="200"' not in (await two.get("/metrics")).text
