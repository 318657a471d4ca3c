"""Situation 173: who wrote first, and when, in what a colleague passes on."""

from datetime import UTC, datetime

import pytest

from domain.forwarded import Forwarded, read_forwarded, read_written_date

OURS = ("landlord.example",)
OUTLOOK = """FYI, see below.

From: Ann Hall <ann@example.org>
Sent: 05 November 2026 14:30
To: Donna Price <donna.price@landlord.example>
Subject: Still no heating

Nobody has come."""
GMAIL = """---------- Forwarded message ---------
From: Ann Hall <Ann@Example.org>
Date: Thu, 5 Nov 2026 at 14:30
Subject: Still no heating
To: <donna.price@landlord.example>


Nobody has come."""
APPLE = """Begin forwarded message:

From: Ann Hall <ann@example.org>
Subject: Still no heating
Date: 5 November 2026 at 14:30:00 GMT
To: Donna Price <donna.price@landlord.example>

Nobody has come."""
WELSH = """*Oddi wrth:* Ann Hall [mailto:ann@example.org]
*Anfonwyd:* 05 Tachwedd 2026 14:30
*At:* Donna Price
*Pwnc:* Dim gwres

Nobody has come."""
CHAIN = f"""For you.

From: Donna Price <donna.price@landlord.example>
Sent: 06 November 2026 09:00
To: Rob Lee <rob.lee@landlord.example>
Subject: FW: Still no heating

{OUTLOOK}"""
MARKED = "See this.\n\n" + "\n".join(f"> {line}" for line in GMAIL.splitlines())
THEN = datetime(2026, 11, 5, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", [OUTLOOK, GMAIL, APPLE, WELSH, CHAIN, MARKED])
def test_the_first_writer_outside_the_house_is_found_with_the_date(text: str):
    assert read_forwarded(text, OURS) == Forwarded(name="Ann Hall", address="ann@example.org", at=THEN)


def test_without_anybody_from_outside_it_is_the_innermost_writer():
    text = CHAIN.replace("ann@example.org", "ann.hall@landlord.example")
    assert read_forwarded(text, OURS) == Forwarded(name="Ann Hall", address="ann.hall@landlord.example", at=THEN)


@pytest.mark.parametrize(
    "text",
    ["", "Mrs Hall rang about her heating.", "From: 3 March\nTo: 9 March\nnobody came", "From: the start\nit was cold"],
)
def test_a_text_that_passes_nothing_on_has_no_first_writer(text: str):
    assert read_forwarded(text, OURS) is None


def test_a_date_that_nobody_can_read_leaves_the_writer():
    found = read_forwarded(OUTLOOK.replace("05 November 2026 14:30", "last week"), OURS)
    assert found == Forwarded(name="Ann Hall", address="ann@example.org", at=None)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Thu, 5 Nov 2026 14:30:00 +0000", THEN),
        ("Thu, 05 Nov 2026 15:30:00 +0100 (CET)", THEN),
        ("05/11/2026 14:30", THEN),
        ("2026-11-05T14:30:00Z", THEN),
        ("Thursday, November 5, 2026 2:30 PM", THEN),
        ("dydd Iau, 5 Tachwedd 2026 14:30", THEN),
        ("5 November 2026", datetime(2026, 11, 5, tzinfo=UTC)),
        ("5 July 2026 14:30", datetime(2026, 7, 5, 13, 30, tzinfo=UTC)),
        ("5 July 2026 12:05 am", datetime(2026, 7, 4, 23, 5, tzinfo=UTC)),
        ("31 February 2026 10:00", None),
        ("5 November 2026 at 25:61", None),
        ("Thu 5 Nov", None),
        ("0001-01-01 00:00 +1400", None),
        ("", None),
    ],
)
def test_dates_are_read_as_programs_write_them_and_by_a_uk_clock(written: str, at: datetime | None):
    assert read_written_date(written) == at
