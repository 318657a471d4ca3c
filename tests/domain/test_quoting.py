"""What counts as new words, and that nothing a tenant wrote is lost."""

# ruff: noqa: E501 - a table of mails reads better one a line

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.quote_marks import WRITE_ABOVE
from domain.quoting import LONGEST, _Ours, _Reader, split_quoted

NEW = "No heating since Friday.\nThe baby is cold."
OURS = "Dear Mrs Jones,\nThank you for your message.\nWe will ring you on Monday."


def quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


HISTORIES = {
    "gmail": "On Mon, 3 Nov 2025 at 09:12, Housing <help@homes.example> wrote:\n\n" + quoted(OURS),
    "gmail wrapped over two lines": "On Mon, 3 Nov 2025 at 09:12, Housing Customer Services\n<help@homes.example> wrote:\n\n" + quoted(OURS),
    "wrapped over three lines": "On Mon, 3 Nov 2025 at 09:12,\nHousing Customer Services Team\n<help@homes.example> wrote:\n" + quoted(OURS),
    "yahoo, history not marked": "On Monday, 3 November 2025 at 09:12:00 GMT, Housing <help@homes.example> wrote:\n\n" + OURS,
    "apple": "> On 3 Nov 2025, at 09:12, Housing <help@homes.example> wrote:\n>\n" + quoted(OURS),
    "no address, marked": "On 6 Jan you wrote:\n" + quoted(OURS),
    "name and address first": "Housing <help@homes.example> wrote:\n" + quoted(OURS),
    "welsh": "Ar Llun, 3 Tach 2025 am 09:12, Tai Cymru <help@homes.example> ysgrifennodd:\n" + quoted(OURS),
    "german": "Am Mo., 3. Nov. 2025 um 09:12 Uhr schrieb Housing <help@homes.example>:\n" + quoted(OURS),
    "german, older": "Am 03.11.2025 09:12, Housing <help@homes.example> schrieb:\n" + quoted(OURS),
    "french": "Le lun. 3 nov. 2025 à 09:12, Housing <help@homes.example> a écrit :\n" + quoted(OURS),
    "polish": "pon., 3 lis 2025 o 09:12 Housing <help@homes.example> napisał(a):\n" + quoted(OURS),
    "spanish": "El lun, 3 nov 2025 a las 9:12, Housing (<help@homes.example>) escribió:\n" + quoted(OURS),
    "romanian": "În lun., 3 nov. 2025 la 09:12, Housing <help@homes.example> a scris:\n" + quoted(OURS),
    "outlook": "From: Housing <help@homes.example>\nSent: 03 November 2025 09:12\nTo: Jo Jones\nSubject: Your heating\n\n" + OURS,
    "outlook, bold": "*From:* Housing\n*Sent:* Monday\n*Subject:* Your heating\n\n" + OURS,
    "outlook under a rule": "________________________________\nFrom: Housing <help@homes.example>\nSent: Monday\nTo: Jo\nSubject: Heating\n\n" + OURS,
    "outlook, long recipients folded": "From: Housing\nSent: Monday\nTo: Jo; Al;\n  Bo; Cy\nSubject: Heating\n\n" + OURS,
    "outlook in welsh": "Oddi wrth: Tai Cymru\nAnfonwyd: 03 Tachwedd 2025 09:12\nAt: Jo Jones\nPwnc: Gwres\n\n" + OURS,
    "outlook in german": "Von: Housing\nGesendet: Montag\nAn: Jo\nBetreff: Heizung\n\n" + OURS,
    "outlook in polish": "Od: Housing\nWysłano: poniedziałek\nDo: Jo\nTemat: Ogrzewanie\n\n" + OURS,
    "original message": "-----Original Message-----\nFrom: Housing\nSent: Monday\nSubject: Heating\n\n" + OURS,
    "original message, marked": "-----Original Message-----\nFrom: Housing\nSent: Monday\nSubject: Heating\n\n" + quoted(OURS),
    "lone From above marked lines": "From: Housing\n" + quoted(OURS),
    "From and To above marked lines": "From: Housing\nTo: J Jones\n" + quoted(OURS),
    "previous message": "---------- Previous message ----------\nFrom: Housing\nDate: today\n\n" + OURS,
    "bare marks": quoted(OURS),
    "marks three deep": quoted(quoted(quoted(OURS))),
    "our own marker": WRITE_ABOVE + "\n" + OURS,
    "another house's marker": "-- Please reply above this line --\n\n" + OURS,
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_history_below_the_answer_is_set_aside(name: str) -> None:
    split = split_quoted(f"{NEW}\n\n{HISTORIES[name]}")
    assert split.new == NEW
    assert "ring you on Monday" in split.quoted


@pytest.mark.parametrize("name", HISTORIES)
def test_windows_line_ends_change_nothing(name: str) -> None:
    text = f"{NEW}\n\n{HISTORIES[name]}".replace("\n", "\r\n")
    assert split_quoted(text).new == NEW.replace("\n", "\r\n")


SIGNATURES = {
    "iphone": "Sent from my iPhone",
    "welsh iphone": "Anfonwyd o fy iPhone",
    "outlook for android": "Get Outlook for Android",
    "with a joke": "Sent from my iPhone please excuse typos its cracked",
    "polish telephone": "Wysłane z telefonu iPhone",
    "rfc 3676": "-- \nJo Jones\n12 High Street\n07700 900123",
    "dashes without the space": "--\nJo Jones",
    "legal footer": "This email and any attachments are confidential. If you are not the intended recipient, delete it.",
    "welsh footer": "Os ydych wedi derbyn y neges hon drwy gamgymeriad, rhowch wybod i ni.",
    "virus advert": "Virus-free. www.scanner.example",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_set_aside(name: str) -> None:
    split = split_quoted(f"{NEW}\n\n{SIGNATURES[name]}\n\n" + HISTORIES["gmail"])
    assert split.new == NEW
    assert split.signature == SIGNATURES[name]


@pytest.mark.parametrize("banner", ["[EXTERNAL]", "CAUTION: This email originated from outside of the organisation.", "You don't often get email from jo@x.example. Learn why this is important"])  # fmt: skip
def test_a_gateways_warning_above_the_words_is_set_aside(banner: str) -> None:
    assert split_quoted(f"{banner}\n\n{NEW}").new == NEW


KEPT_WHOLE = {
    "plain emergency": "GAS LEAK at 4 Elm Road!!! help",
    "dashes as dividing line": "--\n" + "I smell gas.\n" * 30,
    "all behind a signature mark": "--\nthere is a fire in the bin store",
    "all looks quoted, no sign of an answer": "> help\n> gas everywhere\n> flat 4",
    "only under a header block": "From: Jo Jones\nSent: today\nSubject: gas\n\nI smell gas and my mum is asleep",
    "only under an attribution": "On Mon, 3 Nov, Jo <jo@x.example> wrote:\n\nI smell gas",
    "only under our marker": WRITE_ABOVE + "\nI smell gas",
    "a tenant's list of dates": "No heating\nFrom: 3 March\nTo: 9 March\nand the baby is ill",
    "a memo": "To: Head of Estates\nFrom: Cedric, Flat 72\n\nThe lift is broken.",
    "an officer's words retold": "On 3 March at 09:00 your man wrote:\nNo access.\nThat was a lie.",
    "confidential from a tenant": "hello\n\nThis email is confidential, please do not tell my husband.",
    "sent from, but a sentence": "hello\nsent from pillar to post by your mobile team and nobody rings me back, I have had enough of it all and so has my daughter",
    "an arrow": "temperature went 18 -> 12 -> 9",
    "rule between paragraphs": "Kitchen: leak\n------------\nBathroom: mould",
    "empty signature mark in a list": "- gas\n- water\n- lift",
}


@pytest.mark.parametrize("name", KEPT_WHOLE)
def test_words_that_may_be_the_tenants_are_never_emptied(name: str) -> None:
    assert split_quoted(KEPT_WHOLE[name]).new == KEPT_WHOLE[name].strip()


def test_an_answer_with_nothing_on_top_is_empty() -> None:
    assert split_quoted(HISTORIES["gmail"]).new == ""


def test_a_bare_telephone_signature_is_empty() -> None:
    assert split_quoted("\n\nSent from my iPhone\n").new == ""


def test_situation_110_answers_between_quoted_lines_are_new() -> None:
    text = "On 6 Jan you wrote:\n> Is the heating on?\n\nNo.\n\n> Is anyone ill?\nYes, the baby.\n> Regards\n"
    assert split_quoted(text).new == "No.\n\nYes, the baby."


def test_situation_110_answers_inside_our_unmarked_text_are_found_by_what_we_sent() -> None:
    ours = "Dear Mrs Jones\nPlease answer two questions.\nIs the heating on now?\nIs anyone in the home ill?\nRegards, Housing"
    answered = ours.replace("on now?", "on now?\nno").replace("home ill?", "home ill?\nyes the baby has a fever of 39")
    text = f"see my answers below\n\n-----Original Message-----\nFrom: Housing\nSent: Monday\nSubject: Heating\n\n{answered}"
    assert split_quoted(text, sent=[ours]).new == "see my answers below\n\nno\nyes the baby has a fever of 39"


def test_situation_109_an_answer_of_one_word_stays_alone() -> None:
    assert split_quoted("no\n\n" + HISTORIES["outlook"]).new == "no"


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Ann <ann@x.example>\nDate: Mon, 3 Nov 2025\nSubject: mould\nTo: <cllr@y.example>\n\n",
    "apple": "Begin forwarded message:\n\nFrom: Ann <ann@x.example>\nSubject: mould\nDate: 3 November 2025\n\n",
    "thunderbird": "-------- Forwarded Message --------\nSubject: mould\nDate: Mon, 3 Nov 2025\nFrom: Ann <ann@x.example>\n\n",
    "german": "-------- Weitergeleitete Nachricht --------\nBetreff: mould\nVon: Ann <ann@x.example>\n\n",
    "lotus": "----- Forwarded by Cllr Bell/Council on 03/11/2025 09:12 -----\n\nFrom: Ann\nSubject: mould\n\n",
}  # fmt: skip
MATTER = "Dear Councillor,\nmy son's room is wet and he coughs.\nAnn"


@pytest.mark.parametrize("name", FORWARDS)
def test_a_councillors_forward_keeps_the_constituents_words(name: str) -> None:
    split = split_quoted(f"Please look into this.\nRegards\nCllr Bell\n\n{FORWARDS[name]}{MATTER}")
    assert split.forwarded == MATTER
    assert split.forward_kept
    assert split.own == "Please look into this.\nRegards\nCllr Bell"
    assert split.new.endswith(MATTER)
    assert "Ann" in split.quoted


def test_a_forward_under_many_words_of_the_writer_is_set_aside() -> None:
    split = split_quoted("My own long story. " * 20 + "\n\n" + FORWARDS["gmail"] + MATTER)
    assert not split.forward_kept
    assert split.new == ("My own long story. " * 20).strip()
    assert split.forwarded == MATTER


def test_outlook_writes_forwards_and_answers_alike_and_the_subject_tells() -> None:
    text = "see below\n\nFrom: Ann\nSent: Monday\nTo: Cllr Bell\nSubject: mould\n\n" + MATTER
    assert split_quoted(text, subject="FW: mould").forwarded == MATTER
    assert split_quoted(text, subject="RE: FW: mould").new == "see below"


def test_offsets_lead_back_into_the_text_as_given() -> None:
    text = "\n first\n> asked\nanswer\n\n" + HISTORIES["gmail"]
    split = split_quoted(text)
    assert split.new == "".join(text[start:end] for start, end in split.spans)
    assert text[split.place(split.new.index("answer")) :].startswith("answer\n")


def test_a_text_beyond_the_limit_passes_through_whole() -> None:
    text = "gas\n> x\n" * (LONGEST // 4)
    assert split_quoted(text).new == text


@pytest.mark.parametrize(
    "unit",
    [
        "> \n",
        "On\n",
        "On a@b\n",
        "From: a\n",
        "--\n",
        "-----\n",
        "From: a\nDate: b\n\n",
        "\n",
        "On x@y wrote:\n",
        "word\n",
        "_____\n\nFrom: x\n",
    ],
)
def test_looks_at_lines_grow_with_the_lines(unit: str) -> None:
    def looks(count: int) -> int:
        reader = _Reader((unit * count).splitlines(keepends=True), forwarded_by_subject=False, ours=_Ours(()))
        reader.read()
        return reader.examined

    lines = len((unit * 1000).splitlines())
    assert looks(1000) <= 40 * lines
    assert looks(2000) <= 2 * looks(1000) + 500


LINES = st.sampled_from([*(line for text in HISTORIES.values() for line in text.splitlines()), *SIGNATURES.values(), "", "help", "> x", "--", "a@b wrote:", "\u2028", "\x0c"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=30).map("\n".join) | st.text(max_size=300))
def test_any_text_is_taken_apart_without_loss(text: str) -> None:
    split = split_quoted(text, subject="FW: x", sent=["x help"])
    assert split.new == "".join(text[start:end] for start, end in split.spans)
    parts = (split.new, split.quoted, split.signature, split.forwarded)
    missing = [word for word in text.split() if not any(word in part for part in parts)]
    assert missing == []
