"""What texts and WhatsApp do beyond the contract, against the stand-in that the demo uses too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from aiohttp import web
from pydantic import SecretStr

from app.lookalikes.twilio import Medium, TwilioLookalike
from channels import twilio_sms, twilio_whatsapp
from channels.twilio_common import TwilioChannel, TwilioSettings
from domain.errors import MediaError, SendError
from domain.messages import Address, AddressKind, MediaReference, Received, WebRequest
from tests.channels.harness import LANDLORD, NAME, NOW, PUBLIC, an_outbound

TENANT = Address(kind=AddressKind.PHONE, value="+447700900123")
ON_WHATSAPP = Address(kind=AddressKind.WHATSAPP, value="+447700900123")


def settings_for(twilio: TwilioLookalike, **changed: object) -> TwilioSettings:
    given: dict[str, object] = {
        "account_sid": twilio.account_sid,
        "auth_token": twilio.auth_token,
        "number": "+447700900100",
        "base_url": twilio.base_url,
        "timeout_seconds": 2.0,
    }
    return TwilioSettings.model_validate(given | changed)


@asynccontextmanager
async def texting(twilio: TwilioLookalike, **changed: object) -> AsyncIterator[TwilioChannel]:
    channel = twilio_sms.build(LANDLORD, NAME, settings_for(twilio, **changed))
    try:
        yield channel
    finally:
        await channel.aclose()


@asynccontextmanager
async def our_web(twilio: TwilioLookalike) -> AsyncIterator[list[Received]]:
    """Our webhook behind the public address, over real HTTP, with the signature checked."""
    heard: list[Received] = []
    channel = twilio_sms.build(LANDLORD, NAME, settings_for(twilio))

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        seen = WebRequest(url=PUBLIC, headers=tuple(request.headers.items()), body=body)
        heard.append(channel.receive(seen, NOW))
        return web.Response()

    application = web.Application()
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    twilio.reach = {"https://complaints.example.org": f"http://127.0.0.1:{runner.addresses[0][1]}"}
    try:
        yield heard
    finally:
        await runner.cleanup()


async def test_a_text_arrives_signed_over_the_public_address_and_again_with_the_same_id() -> None:
    async with TwilioLookalike(numbers={"+447700900100": PUBLIC}) as twilio, our_web(twilio) as heard:
        sid = await twilio.tenant_texts(TENANT.value, "Dim gwres & dim dŵr poeth")
        assert await twilio.redeliver(sid) == 200
        assert [each.messages[0].provider_id for each in heard] == [sid, sid]
        assert heard[0].messages[0].text == "Dim gwres & dim dŵr poeth"


async def test_delivery_is_reported_forward() -> None:
    async with (
        TwilioLookalike(reports=True) as twilio,
        our_web(twilio) as heard,
        texting(twilio, status_callback=PUBLIC) as channel,
    ):
        receipt = await channel.send(an_outbound(TENANT), NOW)
        await twilio.settle()
        reports = [each.reports[0] for each in heard]
        assert [report.state for report in reports] == ["sent", "delivered"]
        assert {report.provider_id for report in reports} == {receipt.provider_id}


async def test_a_missed_webhook_is_found_by_the_list_with_its_photo() -> None:
    async with TwilioLookalike(numbers={"+447700900100": PUBLIC}) as twilio, texting(twilio) as channel:
        photo = Medium(content_type="image/jpeg", content=b"\xff\xd8 a photo")
        sid = await twilio.tenant_texts(TENANT.value, "look", media=[photo], missed=True)
        [batch] = [batch async for batch in channel.fetch(None, datetime.now(UTC))]
        [message] = batch.received.messages
        assert (message.provider_id, message.text) == (sid, "look")
        assert await channel.fetch_media(message.attachments[0]) == (photo.content, "image/jpeg")


async def test_a_long_list_is_read_page_by_page_oldest_first() -> None:
    moments = iter(NOW + timedelta(seconds=each) for each in range(1000))
    async with TwilioLookalike(page_size=7, clock=lambda: next(moments)) as twilio, texting(twilio) as channel:
        sids = [await twilio.tenant_texts(TENANT.value, str(each), missed=True) for each in range(23)]
        batches = [batch async for batch in channel.fetch(None, NOW)]
        assert [message.provider_id for batch in batches for message in batch.received.messages] == sids


async def test_a_text_of_ours_is_not_fetched_as_if_somebody_had_written_it() -> None:
    async with TwilioLookalike(numbers={"+447700900100": None}) as twilio, texting(twilio) as channel:
        await channel.send(an_outbound(Address(kind=AddressKind.PHONE, value="+447700900100")), NOW)
        assert [batch async for batch in channel.fetch(None, datetime.now(UTC))] == []


async def test_after_stop_a_send_is_refused_for_good_until_start() -> None:
    async with TwilioLookalike() as twilio, texting(twilio) as channel:
        await twilio.tenant_texts(TENANT.value, " stop ")
        with pytest.raises(SendError) as raised:
            await channel.send(an_outbound(TENANT), NOW)
        assert (raised.value.retryable, raised.value.code) == (False, "21610")
        assert [each.to for each in twilio.confirmations] == [TENANT.value]
        await twilio.tenant_texts(TENANT.value, "START")
        await channel.send(an_outbound(TENANT), NOW)
        assert len(twilio.texts_to(TENANT.value)) == 1


async def test_situation_153_a_text_goes_out_with_cheap_punctuation_and_its_names_whole() -> None:
    dear = an_outbound(to=TENANT, body="Hello Mr \u0141\u00f3d\u017a, we\u2019re sorry \u2013 \u201ctoday\u201d.")
    async with TwilioLookalike() as twilio, texting(twilio) as channel:
        await channel.send(dear, NOW)
        (text,) = twilio.sent
        found = await channel.find_sent(dear.model_copy(update={"first_attempt_at": text.sent_at}))
    assert text.body == 'Hello Mr \u0141\u00f3d\u017a, we\'re sorry - "today".'
    assert found is not None


@pytest.mark.parametrize("signing", ["the-old-token", "the-new-token"])
async def test_both_tokens_are_taken_while_they_are_rotated(signing: str) -> None:
    async with (
        TwilioLookalike(auth_token=signing) as twilio,
        texting(twilio, auth_token=SecretStr("the-old-token"), other_auth_token=SecretStr("the-new-token")) as channel,
    ):
        await channel.send(an_outbound(TENANT), NOW)
        assert len(twilio.sent) == 1
        form = {"MessageSid": "SM1", "From": TENANT.value, "Body": "", "Empty": ""}
        headers = (("x-twilio-signature", twilio.sign(PUBLIC, form)),)
        received = channel.receive(WebRequest(url=PUBLIC, headers=headers, body=urlencode(form).encode()), NOW)
        assert received.messages[0].provider_id == "SM1"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/secret",
        "https://api.twilio.com.evil.example/x",
        "https://169.254.169.254/latest",
        "https://api.twilio.com:8443/x",
        "https://user@api.twilio.com/x",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
async def test_media_come_only_from_the_providers_hosts(url: str) -> None:
    async with TwilioLookalike() as twilio, texting(twilio) as channel:
        with pytest.raises(MediaError) as raised:
            await channel.fetch_media(MediaReference(name="x", url=url))
        assert not raised.value.retryable
        assert twilio.hits == []


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    async with TwilioLookalike() as twilio, TwilioLookalike() as elsewhere, texting(elsewhere) as channel:
        sid = await twilio.tenant_texts(TENANT.value, "", media=[Medium(content_type="image/png", content=b"x")])
        medium = twilio._texts[sid].media[0].sid
        elsewhere._texts = twilio._texts
        path = f"{elsewhere.base_url}/2010-04-01/Accounts/{elsewhere.account_sid}/Messages/{sid}/Media/{medium}"
        strict = channel.settings.model_copy(update={"media_hosts": ()})
        channel.settings = strict
        assert (await channel.fetch_media(MediaReference(name="x", url=path)))[0] == b"x"
        elsewhere.host = "localhost"  # now its redirect leads to a name that is not allowed
        path = path.replace("localhost", "127.0.0.1")
        with pytest.raises(MediaError, match="hosts"):
            await channel.fetch_media(MediaReference(name="x", url=path))


async def test_a_file_beyond_the_limit_is_not_taken() -> None:
    async with TwilioLookalike() as twilio, texting(twilio, media_limit_bytes=10) as channel:
        await twilio.tenant_texts(TENANT.value, "", media=[Medium(content_type="image/png", content=b"x" * 11)])
        [batch] = [batch async for batch in channel.fetch(None, datetime.now(UTC))]
        with pytest.raises(MediaError, match="larger") as raised:
            await channel.fetch_media(batch.received.messages[0].attachments[0])
        assert not raised.value.retryable


@pytest.mark.parametrize(
    ("last_inbound_at", "open_"),
    [
        (NOW - timedelta(hours=24) + timedelta(seconds=1), True),
        (NOW - timedelta(hours=24), False),
        (None, False),
    ],
)
def test_the_window_is_open_for_24_hours(last_inbound_at: datetime | None, open_: bool) -> None:  # noqa: FBT001
    assert twilio_whatsapp.window_open(last_inbound_at, NOW) is open_


async def test_outside_the_window_only_a_template_goes_out() -> None:
    async with TwilioLookalike() as twilio:
        channel = twilio_whatsapp.build(LANDLORD, NAME, settings_for(twilio))
        closed = an_outbound(ON_WHATSAPP, last_inbound_at=NOW - timedelta(days=2))
        with pytest.raises(SendError) as raised:
            await channel.send(closed, NOW)
        assert (raised.value.retryable, raised.value.code) == (False, "63016")
        assert twilio.hits == []
        template = {"sid": "HX01", "1": "CES-26-00417N"}
        await channel.send(closed.model_copy(update={"template": template}), NOW)
        await channel.aclose()
        [sent] = twilio.sent
        assert (sent.to, sent.content_sid, sent.body) == ("whatsapp:+447700900123", "HX01", "")
        assert sent.content_variables == '{"1": "CES-26-00417N"}'
