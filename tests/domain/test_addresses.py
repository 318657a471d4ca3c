import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import (
    OfficialBody,
    is_no_reply_address,
    normalise,
    normalise_email,
    normalise_phone,
    official_body,
    to_address,
)
from domain.errors import AddressError
from domain.messages import NO_ADDRESS, Address, AddressKind


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ann@example.org", "ann@example.org"),
        (" Ann.Jones@Example.ORG. ", "ann.jones@example.org"),
        ("Ann Jones <Ann@Example.org>", "ann@example.org"),
        ('"Jones, Ann <the tenant>" <ann@example.org>', "ann@example.org"),
        ("<ann@example.org>", "ann@example.org"),
        ("mailto:ann@example.org", "ann@example.org"),
        ("ann+repairs@example.org", "ann+repairs@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ann@b\u00fccher.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        ("\u017b\u00f3\u0142w@example.org", "\u017c\u00f3\u0142w@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("ann\u200b@example.org", "ann@example.org"),
        ("\uff41nn@example\uff0eorg", "ann@example.org"),
        ('Ann <"Ann B"@example.org>', '"ann b"@example.org'),
        ('"Ann B"@example.org', '"ann b"@example.org'),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]"),
        ("root@localhost", "root@localhost"),
        ("a_b@my_host.example", "a_b@my_host.example"),
    ],
)
def test_an_email_address_is_put_in_normal_form(raw: str, expected: str) -> None:
    assert normalise(AddressKind.EMAIL, raw) == expected
    assert normalise_email(expected) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann b@example.org",
        "ann@example..org",
        "ann@-example.org",
        "ann@exam ple.org",
        "ann@example.org, bob@example.org",
        "a@b@example.org",
        "ann@example.org\nBcc: bob@example.org",
        "Ann <ann@example.org> <bob@example.org",
        "x" * 65 + "@example.org",
        "ann@" + "x" * 64 + ".org",
        "ann@" + "x." * 200 + "org",
        "ann@" + "\u00fc" * 300 + ".org",
        "ann@\u00fc..org",
        "<>",
    ],
)
def test_what_is_no_email_address_is_refused_without_repeating_it(raw: str) -> None:
    with pytest.raises(AddressError) as refused:
        normalise_email(raw)
    assert "ann" not in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 7700 900 123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("whatsapp:+447700900123", "+447700900123"),
        ("tel:+44-7700-900123", "+447700900123"),
        ("\u202a+44 7700\u00a0900123\u202c", "+447700900123"),
        ("020 7946 0018", "+442079460018"),
        ("(0191) 498 0042", "+441914980042"),
        ("0191 498 0042 ext 12", "+441914980042"),
        ("+353 1 234 5678", "+35312345678"),
        ("+48 22 123 45 67", "+48221234567"),
    ],
)
def test_a_phone_number_becomes_e164_british_unless_it_says_otherwise(raw: str, expected: str) -> None:
    assert normalise(AddressKind.PHONE, raw) == normalise(AddressKind.WHATSAPP, raw) == expected
    assert normalise_phone(expected) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "60066",
        "Tenantline",
        "anonymous",
        "900123",
        "0770090012345678",
        "07700 900ABC",
        "+",
        "+999 1",
        "1" * 500,
    ],
)
def test_what_is_no_phone_number_is_refused(raw: str) -> None:
    with pytest.raises(AddressError):
        normalise_phone(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("123456789", "123456789"), ("-1001234567890", "-1001234567890"), ("telegram:42", "42"), (" tg:42 ", "42")],
)
def test_a_telegram_chat_is_its_number(raw: str, expected: str) -> None:
    assert normalise(AddressKind.TELEGRAM, raw) == expected


@pytest.mark.parametrize("raw", ["", "0", "007", "@ann", "12a", "1.5", "--1", "9" * 30])
def test_what_is_no_telegram_chat_is_refused(raw: str) -> None:
    with pytest.raises(AddressError):
        normalise(AddressKind.TELEGRAM, raw)


def test_a_postal_address_keeps_its_lines_without_needless_space() -> None:
    assert normalise(AddressKind.POST, " Flat 2 \r\n\r\n 5  High Street\nAnytown ") == "Flat 2\n5 High Street\nAnytown"
    with pytest.raises(AddressError):
        normalise(AddressKind.POST, " \n ")


def test_addresses_are_values() -> None:
    assert to_address(AddressKind.PHONE, "07700 900123") == Address(kind=AddressKind.PHONE, value="+447700900123")
    assert to_address(AddressKind.NONE, "whatever") == NO_ADDRESS
    assert normalise(AddressKind.NONE, "whatever") == ""


@given(st.sampled_from(AddressKind), st.text() | st.emails() | st.from_regex(r"\+?[0-9 ()]{5,15}", fullmatch=True))
def test_normalising_only_ever_raises_address_errors_and_twice_is_once(kind: AddressKind, raw: str) -> None:
    try:
        once = normalise(kind, raw)
    except AddressError:
        return
    assert normalise(kind, once) == once


@pytest.mark.parametrize(
    "raw",
    [
        "MAILER-DAEMON@example.org",
        "mailerdaemon@example.org",
        "postmaster@example.org",
        "abuse@example.org",
        "root@server.example.org",
        "noreply@example.org",
        "No-Reply <no-reply@example.org>",
        "no_reply@example.org",
        "no.reply@example.org",
        "donotreply@example.org",
        "do-not-reply@example.org",
        "housing.noreply@example.org",
        "noreply-housing@example.org",
        "noreply+42@example.org",
        "noreply2@example.org",
        "bounces-7=a=b@example.org",
        "bounce@example.org",
        "nobody@example.org",
        "mailer-daemon",
        "",
        "<>",
    ],
)
def test_programs_and_role_accounts_are_not_replied_to(raw: str) -> None:
    assert is_no_reply_address(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "ann@example.org",
        "juno.reply@example.org",
        "rooth@example.org",
        "root\u00e9@example.org",
        "abused@example.org",
        "ann@noreply.example.org",
        "reply@example.org",
        "casanoreply@example.org",
        "complaints@example.org",
        "donotreplyman@example.org",
    ],
)
def test_people_are_replied_to(raw: str) -> None:
    assert not is_no_reply_address(raw)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        ("a.member.mp@parliament.uk", OfficialBody.PARLIAMENT),
        ("Office <caseworker@members.parliament.uk>", OfficialBody.PARLIAMENT),
        ("msp@parliament.scot", OfficialBody.PARLIAMENT),
        ("aelod@senedd.cymru", OfficialBody.PARLIAMENT),
        ("mla@mla.niassembly.gov.uk", OfficialBody.PARLIAMENT),
        ("cllr@anytown.gov.uk", OfficialBody.GOVERNMENT),
        ("a@GOV.SCOT", OfficialBody.GOVERNMENT),
        ("a@force.police.uk", OfficialBody.POLICE),
        ("a@nhs.net", OfficialBody.HEALTH),
        ("a@trust.nhs.uk", OfficialBody.HEALTH),
        ("a@evilparliament.uk", None),
        ("a@parliament.uk.example.org", None),
        ("a@notgov.uk", None),
        ("parliament.uk", None),
        ("", None),
        ("parliament.uk <a@example.org>", None),
    ],
)
def test_an_official_domain_is_known_by_whole_labels(raw: str, body: OfficialBody | None) -> None:
    assert official_body(raw) is body
