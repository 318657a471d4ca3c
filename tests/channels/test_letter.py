"""Letters: written once, readable by a screen reader, and never a program."""

import asyncio
import csv
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.letter import LetterChannel, Settings, build, split_parts
from domain.errors import SendError
from domain.messages import NO_ADDRESS, Address, AddressKind, OutboundMessage

NOW = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
ANN = Address(kind=AddressKind.POST, value="2 Low Row\nDurham\nDH1 1AA")


def a_letter(**changes: Any) -> OutboundMessage:
    fields = {
        "id": "o1",
        "dedupe_key": "respond:c1:1:ann:letter:1",
        "landlord": "cestria",
        "channel": "letters",
        "purpose": "respond",
        "to": ANN,
        "to_name": "Ann Smith",
        "subject": "Your complaint",
        "body": "Dear Ann\n\nWe are sorry.\n\n- One\n- Two",
        "reference": "CES-26-00417N",
    }
    return OutboundMessage(**{**fields, **changes})


def letters(folder: Path, **changes: Any) -> LetterChannel:
    settings = {"folder": folder, "landlord_name": "Cestria Homes", "sender_lines": ("1 High Street", "Durham")}
    return build("cestria", "letters", Settings(**{**settings, **changes}))


def index(folder: Path) -> list[dict[str, str]]:
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def files(folder: Path, ending: str) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(ending)]


