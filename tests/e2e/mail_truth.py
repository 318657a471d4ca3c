"""Five hundred mails and what must come of each: a truth table of our own, the same for the same seed.

The first mails can be made at once. The later ones answer OUR mails, so they are made from what really went out.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import Message
from enum import StrEnum

from domain.references import find_references
from tests.e2e.mail_answers import AWAY, BY_HEADER, BY_REFERENCES, BY_SUBJECT, Answer, ours
from tests.e2e.mail_bounces import BOUNCES
from tests.e2e.mail_headers import HEADER_SHAPES
from tests.e2e.mail_shapes import CHARSET_SHAPES, MISLABELLED_SHAPES, Letter, Made, Shape, headers
from tests.e2e.mail_trees import TREE_SHAPES

FIRST = 396
REUSED_IDS = 8
SUPPRESSED = 6
NEWSLETTERS = 4
SECOND_DELIVERIES = 10
ANSWERS = (16, 14, 14)
"""By In-Reply-To, by References only, by the reference in the subject only."""
STRANGERS = 4
NEW_ADDRESSES = 2
MACHINES = 16
RETURNED = 10


class Fate(StrEnum):
    """What must have become of a mail."""

    CASE = "a case of its own"
    JOINED = "in the case of mail `of`"
    AUTOMATIC = "kept without a case of its own"
    DUPLICATE = "a second delivery of mail `of`"


@dataclass(frozen=True, kw_only=True)
class TrueMail:
    """A mail and its truth."""

    title: str
    raw: bytes
    fate: Fate
    sender: str
    """The address by which it must be known; '' where it has none."""
    words: tuple[str, ...] = ()
    subject: str | None = None
    files: int = 0
    answered: bool = False
    """Whether one acknowledgement must go to ``sender``. Without: none; to an answer in an own case a short one may."""
    of: int | None = None
    hides: tuple[str, ...] = ()
    """What no mail to ``sender`` may hold."""


TROUBLES = (
    "The gutter over my door was promised for March and nobody has come since.",
    "Your contractor missed three appointments and I lost three days of pay.",
    "I have rung eleven times about the broken lift and nobody has called me back.",
    "The repair to my back gate was marked as done and it was never done.",
    "You took the old fence down in June and left us without one ever since.",
    "The bins have not been emptied for three weeks and the smell is disgusting.",
    "I reported the broken window twice and I am still waiting for a glazier.",
    "Nobody has answered my letter of August about the noise from the plant room.",
    "The kitchen units were fitted badly and the fitter was rude to my mother.",
    "The hallway has not been cleaned since Easter although I pay for it each week.",
    "My radiator valve was changed for the fourth time and it still does not work.",
    "You charged me for a key that I never had, and ignore my letters.",
    "The door entry has been dead for five weeks and you keep closing the job.",
    "I was told a surveyor would come on Monday and again nobody turned up.",
    "The painter left the stairwell half done and will not answer the phone.",
    "Your office promised me a call by Friday three Fridays ago.",
)
CLOSINGS = (
    "I am not happy with how this has been handled.",
    "This is not good enough and I want it looked into.",
    "Please treat this as a complaint.",
    "I want to know why this keeps happening and what you will do about it.",
)
SUBJECTS = (
    "Complaint",
    "Re: Complaint",
    "Repair",
    "RE: Your message",
    "Not happy",
    "Fwd: repair",
    "Help please",
    "My flat",
)
GIVEN = ("Ann", "Bert", "Carys", "Dilys", "Ewan", "Farah", "Gwen", "Harjit", "Idris", "Joyce", "Kofi", "Leila")
FAMILY = ("Shaw", "Parry", "Oduya", "Iqbal", "Threlkeld", "Novak", "Rees", "Macleod", "Okafor", "Bright")
STREETS = ("Thornbury Rise", "Cobden Court", "Tarn Crescent", "Mill Lane", "Maes y Dderwen", "Harbour View")
FURTHER = (
    "I forgot to say that the handle has come off as well, and nobody has rung.",
    "Further to my complaint: the man came today, looked at it and left again.",
    "Is there any news? It is still the same here.",
    "Please add to my complaint that I have now waited another day in vain.",
)


def plain(letter: Letter) -> Made:
    """A mail as most are."""
    raw = headers(letter, "Content-Type: text/plain; charset=utf-8") + b"\r\n" + letter.body.encode()
    return Made(raw=raw, words=(letter.marker,))


SHAPES: tuple[Shape, ...] = (plain, *CHARSET_SHAPES, *MISLABELLED_SHAPES, *TREE_SHAPES, *HEADER_SHAPES)


class Writer:
    """Invents tenants and their letters, from one seed."""

    def __init__(self, seed: int, to: str, at: datetime) -> None:
        self._random = random.Random(seed)
        self._to = to
        self._at = at
        self._number = 1_000

    def letter(self, *, sender: str = "", name: str = "", further: bool = False) -> Letter:
        """The next letter; by a new tenant unless a sender is given."""
        pick = self._random.choice
        self._number += 1
        number = self._number
        name = name or f"{pick(GIVEN)} {pick(FAMILY)}"
        marker = f"{number} {pick(STREETS)}"
        said = [pick(FURTHER)] if further else [pick(TROUBLES), pick(CLOSINGS)]
        return Letter(
            number=number,
            sender=sender or f"{name.lower().replace(' ', '.')}.{number}@tenants.example",
            name=name,
            to=self._to,
            subject=pick(SUBJECTS),
            body="\n".join(("Hello,", *said, marker)),
            marker=marker,
            message_id=f"{number}.{self._random.getrandbits(48):x}@mail.tenants.example",
            at=self._at + timedelta(seconds=number),
        )


def first_mails(seed: int, to: str, at: datetime) -> tuple[TrueMail, ...]:
    """What comes before we have written to anybody, in the order of arrival."""
    writer = Writer(seed, to, at)
    mails = [_first(writer.letter(), SHAPES[number % len(SHAPES)]) for number in range(FIRST)]
    plain_ones = [number for number in range(FIRST) if SHAPES[number % len(SHAPES)] in (plain, *CHARSET_SHAPES)]
    chooser = random.Random(seed)
    for number in chooser.sample(plain_ones, REUSED_IDS):
        mails.append(_with_id_of(writer.letter(), mails[number]))
    mails += [_suppressed(writer.letter(), number) for number in range(SUPPRESSED)]
    mails += [_newsletter(writer.letter()) for _ in range(NEWSLETTERS)]
    chooser.shuffle(mails)
    known = [number for number, mail in enumerate(mails) if b"Message-ID: <" in mail.raw and mail.fate is Fate.CASE]
    copied = chooser.sample(
        [number for number in known if b"Message-ID: <>" not in mails[number].raw], SECOND_DELIVERIES
    )
    return (*mails, *(_again(mails[number], number, way) for way, number in enumerate(copied)))


def later_mails(
    seed: int, to: str, at: datetime, first: Sequence[TrueMail], acknowledgements: Mapping[int, Message]
) -> tuple[TrueMail, ...]:
    """What answers our mails. ``acknowledgements``: for each answered mail by its place, the one mail that we sent."""
    writer = Writer(seed + 1, to, at)
    chooser = random.Random(seed + 1)
    chosen = iter(
        chooser.sample(sorted(acknowledgements), sum(ANSWERS) + STRANGERS + NEW_ADDRESSES + MACHINES + RETURNED)
    )
    mails: list[TrueMail] = []
    for shapes, count in zip((BY_HEADER, BY_REFERENCES, BY_SUBJECT), ANSWERS, strict=True):
        for number in range(count):
            of = next(chosen)
            mails.append(_joined(writer, shapes[number % len(shapes)], first, of, acknowledgements[of]))
    for number in range(STRANGERS):
        of = next(chosen)
        mails.append(_stranger(writer, BY_SUBJECT[number % len(BY_SUBJECT)], first[of], acknowledgements[of]))
    for number in range(NEW_ADDRESSES):
        of = next(chosen)
        mails.append(_from_new_address(writer, BY_HEADER[number], first, of, acknowledgements[of]))
    for number in range(MACHINES):
        of = next(chosen)
        mails.append(_automatic(writer, AWAY[number % len(AWAY)], first[of].sender, of, acknowledgements[of]))
    for number in range(RETURNED):
        of = next(chosen)
        mails.append(_automatic(writer, BOUNCES[number % len(BOUNCES)], "", of, acknowledgements[of]))
    chooser.shuffle(mails)
    return tuple(mails)


def _first(letter: Letter, shape: Shape) -> TrueMail:
    made = shape(letter)
    return TrueMail(
        title=shape.__name__,
        raw=made.raw,
        fate=Fate.CASE,
        sender=letter.sender if made.sender is None else made.sender,
        words=made.words,
        subject=made.subject,
        files=made.files,
        answered=made.answered,
    )


def _with_id_of(letter: Letter, other: TrueMail) -> TrueMail:
    """Another tenant's mail whose program gave it a Message-ID that exists already."""
    message_id = other.raw.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
    return replace(
        _first(replace(letter, message_id=message_id), plain), title="a Message-ID that exists, other content"
    )


