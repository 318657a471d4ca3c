"""The contract of every channel: any module of channels/ that defines KIND is found and put to the same cases."""

import importlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from domain import ports
from domain.errors import BadSignature, SendError, Unreadable
from domain.messages import AddressKind, Batch, SetAside
from tests.channels.harness import (
    BODY,
    FAILURES,
    LANDLORD,
    NAME,
    NOW,
    Bench,
    ChannelCases,
    cases_of,
    has_cases,
    kinds,
    payloads,
    read_payload,
    seen,
)

EVERY_KIND = kinds()
KINDS = [kind for kind in EVERY_KIND if has_cases(kind)]  # one test fails for a kind without; the others stay readable
RECORDED = [pytest.param(kind, path, id=f"{kind}-{path.stem}") for kind in KINDS for path in payloads(kind)]


def cases_for(kind: str, port: type, check: str) -> ChannelCases:
    """The cases of a kind, unless it does not have that port or waives the check with a reason."""
    cases = cases_of(kind)
    if check in cases.waived:
        pytest.skip(cases.waived[check])
    if not isinstance(cases.channel(), port):
        pytest.skip(f"{kind} is no {port.__name__}")
    return cases


async def in_bench(cases: ChannelCases, work: Callable[[Bench], Awaitable[None]]) -> None:
    async with cases.bench() as bench:
        try:
            await work(bench)
        finally:
            if isinstance(bench.channel, ports.Closing):
                await bench.channel.aclose()


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_channel_has_cases(kind: str) -> None:
    assert cases_of(kind).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_module_defines_kind_settings_and_build(kind: str) -> None:
    module = importlib.import_module(f"channels.{kind}")
    channel = cases_of(kind).channel()
    assert kind == module.KIND
    assert issubclass(module.Settings, BaseModel)
    assert callable(module.build)
    assert (channel.landlord, channel.name, channel.kind) == (LANDLORD, NAME, kind)
    assert isinstance(channel.address_kind, AddressKind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_receiver_has_recorded_a_message_and_an_event_to_ignore(kind: str) -> None:
    cases = cases_for(kind, ports.Receiver, "recorded payloads")
    expected = [read_payload(path)["expect"] for path in payloads(kind)]
    assert any("messages" in expect for expect in expected)
    assert {} in expected or "events" in cases.waived


@pytest.mark.parametrize(("kind", "path"), RECORDED)
def test_a_recorded_payload_is_read(kind: str, path: Path) -> None:
    cases, payload = cases_for(kind, ports.Receiver, "recorded payloads"), read_payload(path)
    expect = payload["expect"]
    if expect.get("unreadable"):
        with pytest.raises(Unreadable):
            cases.channel().receive(cases.request(payload), NOW)
        return
    received = cases.channel().receive(cases.request(payload), NOW)
    assert seen(received, expect) == expect
    for message in received.messages:
        assert (message.landlord, message.channel, message.channel_kind) == (LANDLORD, NAME, kind)
        assert message.raw


@pytest.mark.parametrize(("kind", "path"), RECORDED)
def test_a_forged_payload_is_refused(kind: str, path: Path) -> None:
    cases, payload = cases_for(kind, ports.Receiver, "signature"), read_payload(path)
    forgeries = cases.forgeries(payload)
    assert forgeries
    for forged in forgeries:
        with pytest.raises(BadSignature):
            cases.channel().receive(forged, NOW)


@pytest.mark.parametrize(("kind", "path"), RECORDED)
def test_a_redelivered_payload_has_the_same_provider_id(kind: str, path: Path) -> None:
    cases, payload = cases_for(kind, ports.Receiver, "redelivery"), read_payload(path)
    if "messages" not in payload["expect"]:
        pytest.skip("no message in it")
    first = cases.channel().receive(cases.request(payload), NOW).messages
    again = cases.channel().receive(cases.request(payload), NOW + timedelta(hours=3)).messages
    assert [message.provider_id for message in first] == [message.provider_id for message in again]
    assert [message.content_hash for message in first] == [message.content_hash for message in again]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_receiver_set_aside_it_can_read_again(kind: str) -> None:
    cases = cases_for(kind, ports.Receiver, "reading again")
    assert isinstance(cases.channel(), ports.Rereader)


@pytest.mark.parametrize(("kind", "path"), RECORDED)
def test_a_payload_that_was_kept_raw_is_read_as_when_it_came(kind: str, path: Path) -> None:
    cases, payload = cases_for(kind, ports.Rereader, "reading again"), read_payload(path)
    request = cases.request(payload)
    kind_of_body = request.header("content-type").partition(";")[0] or "application/octet-stream"
    aside = SetAside(
        channel=NAME, provider_id="body-1", raw=request.body, raw_type=kind_of_body, reason="", received_at=NOW
    )
    if payload["expect"].get("unreadable"):
        with pytest.raises(Unreadable):
            cases.channel().read_again(aside, NOW + timedelta(days=30))
        return
    again = cases.channel().read_again(aside, NOW + timedelta(days=30))
    assert again == cases.channel().receive(request, NOW)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_accepted_message_gives_a_receipt(kind: str) -> None:
    cases = cases_for(kind, ports.Sender, "sending")

    async def work(bench: Bench) -> None:
        receipt = await bench.channel.send(bench.outbound, NOW)
        assert receipt.provider_id
        assert bench.taken() == 1

    await in_bench(cases, work)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_failure_becomes_the_right_error(kind: str, failure: str) -> None:
    cases = cases_for(kind, ports.Sender, failure)
    assert failure in cases.failures, f"say what '{failure}' becomes in tests/channels/cases/{kind}.py, or waive it"
    expected = cases.failures[failure]

    async def work(bench: Bench) -> None:
        bench.plan(failure)
        with pytest.raises(SendError) as raised:
            await bench.channel.send(bench.outbound, NOW)
        error = raised.value
        assert (error.retryable, error.code) == (expected.retryable, expected.code)
        assert (error.uncertain, error.retry_after) == (expected.uncertain, expected.retry_after)
        assert bench.taken() == (1 if failure == "answer lost" else 0)
        for secret in (*bench.secrets, BODY, bench.outbound.to.value):
            assert secret not in str(error)

    await in_bench(cases, work)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_send_whose_answer_was_lost_is_found(kind: str) -> None:
    cases = cases_for(kind, ports.SentLookup, "answer lost")

    async def work(bench: Bench) -> None:
        assert await bench.channel.find_sent(bench.outbound) is None
        bench.plan("answer lost")
        with pytest.raises(SendError):
            await bench.channel.send(bench.outbound, NOW)
        assert (await bench.channel.find_sent(bench.outbound)).provider_id
        assert await bench.channel.find_sent(bench.outbound.model_copy(update={"body": "something else"})) is None

    await in_bench(cases, work)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_fetch_goes_on_from_its_cursor(kind: str) -> None:
    cases = cases_for(kind, ports.Fetcher, "fetching")

    async def work(bench: Bench) -> None:
        assert bench.arrive is not None
        await bench.arrive("the first")
        first = [batch async for batch in bench.channel.fetch(None, NOW)]
        assert texts(first) == ["the first"]
        await bench.arrive("the second")
        second = [batch async for batch in bench.channel.fetch(first[-1].cursor, NOW)]
        assert texts(second)[-1] == "the second"
        known = {message.provider_id for batch in first for message in batch.received.messages}
        new = [each for batch in second for each in batch.received.messages if each.provider_id not in known]
        assert len(new) == 1

    await in_bench(cases, work)


def texts(batches: list[Batch]) -> list[str]:
    return [message.text.strip() for batch in batches for message in batch.received.messages]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_probe_says_whether_the_provider_answers(kind: str) -> None:
    cases = cases_for(kind, ports.ChannelProbe, "probe")

    async def work(bench: Bench) -> None:
        assert (await bench.channel.probe()).ok
        bench.plan("unauthorised")
        refused = await bench.channel.probe()
        assert not refused.ok
        assert refused.words

    await in_bench(cases, work)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_secret_and_no_text_reaches_a_log(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    cases = cases_of(kind)
    caplog.set_level(logging.DEBUG)

    async def work(bench: Bench) -> None:
        if isinstance(bench.channel, ports.Sender):
            await bench.channel.send(bench.outbound, NOW)
            for failure in cases.failures:
                bench.plan(failure)
                with pytest.raises(SendError):
                    await bench.channel.send(bench.outbound, NOW)
        if bench.arrive is not None and isinstance(bench.channel, ports.Fetcher):
            await bench.arrive("words-of-a-tenant")
            async for _ in bench.channel.fetch(None, NOW):
                pass
        ours = "\n".join(record.getMessage() for record in caplog.records if not from_a_stand_in(record))
        for secret in (*bench.secrets, "words-of-the-answer", "words-of-a-tenant", bench.outbound.to.value):
            assert secret not in ours
            assert secret not in repr(getattr(bench.channel, "settings", ""))

    await in_bench(cases, work)


def from_a_stand_in(record: logging.LogRecord) -> bool:
    return record.name.startswith(("pymap", "mail.log", "aiohttp.server", "aiohttp.access"))
