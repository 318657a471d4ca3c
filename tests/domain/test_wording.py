import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import WordingError
from domain.messages import AddressKind
from domain.wording import (
    PLACEHOLDERS,
    Rendered,
    Variant,
    Wording,
    WordingCatalogue,
    parse_catalogue,
    parse_wording,
    render,
)

FILE = """\
# Sent when a complaint is opened.
# Keep the text message to one part.

Subject: Your complaint {reference}

Dear {name}

Thank you.

[sms]
{landlord_short}: we have your complaint {reference}.
{?respond_on}We will answer by {respond_on}.

[email]
Dear {name}

{?handler}{handler} will deal with it.

{?handler}{?handler_phone}Ring {handler_phone}.
{items}
{hazard_advice} {hazard_phone}

Yours
{team}
"""
VALUES = {
    "reference": "CES-26-00417N",
    "name": "Ann",
    "landlord_short": "Cestria",
    "respond_on": "Monday 16 November 2026",
    "handler": "",
    "handler_phone": "",
    "items": "",
    "hazard_advice": "",
    "hazard_phone": "",
    "team": "Customer care",
}


def a_wording(text: str = FILE) -> Wording:
    return parse_wording("opened", "en", text)


def body(text: str, values: dict[str, str], channel: str = "email") -> str:
    return render(a_wording(text), channel, values).body


def test_a_file_is_read_into_subject_and_bodies() -> None:
    wording = a_wording()
    assert (wording.name, wording.language, wording.subject) == ("opened", "en", "Your complaint {reference}")
    assert [part.variant for part in wording.bodies] == [None, Variant.SMS, Variant.EMAIL]
    assert wording.bodies[0].text == "Dear {name}\n\nThank you."
    assert wording.placeholders() == VALUES.keys()


def test_a_message_is_filled_in_and_empty_lines_close_up() -> None:
    assert render(a_wording(), "email", VALUES) == Rendered(
        subject="Your complaint CES-26-00417N", body="Dear Ann\n\nYours\nCustomer care"
    )


def test_conditional_lines_stay_when_their_value_is_there() -> None:
    values = VALUES | {"handler": "Bob", "items": "1. Noise\n\n2. Rent", "hazard_phone": "0800 111 999"}
    assert render(a_wording(), "email", values).body == (
        "Dear Ann\n\nBob will deal with it.\n\n1. Noise\n\n2. Rent\n 0800 111 999\n\nYours\nCustomer care"
    )
    assert "Ring 1." in render(a_wording(), "email", values | {"handler_phone": "1"}).body


def test_several_conditions_must_all_hold() -> None:
    assert body("x\n{?handler}{?phone}Ring {handler} on {phone}.", {"handler": "", "phone": "1"}) == "x"
    assert (
        body("x\n{?handler}{?phone}Ring {handler} on {phone}.", {"handler": "Bob", "phone": "1"}) == "x\nRing Bob on 1."
    )


def test_what_a_dropped_line_would_need_is_not_asked_for() -> None:
    assert body("x\n{?handler}{handler}: {phone}", {"handler": ""}) == "x"


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("sms", Variant.SMS),
        ("phone", Variant.SMS),
        ("email", Variant.EMAIL),
        ("chat", Variant.EMAIL),
        ("telegram", Variant.EMAIL),
        ("whatsapp", Variant.EMAIL),
        ("letter", Variant.EMAIL),
        ("post", Variant.EMAIL),
    ],
)
def test_a_channel_without_a_section_is_given_the_email_text(channel: str, expected: Variant) -> None:
    texts = {part.variant: part.text for part in a_wording().bodies}
    assert a_wording().template(channel) == texts[expected]


def test_without_an_email_text_a_channel_is_given_the_plain_body() -> None:
    wording = a_wording("Plain.\n[chat]\nChat.")
    assert [wording.template(channel) for channel in ("email", "sms", "letter", "telegram")] == [
        "Plain.",
        "Plain.",
        "Plain.",
        "Chat.",
    ]


@pytest.mark.parametrize("kind", [kind for kind in AddressKind if kind is not AddressKind.NONE])
def test_every_kind_of_address_has_a_section(kind: AddressKind) -> None:
    assert a_wording("Plain.").template(kind) == "Plain."