def _suppressed(letter: Letter, number: int) -> TrueMail:
    """A complaint whose headers ask for no automatic answer: a case, and a person acknowledges it."""
    lines = (
        "X-Auto-Response-Suppress: All",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
    )
    line = lines[number % len(lines)]
    raw = headers(letter, line, "Content-Type: text/plain; charset=utf-8") + b"\r\n" + letter.body.encode()
    return TrueMail(
        title=f"a complaint with {line}", raw=raw, fate=Fate.CASE, sender=letter.sender, words=(letter.marker,)
    )


def _newsletter(letter: Letter) -> TrueMail:
    words = f"This month: our new range of door mats, and win a kettle. Shop now at {letter.marker}."
    lines = (
        "List-Unsubscribe: <mailto:off@news.example>",
        "Precedence: bulk",
        "Content-Type: text/plain; charset=utf-8",
    )
    raw = headers(replace(letter, subject="News from the mat shop"), *lines) + b"\r\n" + words.encode()
    return TrueMail(title="a newsletter", raw=raw, fate=Fate.AUTOMATIC, sender=letter.sender, words=(letter.marker,))


def _again(mail: TrueMail, number: int, way: int) -> TrueMail:
    """The same mail by another way, or as it was."""
    traces = (
        b"",
        b"Received: from b.example by mx2.landlord.example; Mon, 2 Nov 2026 10:00:00 +0000\r\n",
        b"Return-Path: <someone@tenants.example>\r\nDelivered-To: feedback@landlord.example\r\n",
        b"X-Spam-Status: No, score=-1.0\r\nX-Original-To: complaints@landlord.example\r\n",
    )
    return replace(
        mail,
        title=f"second delivery: {mail.title}",
        raw=traces[way % len(traces)] + mail.raw,
        fate=Fate.DUPLICATE,
        answered=False,
        of=number,
    )


