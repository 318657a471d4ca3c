"""What people note about who is in a case changes what messages to come are answered with, in one transaction."""

from casework.acts_parties import CheckAuthority, PartyAct, RecordAuthority, SetWishes, WithdrawAuthority
from casework.life_parties import Evidence
from casework.perform import Performed
from domain.cases import PartyRole
from domain.decisions import NewParty
from domain.labels import AuthorityShown, RepresentativeKind
from domain.messages import NO_ADDRESS
from scheduler.acting import act_on, dossier_of, stands
from scheduler.node import Node
from store.blobs import BlobStore
from store.database import Database
from store.tables import CONTACT, PARTY
from tests.builders import NOW
from tests.casework.cases import STAFF
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look, look_at_one
from tests.store.flow import Flow, a_mail

SHOWN = RecordAuthority(
    party="representative", for_party="complainant", evidence=Evidence.LETTER, from_at=NOW, note="this case"
)
CHECKED = CheckAuthority(party="representative", shown=True, wanted=True, how="rang her back")


def a_daughters_case(database: Database, blobs: BlobStore) -> tuple[Node, str]:
    """A case that a daughter's mail opened for her mother."""
    mail = a_mail()
    people = (
        NewParty(
            role=PartyRole.REPRESENTATIVE,
            name="Beth",
            address=mail.sender,
            representative=RepresentativeKind.RELATIVE,
            authority=AuthorityShown.STATED,
        ),
        NewParty(role=PartyRole.COMPLAINANT, name="Ann", address=NO_ADDRESS),
    )
    with database.writing() as tx:
        reference = str(Flow(tx, blobs).open_case(mail, parties=people).reference)
    return a_node(database, blobs, FakeSender()), reference


def do(node: Node, reference: str, *acts: PartyAct) -> None:
    for act in acts:
        with node.database.writing() as tx:
            assert isinstance(act_on(node, tx, reference, act, by=STAFF["mia"], now=NOW), Performed)


def test_group_16_a_checked_authority_is_in_force_in_the_rows_and_one_taken_back_is_not(
    database: Database, blobs: BlobStore
):
    node, reference = a_daughters_case(database, blobs)
    do(node, reference, SHOWN)
    row = look_at_one(database, PARTY, role="representative")
    assert (row["authority"], row["verified"]) == ("absent", False)
    do(node, reference, CHECKED)
    row = look_at_one(database, PARTY, role="representative")
    assert (row["authority"], row["verified"], row["on_behalf_of"]) == ("attached", True, "Ann")
    do(node, reference, WithdrawAuthority(party="representative", at=NOW, words="I did not ask for this"))
    assert look_at_one(database, PARTY, role="representative")["verified"] is False


def test_a_safe_contact_locks_the_person_and_a_later_wish_does_not_unlock_them(database: Database, blobs: BlobStore):
    node, reference = a_daughters_case(database, blobs)
    do(node, reference, SetWishes(party="representative", safe_contact_only=True))
    do(node, reference, SetWishes(party="representative", way="letter", language="cy", formats=("large print",)))
    (person,) = look(database, CONTACT)
    assert (person["safe_contact_locked"], person["preferred_channel"]) == (True, "letter")
    assert (person["language"], person["adjustments"]) == ("cy", ["large print"])
    do(node, reference, SetWishes(party="representative", safe_contact_only=False))
    assert look_at_one(database, CONTACT)["safe_contact_locked"] is False


def test_how_the_complainant_wishes_to_hear_is_known_before_the_answer(database: Database, blobs: BlobStore):
    node, reference = a_daughters_case(database, blobs)
    do(node, reference, SetWishes(party="complainant", way="letter"))
    with database.reading() as tx:
        standing = stands(tx, reference)
    assert dossier_of(standing, node.landlords["cestria"], NOW).preferred_way == "letter"
    assert [each.id for each in standing.life.parties] == ["representative", "complainant"]
