"""How many messages the public form takes: nobody's words are lost, and danger is taken whatever was sent before."""

from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from channels import web_form
from console.templating import LANGUAGES, load_words
from domain.understanding import SafetyFinding
from scheduler.node import Node
from tests.app.test_feedback_page import FORM, PHOTO, WORDS, Page, messages
from tests.app.web_node import PUBLIC, Quiet, StandingClock, a_client, a_node
from tests.builders import a_finding

GAS = "I can smell gas in the hall."
ANN = "81.2.69.142"
BOB = "81.2.69.160"
PROXY = "10.1.2.3"
LIMITS = {"most_per_sender": 2, "most_per_landlord": 4, "most_per_page": 2, "limit_minutes": 10}


class Smells(Quiet):
    """Finds gas."""

    def scan(self, text: str, part: str = "text") -> tuple[SafetyFinding, ...]:
        return (a_finding(part=part),) if "smell gas" in text else ()


def a_form(**limits: int) -> web_form.WebForm:
    settings = web_form.Settings(secret=SecretStr("x" * 32), **(LIMITS | limits))
    return web_form.build("cestria", "form", settings)


def node_with(folder: Path, **limits: int) -> Node:
    return a_node(folder, {("cestria", "form"): a_form(**limits)}, safety=Smells())


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return node_with(tmp_path)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
async def client(node: Node, clock: StandingClock) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(node, clock, host=ANN, base=PUBLIC) as opened:
        yield opened


def from_elsewhere(client: httpx.AsyncClient, host: str) -> None:
    """The same application hears from another address from now on."""
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.client = (host, 50000)


async def a_token(client: httpx.AsyncClient) -> str:
    return Page((await client.get(FORM)).text).token()


async def send(
    client: httpx.AsyncClient, text: str, token: str | None = None, language: str = "en", **headers: str
) -> httpx.Response:
    fields = {**WORDS, "message": text, "token": token or await a_token(client)}
    return await client.post(f"{FORM}?lang={language}", data=fields, headers=headers)