def _joined(writer: Writer, shape: Answer, first: Sequence[TrueMail], of: int, answered: Message) -> TrueMail:
    mail = ours(answered)
    letter = writer.letter(sender=first[of].sender, further=True)
    return TrueMail(
        title=shape.__name__,
        raw=shape(letter, mail),
        fate=Fate.JOINED,
        sender=first[of].sender,
        words=(letter.marker,),
        of=of,
    )


def _stranger(writer: Writer, shape: Answer, other: TrueMail, answered: Message) -> TrueMail:
    """Somebody else quotes a tenant's reference: an own case, and nothing of the other's is told."""
    letter = writer.letter()
    return TrueMail(
        title=f"a stranger {shape.__name__}",
        raw=shape(letter, ours(answered)),
        fate=Fate.CASE,
        sender=letter.sender,
        words=(letter.marker,),
        answered=True,
        hides=(*other.words, *_named(answered)),
    )


def _named(answered: Message) -> tuple[str, ...]:
    """The references in the subject of a mail of ours."""
    return tuple(found.reference for found in find_references(str(answered["Subject"])))


def _from_new_address(writer: Writer, shape: Answer, first: Sequence[TrueMail], of: int, answered: Message) -> TrueMail:
    """An answer to our very mail from an address that is not known yet (situation 107)."""
    letter = writer.letter(further=True)
    return TrueMail(
        title=f"from a new address {shape.__name__}",
        raw=shape(letter, ours(answered)),
        fate=Fate.JOINED,
        sender=letter.sender,
        words=(letter.marker,),
        of=of,
        hides=(*first[of].words, *_named(answered)),
    )


def _automatic(writer: Writer, shape: Answer, sender: str, of: int, answered: Message) -> TrueMail:
    letter = writer.letter(sender=sender)
    return TrueMail(title=shape.__name__, raw=shape(letter, ours(answered)), fate=Fate.AUTOMATIC, sender=sender, of=of)
