"""The letter of an act leaves: by mail, post or text, to whoever may have it; or a person has a task to send it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping

from casework.acts import Act, ConfirmInWriting, IssueDraft, SendOutcome
from casework.acts_promising import SendAcknowledgement, SendUpdate
from casework.composing import compose
from casework.dossier import Dossier
from casework.letters import Letter, letter_of
from casework.life_parties import IS_HEARD, CaseParty
from casework.receiving import may_receive
from casework.short_forms import short_form
from domain.decisions import NewTask, PersonBy
from domain.messages import Address, AddressKind
from domain.uktime import end_of_local_day, local_date
from scheduler.node import Node
from scheduler.parties import rows_by_name
from scheduler.standing import setup_for
from store.case_parties import addresses_of, typed_home
from store.drafts import Envelope, OwnWords, queue_words
from store.people import may_be_written
from store.work import Place, add_tasks

_KINDS: Final = {
    "email": (AddressKind.EMAIL,),
    "letter": (AddressKind.POST,),
    "sms": (AddressKind.PHONE, AddressKind.WHATSAPP),
}
_WRITTEN: Final = ("email", "letter")
"""Ways that carry a letter whole."""
_LARGE: Final = "large print"
_NAMES_ITS_READER: Final = (SendOutcome, SendUpdate, SendAcknowledgement, IssueDraft, ConfirmInWriting)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who gets it, with the row that a message of theirs left."""

    party: CaseParty
    row: RowMapping

    @property
    def in_large_print(self) -> bool:
        """Whether they asked for large print."""
        return _LARGE in {each.casefold() for each in self.party.wishes.formats}

    def addresses(self, tx: Connection, way: str, now: datetime) -> list[Address]:
        """Where they may be reached that way, the best first; none where they want it avoided."""
        avoided = {each.casefold() for each in self.party.wishes.avoid}
        if way in avoided:
            return []
        landlord = self.row["landlord"]
        known = [each for each in addresses_of(tx, self.row) if may_be_written(tx, landlord, each, now)]
        if way == "letter":
            known += typed_home(tx, self.row)
        return [each for each in known if each.kind in _KINDS[way] and each.value.casefold() not in avoided]


def send_letter(node: Node, tx: Connection, case: RowMapping, act: Act, dossier: Dossier, *, now: datetime) -> None:
    """Queue the letter of an act in the act's own transaction.

    What was said on the telephone is followed by ``confirm_in_writing``. A text only says that the answer is there: the
    letter itself goes by mail or post beside it.

    Args:
        node: channels, words and ids.
        tx: the transaction of the act.
        case: the case's row.
        act: what was done.
        dossier: the case after it.
        now: when.
    """
    kind = letter_of(act)
    ways = ways_of(act, dossier)
    if kind is None or ways == ("phone",):
        return
    reader = reader_of(tx, case, dossier, named=act.to if isinstance(act, _NAMES_ITS_READER) else "")
    post = _Post(node=node, tx=tx, case=case, letter=compose(dossier, kind, node.letters), now=now)
    if not (reader and post.send_whole(reader, ways)):
        post.leave_to_a_person()


def ways_of(act: Act, dossier: Dossier) -> tuple[str, ...]:
    """The ways that are tried in turn until the letter is on its way whole.

    The one that the act names, else the one that is preferred for something written, else email. A text carries no
    letter: a mail, or else a printed one, goes with it.
    """
    named = act.way if isinstance(act, SendOutcome | SendUpdate | SendAcknowledgement) else ""
    wanted = named or dossier.preferred_way
    if wanted == "sms":
        return ("sms", *_WRITTEN)
    return (wanted,) if named or wanted in _WRITTEN else ("email",)


def reader_of(tx: Connection, case: RowMapping, dossier: Dossier, *, named: str = "") -> Reader | None:
    """Whom an act names, else the one whose matter it is, else whoever may speak for them; with a row to write to.

    Args:
        tx: a transaction.
        case: the case's row.
        dossier: the case.
        named: the name of a party, or empty.
    """
    rows = rows_by_name(tx, case["id"])
    for party in _in_turn(dossier, named):
        row = rows.get(party.id)
        if row is not None and not may_receive(dossier, party, "personal") and not party.wishes.safe_contact_only:
            return Reader(party=party, row=row)
    return None


def _in_turn(dossier: Dossier, named: str) -> Iterator[CaseParty]:
    if named:
        yield from (each for each in dossier.life.parties if each.id == named)
        return
    yield from (each for each in dossier.life.parties if each.role in IS_HEARD)
    yield from (each for each in dossier.life.parties if each.role not in IS_HEARD)


@dataclass(frozen=True, kw_only=True)
class _Post:
    """A letter on its way out."""

    node: Node
    tx: Connection
    case: RowMapping
    letter: Letter
    now: datetime

    def send_whole(self, reader: Reader, ways: Iterable[str]) -> bool:
        """Queue it one way after the other until it is on its way whole; False where no way is open."""
        return any(self._send(reader, way) and way in _WRITTEN for way in ways)

    def _send(self, reader: Reader, way: str) -> bool:
        found = self._open(reader, way)
        if found is None:
            return False
        channel, address = found
        letter, short = self.letter, way == "sms"
        words = OwnWords(
            purpose=f"letter_{letter.type.value}",
            channel=channel,
            to=address,
            to_name=reader.party.name or None,
            subject=letter.subject,
            body=short_form(letter, self.node.letters) if short else letter.text,
            language=letter.language,
            headings=() if short else tuple(part.heading for part in letter.parts),
            large_print=reader.in_large_print,
        )
        envelope = Envelope(
            landlord=self.case["landlord"],
            about=f"{self.case['id']}.{self.case['version']}",
            case_id=self.case["id"],
            reference=self.case["reference"],
            stage=letter.stage,
            parties={(address.kind.value, address.value): reader.row["id"]},
        )
        domain = setup_for(self.node, self.case).mail_domain
        queue_words(self.tx, words, envelope, ids=self.node.ids, now=self.now, mail_domain=domain)
        self.node.wake("deliver")
        return True

    def _open(self, reader: Reader, way: str) -> tuple[str, Address] | None:
        """A channel that sends this way, and an address of the reader's for it."""
        addresses = reader.addresses(self.tx, way, self.now)
        for sender in self.node.senders.get(reader.row["landlord"], ()):
            for address in addresses:
                if sender.address_kind is address.kind:
                    return sender.name, address
        return None

    def leave_to_a_person(self) -> None:
        """A task for the next working day."""
        setup = setup_for(self.node, self.case)
        what = self.letter.type.value
        task = NewTask(
            kind="send_letter",
            reason=f"The letter ({what}) could not go by itself: print it with `case letter`, and send it by hand.",
            by=PersonBy.ONE_WORKING_DAY,
            due_at=end_of_local_day(setup.calendar.add_working_days(local_date(self.now), 1)),
            team=self.case["team"],
        )
        about = f"{self.case['id']}.{self.case['version']}.{what}"
        place = Place(about=about, landlord=self.case["landlord"], case_id=self.case["id"])
        add_tasks(self.tx, (task,), place=place, ids=self.node.ids, now=self.now)