async def send_many(client: httpx.AsyncClient, number: int, **headers: str) -> list[int]:
    return [(await send(client, f"Matter {n}", **headers)).status_code for n in range(number)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_over_the_limit_the_words_stay_on_a_page_that_says_when_and_whom_to_ring(
    client: httpx.AsyncClient, node: Node, language: str
) -> None:
    assert await send_many(client, 2) == [303, 303]
    answer = await send(client, "My third matter.", language=language)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    page, words = Page(answer.text), load_words(language)
    assert page.all("html") == [{"lang": language}]
    assert "My third matter." in answer.text
    assert next(each["value"] for each in page.all("input") if each.get("name") == "email") == WORDS["email"]
    assert words["too_many"].format(minutes=10) in answer.text
    assert words["error_prefix"] in answer.text
    assert answer.text.count('href="tel:01632960400"') > 1
    assert 'href="tel:0800111999"' in answer.text
    assert len(messages(node)) == 2


async def test_the_same_page_is_taken_once_the_time_is_over(
    client: httpx.AsyncClient, node: Node, clock: StandingClock
) -> None:
    await send_many(client, 2)
    clock.moment += timedelta(minutes=4)
    refused = await send(client, "My third matter.")
    assert refused.headers["retry-after"] == "360"
    clock.moment += timedelta(minutes=6)
    assert (await send(client, "My third matter.", Page(refused.text).token())).status_code == 303
    assert len(messages(node)) == 3


async def test_a_photo_that_could_not_be_kept_is_asked_for_again(client: httpx.AsyncClient) -> None:
    await send_many(client, 2)
    fields = {**WORDS, "token": await a_token(client)}
    answer = await client.post(FORM, data=fields, files={"photos": PHOTO})
    assert answer.status_code == 429
    assert load_words("en")["photos_again"] in answer.text


@pytest.mark.parametrize(
    "fields", [{"message": GAS}, {"adjustments": GAS}, {"subject": GAS}, {"address": f"2 Low Row. {GAS}"}]
)
async def test_danger_is_taken_whatever_was_sent_before(
    client: httpx.AsyncClient, node: Node, fields: dict[str, str]
) -> None:
    await send_many(client, 2)
    sent = {**WORDS, **fields, "token": await a_token(client)}
    assert (await client.post(FORM, data=sent)).status_code == 303
    assert len(messages(node)) == 3


async def test_danger_in_a_file_is_taken_too(client: httpx.AsyncClient, node: Node) -> None:
    await send_many(client, 2)
    letter = {"photos": ("letter.txt", GAS.encode(), "text/plain")}
    assert (await client.post(FORM, data={**WORDS, "token": await a_token(client)}, files=letter)).status_code == 303
    assert len(messages(node)) == 3


async def test_danger_over_the_limit_uses_up_nothing(client: httpx.AsyncClient, node: Node) -> None:
    await send_many(client, 2)
    assert [(await send(client, f"{GAS} {n}")).status_code for n in range(6)] == [303] * 6
    from_elsewhere(client, BOB)
    assert await send_many(client, 2) == [303, 303]
    assert len(messages(node)) == 10


async def test_a_double_click_at_the_limit_is_the_same_message_and_no_error(
    client: httpx.AsyncClient, node: Node
) -> None:
    token = await a_token(client)
    assert [(await send(client, "Once.", token)).status_code for _ in range(5)] == [303] * 5
    assert (await send(client, "Twice.")).status_code == 303
    assert (await send(client, "Once.", token)).status_code == 303
    assert len(messages(node)) == 2


async def test_a_second_matter_from_a_page_gone_back_to_is_a_message_of_its_own(
    client: httpx.AsyncClient, node: Node
) -> None:
    token = await a_token(client)
    for text in ("The lift.", "The bins.", "The bins.", "The lift."):
        assert (await send(client, text, token)).status_code == 303
    assert sorted(str(each["text"]) for each in messages(node)) == ["The bins.", "The lift."]


async def test_one_page_serves_no_further_than_that_and_gives_a_fresh_one_with_the_words(tmp_path: Path) -> None:
    node = node_with(tmp_path, most_per_sender=0)
    clock = StandingClock()
    async with a_client(node, clock, host=ANN, base=PUBLIC) as client:
        token = await a_token(client)
        assert [(await send(client, f"Matter {n}", token)).status_code for n in range(2)] == [303, 303]
        clock.moment += timedelta(hours=23)
        used_up = await send(client, "A third matter.", token)
        assert used_up.status_code == 403
        assert load_words("en")["page_used"] in used_up.text
        assert "A third matter." in used_up.text
        fresh = Page(used_up.text).token()
        assert fresh != token
        assert (await send(client, "A third matter.", fresh)).status_code == 303
        assert (await send(client, GAS, token)).status_code == 303
    assert len(messages(node)) == 4


async def test_a_mistake_uses_up_nothing(client: httpx.AsyncClient) -> None:
    assert [(await send(client, " ")).status_code for _ in range(5)] == [422] * 5
    assert await send_many(client, 2) == [303, 303]


async def test_what_could_not_be_stored_uses_up_nothing_and_keeps_its_page(
    client: httpx.AsyncClient, node: Node
) -> None:
    token = await a_token(client)
    with node.database.writing() as tx:
        tx.exec_driver_sql("ALTER TABLE message RENAME TO lost")
    for _ in range(5):
        failed = await send(client, "The lift.", token)
        assert (failed.status_code, Page(failed.text).token()) == (503, token)
    with node.database.writing() as tx:
        tx.exec_driver_sql("ALTER TABLE lost RENAME TO message")
    assert (await send(client, "The lift.", token)).status_code == 303


async def test_one_sender_uses_up_nothing_of_another(client: httpx.AsyncClient) -> None:
    assert await send_many(client, 3) == [303, 303, 429]
    from_elsewhere(client, BOB)
    assert await send_many(client, 3) == [303, 303, 429]


async def test_a_landlord_takes_so_many_from_all_together(tmp_path: Path) -> None:
    node = node_with(tmp_path, most_per_sender=0)
    async with a_client(node, host=ANN, base=PUBLIC) as client:
        assert await send_many(client, 5) == [303] * 4 + [429]
        assert (await send(client, GAS)).status_code == 303


async def test_a_limit_of_nothing_is_no_limit(tmp_path: Path) -> None:
    node = node_with(tmp_path, most_per_sender=0, most_per_landlord=0, most_per_page=0)
    async with a_client(node, host=ANN, base=PUBLIC) as client:
        token = await a_token(client)
        assert [(await send(client, f"{n}", token)).status_code for n in range(9)] == [303] * 9


async def test_one_ipv6_network_is_one_sender(node: Node) -> None:
    async with a_client(node, host="2a00:1450:4009:81f::1", base=PUBLIC) as client:
        await send_many(client, 2)
        from_elsewhere(client, "2a00:1450:4009:81f:aaaa::9")
        assert await send_many(client, 1) == [429]
        from_elsewhere(client, "2a00:1450:4009:820::1")
        assert await send_many(client, 1) == [303]


async def test_what_a_stranger_says_of_where_it_comes_from_is_not_believed(client: httpx.AsyncClient) -> None:
    for number in range(2):
        await send(client, f"Matter {number}", **{"X-Forwarded-For": f"81.2.69.{number}"})
    assert (await send(client, "More", **{"X-Forwarded-For": "81.2.69.77"})).status_code == 429


async def test_behind_a_trusted_proxy_its_last_word_counts_and_no_earlier_one(node: Node) -> None:
    trusted = (ip_network("10.0.0.0/8"),)
    async with a_client(node, host=PROXY, base=PUBLIC, trusted_proxies=trusted) as client:
        for number in range(2):
            await send(client, f"Matter {number}", **{"X-Forwarded-For": f"6.6.6.{number}, {ANN}"})
        assert (await send(client, "More", **{"X-Forwarded-For": f"7.7.7.7, {ANN}, 10.9.9.9"})).status_code == 429
        assert (await send(client, "More", **{"X-Forwarded-For": f"{ANN}, [{BOB}]:4711"})).status_code == 303


async def test_behind_a_proxy_that_nobody_named_people_are_not_taken_for_one_and_the_log_says_so(node: Node) -> None:
    async with a_client(node, host="127.0.0.1", base=PUBLIC) as client:
        with capture_logs() as logs:
            assert await send_many(client, 4, **{"X-Forwarded-For": ANN}) == [303] * 4
    assert len([each for each in logs if "trusted_proxies" in each.get("mend", "")]) == 1


async def test_neither_log_nor_database_names_the_address(client: httpx.AsyncClient, node: Node) -> None:
    with capture_logs() as logs:
        await send_many(client, 3)
    refused = next(each for each in logs if each["event"] == "form refused")
    assert (refused["landlord"], refused["limit"], len(refused["sender"])) == ("cestria", "sender", 16)
    assert ANN not in repr(logs)
    assert ANN not in repr(messages(node))


async def test_the_webhooks_way_to_the_form_has_the_same_limit(client: httpx.AsyncClient, node: Node) -> None:
    await send_many(client, 2)
    sent = {**WORDS, "token": await a_token(client)}
    answer = await client.post("/in/cestria/form", data=sent)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    assert (await client.post("/in/cestria/form", data={**sent, "message": GAS})).status_code == 200
    assert len(messages(node)) == 3