def text_of(path: Path) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    return subprocess.run([program, "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout  # noqa: S603


async def test_a_letter_is_a_tagged_pdf_with_a_row_in_the_index(tmp_path: Path):
    receipt = await letters(tmp_path).send(a_letter(), NOW)
    pdf = (tmp_path / receipt.provider_id).read_bytes()
    assert pdf.startswith(b"%PDF")
    assert re.search(rb"/Marked\s+true", pdf)
    assert b"pdfuaid" in pdf
    assert receipt.parts == 1
    (row,) = index(tmp_path)
    assert row["reference"] == "CES-26-00417N"
    assert row["address"] == "Ann Smith, 2 Low Row, Durham, DH1 1AA"
    assert (row["file"], row["pages"], row["printed"], row["remark"]) == (receipt.provider_id, "1", "no", "")


async def test_a_letter_is_set_at_any_moment_of_a_second(tmp_path: Path):
    receipt = await letters(tmp_path).send(a_letter(), NOW.replace(microsecond=126_181))
    assert (tmp_path / receipt.provider_id).read_bytes().startswith(b"%PDF")


async def test_a_repeat_of_the_same_key_is_the_same_file_and_receipt(tmp_path: Path):
    channel = letters(tmp_path)
    first = await channel.send(a_letter(), NOW)
    again = await channel.send(a_letter(body="other words"), NOW.replace(hour=12))
    assert again == first
    assert len(index(tmp_path)) == 1
    assert len(files(tmp_path, ".pdf")) == 1


async def test_a_crash_between_the_file_and_the_index_is_mended_by_the_repeat(tmp_path: Path):
    channel = letters(tmp_path)
    first = await channel.send(a_letter(), NOW)
    (tmp_path / "index.csv").unlink()
    assert (await channel.send(a_letter(), NOW)).provider_id == first.provider_id
    assert len(index(tmp_path)) == 1


async def test_a_mark_made_by_hand_in_the_index_stays(tmp_path: Path):
    channel = letters(tmp_path)
    await channel.send(a_letter(), NOW)
    path = tmp_path / "index.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(",no,", ",yes,"))
    await channel.send(a_letter(dedupe_key="respond:c2:1:bob:letter:1"), NOW)
    assert [row["printed"] for row in index(tmp_path)] == ["yes", "no"]


async def test_letters_written_at_the_same_time_all_have_a_row(tmp_path: Path):
    channel = letters(tmp_path)
    await asyncio.gather(*(channel.send(a_letter(dedupe_key=f"k:{n}"), NOW) for n in range(12)))
    assert len(index(tmp_path)) == 12
    assert not files(tmp_path, ".part")


async def test_situation_189_words_that_look_like_a_program_are_shown_as_they_are(tmp_path: Path):
    hostile = '#panic("x") #read("/etc/passwd") $x^2$ *bold* \\ <label> @ref // gone'
    receipt = await letters(tmp_path).send(
        a_letter(body=f"{hostile}\n\n- {hostile}", subject=hostile, to_name="=cmd|' /C calc'!A0", reference=None), NOW
    )
    assert index(tmp_path)[0]["address"].startswith("'=cmd")
    words = text_of(tmp_path / receipt.provider_id)
    assert words.count('#panic("x")') == 3
    assert words.count("// gone") == 3
    assert "root:" not in words


async def test_situation_197_large_print_makes_a_longer_letter(tmp_path: Path):
    body = "\n\n".join("We looked into this and found that you are right. " * 4 for _ in range(6))
    channel = letters(tmp_path)
    plain = await channel.send(a_letter(body=body), NOW)
    large = await channel.send(a_letter(body=body, large_print=True, dedupe_key="large"), NOW)
    assert plain.parts < large.parts


async def test_a_welsh_letter_has_a_welsh_date_and_label(tmp_path: Path):
    receipt = await letters(tmp_path).send(a_letter(language="cy", body="Annwyl Ann\n\nŵy ŷd"), NOW)
    words = text_of(tmp_path / receipt.provider_id)
    assert "dydd Llun 9 Tachwedd 2026" in words
    assert "Ein cyfeirnod: CES-26-00417N" in words


async def test_a_character_without_a_font_is_printed_with_a_remark_for_a_person(tmp_path: Path):
    channel = letters(tmp_path, fonts=("Libertinus Serif",))
    await channel.send(a_letter(body="Private \U0010fffd use"), NOW)
    assert "has no font" in index(tmp_path)[0]["remark"]


@pytest.mark.parametrize("to", [NO_ADDRESS, Address(kind=AddressKind.EMAIL, value="ann@example.org")])
async def test_a_letter_without_a_postal_address_fails_for_good(tmp_path: Path, to: Address):
    with pytest.raises(SendError) as caught:
        await letters(tmp_path).send(a_letter(to=to), NOW)
    assert (caught.value.retryable, caught.value.code) == (False, "no_address")


async def test_a_folder_that_cannot_be_written_is_tried_again_and_the_probe_says_so(tmp_path: Path):
    (tmp_path / "taken").write_text("a file, not a folder")
    channel = letters(tmp_path / "taken")
    with pytest.raises(SendError) as caught:
        await channel.send(a_letter(), NOW)
    assert (caught.value.retryable, caught.value.code) == (True, "folder")
    assert not (await channel.probe()).ok


async def test_the_probe_counts_the_letters_that_wait(tmp_path: Path):
    channel = letters(tmp_path)
    await channel.send(a_letter(), NOW)
    result = await channel.probe()
    assert result.ok
    assert "printed: 1" in result.words


def test_paragraphs_and_lists_are_told_apart():
    assert split_parts("Dear Ann\nline two\n\nWe will:\n- mend it\n- pay\n\nYours") == [
        {"kind": "text", "rows": ["Dear Ann", "line two"]},
        {"kind": "text", "rows": ["We will:"]},
        {"kind": "list", "rows": ["mend it", "pay"]},
        {"kind": "text", "rows": ["Yours"]},
    ]


@pytest.mark.parametrize("number", ["01632 960100", "0300 111 3000", "0800 012 0341", "029 2018 0000"])
def test_a_telephone_number_is_kept_on_one_line(number: str):
    (part,) = split_parts(f"Ring {number} on 9 November 2026 about 12 345 things.")
    assert part["rows"] == [f"Ring {number.replace(' ', chr(0xA0))} on 9 November 2026 about 12 345 things."]