def test_a_channel_that_is_unknown_or_has_no_text_is_an_error() -> None:
    with pytest.raises(WordingError, match=r"en/opened\.txt: there is no channel 'fax'"):
        a_wording().template("fax")
    with pytest.raises(WordingError, match=r"no text for letter: write \[letter\], \[email\] or a plain body"):
        a_wording("[sms]\nShort.").template("letter")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello\n{refrence}", r"en/opened\.txt, line 2: \{refrence\} is not a placeholder; did you mean 'reference'\?"),
        ("# note\n\nSubject: {nmae}\nx", r"line 3: \{nmae\} is not a placeholder; did you mean 'name'\?"),
        ("{?refrence}x", r"line 1: \{refrence\} is not a placeholder; did you mean 'reference'"),
        ("{zzzzzz}", r"line 1: \{zzzzzz\} is not a placeholder$"),
        ("{}", r"\{\} is not a placeholder"),
        ("{ name }", r"\{ name \} is not a placeholder; did you mean 'name'"),
        ("x {?name} y", r"line 1: the condition \{\?name\} does not stand at the beginning"),
        ("Subject: {?name}x\ny", r"line 1: the condition \{\?name\} does not stand at the beginning"),
        ("x\n{name", "line 2: a brace stands alone"),
        ("name}", "line 1: a brace stands alone"),
        ("{{name}}", "line 1: a brace stands alone"),
        ("Subject:\nx", "line 1: the subject is empty"),
        ("x\n[emial]\ny", r"line 2: the section \[emial\] is unknown; did you mean 'email'\?"),
        ("[sms]\nx\n[sms]\ny", r"line 3: the section \[sms\] stands twice"),
        ("[sms]\n\n[email]\ny", r"line 1: the section \[sms\] is empty"),
        ("", "says nothing"),
        ("# only a note", "says nothing"),
        ("Subject: x", "says nothing"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(WordingError, match=words):
        a_wording(text)


def test_a_missing_value_is_an_error_also_in_a_condition_and_in_the_subject() -> None:
    for text in ("Dear {name}", "{name}", "x\n{?name}y", "Subject: {name}\nx"):
        with pytest.raises(WordingError, match=r"en/opened\.txt: no value was given for \{name\}"):
            render(a_wording(text), "email", {})


def test_values_are_never_read_again() -> None:
    nasty = "{reference} {?team} [sms] \\1 \\g<0> {}"
    assert body("Dear {name}, {reference}", {"name": nasty, "reference": "R"}) == f"Dear {nasty}, R"
    assert body("{?name}{name}", {"name": "a\n\n\n[email]\n#b "}) == "a\n\n\n[email]\n#b "


def test_a_subject_stays_one_line() -> None:
    values = {"subject": "leak\r\nBcc: a@example.org\n\n"}
    assert render(a_wording("Subject: Re: {subject}\nx"), "email", values).subject == "Re: leak Bcc: a@example.org"
    assert render(a_wording("x"), "email", {}).subject == ""


def test_notes_stand_only_at_the_top() -> None:
    assert body("# note\n\n# note\nx\n# kept", {}) == "x\n# kept"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert a_wording("\ufeff" + FILE.replace("\n", "\r\n")) == a_wording()


def test_the_version_changes_with_the_content_only() -> None:
    assert a_wording().version == a_wording().version
    assert a_wording().version != a_wording(FILE + "x").version
    assert len(a_wording().version) == 12


def test_the_catalogue_falls_back_to_english() -> None:
    catalogue = parse_catalogue({("en", "opened"): "Hello", ("cy", "opened"): "Helo", ("en", "closed"): "Bye"})
    assert catalogue.get("opened", "cy").template("sms") == "Helo"
    assert catalogue.get("opened", "pl").template("sms") == "Hello"
    assert catalogue.get("closed", "cy").language == "en"
    assert catalogue.get("closed") is catalogue.get("closed", "en")
    with pytest.raises(WordingError, match=r"no wording 'opend'; did you mean 'opened'\?"):
        catalogue.get("opend")


def test_the_catalogues_version_is_that_of_its_content_in_any_order() -> None:
    files = {("en", "opened"): "Hello", ("en", "closed"): "Bye"}
    version = parse_catalogue(files).version
    assert parse_catalogue(dict(reversed(files.items()))) == parse_catalogue(files)
    assert parse_catalogue(dict(reversed(files.items()))).version == version
    assert parse_catalogue(files | {("en", "closed"): "Goodbye"}).version != version
    assert parse_catalogue({("cy", "opened"): "Hello", ("en", "closed"): "Bye"}).version != version


def test_a_wording_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="given twice"):
        WordingCatalogue(wordings=(a_wording(), a_wording()))


def test_every_placeholder_has_a_plain_name_and_a_meaning() -> None:
    for name, meaning in PLACEHOLDERS.items():
        assert name.isidentifier()
        assert name == name.lower()
        assert meaning


@given(st.fixed_dictionaries({name: st.text() for name in VALUES}), st.sampled_from(["email", "sms", "letter"]))
def test_filling_in_never_fails_when_every_value_is_there(values: dict[str, str], channel: str) -> None:
    rendered = render(a_wording(), channel, values)
    assert "\n" not in rendered.subject
    if channel != "sms":
        assert rendered.body.startswith(f"Dear {values['name']}")


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        wording = a_wording(text)
    except WordingError:
        return
    render(wording, wording.bodies[0].variant or "email", dict.fromkeys(PLACEHOLDERS, "x"))
