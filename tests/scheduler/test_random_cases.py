"""Random acts of people in a database: no duty is lost, the audit holds, and nobody reads what is not theirs."""

import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from casework.acts import Act
from casework.acts_parties import CheckAuthority, RecordAuthority, SetWishes, WithdrawAuthority
from casework.acts_promising import SendUpdate, TellNewDate
from casework.life_parties import Evidence
from casework.perform import Performed, Refused
from casework.receiving import may_receive
from domain.cases import PartyRole
from domain.decisions import NewParty
from domain.messages import Address, AddressKind
from domain.uktime import local_date
from scheduler.acting import act_on, dossier_of, stands
from store.audit import verify
from store.blobs import BlobStore
from store.database import open_database
from store.migrate import upgrade
from store.tables import CASE, CASE_ACT, OBLIGATION, OUTBOX
from tests.builders import ANN_MAIL, NOW, a_policy, calendars
from tests.casework.cases import RECEIVED, STAFF
from tests.casework.test_random_lives import MOMENTS, PEOPLE, acts
from tests.fakes import FakeSender
from tests.scheduler.nodes import a_node, look
from tests.scheduler.test_letters import a_mailbox
from tests.store.flow import Flow, a_mail

BETH = Address(kind=AddressKind.EMAIL, value="beth@example.org")
LETTERS = "letter_"
WAYS = st.sampled_from(["email", "letter", "sms"])
TOLD = st.sampled_from(["", "complainant", "representative"])
ABOUT_PEOPLE = st.one_of(
    st.builds(
        SendUpdate, at=MOMENTS, way=st.sampled_from(["email", "letter", "sms"]), words=st.just("We wait."), to=TOLD
    ),
    st.builds(TellNewDate, at=MOMENTS, until=st.just(date(2027, 1, 4)), reason=st.just("The engineer is ill.")),
    st.builds(
        RecordAuthority,
        party=st.just("representative"),
        for_party=st.just("complainant"),
        evidence=st.sampled_from(Evidence),
        from_at=MOMENTS,
    ),
    st.builds(
        CheckAuthority, party=st.just("representative"), shown=st.booleans(), wanted=st.booleans(), how=st.just("rang")
    ),
    st.builds(WithdrawAuthority, party=st.just("representative"), at=MOMENTS, words=st.just("not any more")),
    st.builds(
        SetWishes,
        party=st.sampled_from(["complainant", "representative"]),
        way=st.sampled_from(["", "email", "letter", "sms"]),
        safe_contact_only=st.sampled_from([None, True, False]),
    ),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy: migrating takes longer than a life."""
    path = tmp_path_factory.mktemp("empty") / "tenantline.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


class Cases(RuleBasedStateMachine):
    """One case in a database, under one policy."""

    landlord = ""
    empty = Path()

    @initialize()
    def begin(self) -> None:
        """Beth writes for Ann, whose own address is known too."""
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.empty, self.folder / "tenantline.db")
        self.database = open_database(f"sqlite:///{self.folder / 'tenantline.db'}")
        blobs = BlobStore(self.folder / "blobs")
        self.node = a_node(self.database, blobs, a_mailbox(), FakeSender())
        policy = a_policy(self.landlord)
        setup = self.node.landlords["cestria"]
        changed = replace(setup, policy=policy, calendar=calendars()[policy.calendar], staff=STAFF)
        object.__setattr__(self.node, "landlords", {"cestria": changed})
        people = (
            NewParty(role=PartyRole.REPRESENTATIVE, name="Beth", address=BETH),
            NewParty(role=PartyRole.COMPLAINANT, name="Ann", address=ANN_MAIL),
        )
        with self.database.writing() as tx:
            mail = a_mail(sender=BETH)
            self.reference = str(Flow(tx, blobs).open_case(mail, parties=people).reference)
        self.now = max(NOW, RECEIVED)
        self.duties: dict[str, Any] = {}
        self.letters = 0

    def teardown(self) -> None:
        if hasattr(self, "database"):
            event(f"letters sent: {min(self.letters, 5)}")
            self.database.close()
            shutil.rmtree(self.folder)

    @rule(act=acts(), by=PEOPLE, hours=st.integers(0, 48))
    def something(self, act: Act, by: str, hours: int) -> None:
        """Anybody does anything, or may not."""
        self.do(act, by, hours)

    @rule(act=ABOUT_PEOPLE, by=st.sampled_from(["mia", "dee"]), hours=st.integers(0, 24))
    def about_people(self, act: Act, by: str, hours: int) -> None:
        """Authority, wishes, news."""
        self.do(act, by, hours)

    def do(self, act: Act, by: str, hours: int) -> None:
        """What leaves leaves for whoever may have it."""
        self.now += timedelta(hours=hours)
        before = len(look(self.database, CASE_ACT))
        with self.database.writing() as tx:
            answer = act_on(self.node, tx, self.reference, act, by=STAFF[by], now=self.now)
            dossier = dossier_of(stands(tx, self.reference), self.node.landlords["cestria"], self.now)
        after = len(look(self.database, CASE_ACT))
        assert isinstance(answer, Performed | Refused)
        assert after > before if isinstance(answer, Performed) else after == before
        sent = [row for row in look(self.database, OUTBOX) if row["purpose"].startswith(LETTERS)]
        for row in sent[self.letters :]:
            reader = next(each for each in dossier.life.parties if self.address_of(each.id) == row["to_value"])
            assert may_receive(dossier, reader, "personal") == ""
            assert not reader.wishes.safe_contact_only
        self.letters = len(sent)

    def address_of(self, party: str) -> str:
        return {"representative": BETH.value, "complainant": ANN_MAIL.value}.get(party, "")

    @invariant()
    def no_duty_is_lost(self) -> None:
        """What was once owed is there: open, overdue, met, or replaced and waived by an act that is on record."""
        if not hasattr(self, "database"):
            return
        rows = {row["id"]: row for row in look(self.database, OBLIGATION)}
        assert self.duties.keys() <= rows.keys()
        for row in rows.values():
            if row["state"] in {"replaced", "waived"}:
                assert row["met_by"] or row["state"] == "replaced"
        self.duties = rows

    @invariant()
    def no_duty_in_working_days_ends_on_a_day_off(self) -> None:
        if not hasattr(self, "database"):
            return
        calendar = self.node.landlords["cestria"].calendar
        for row in self.duties.values():
            if row["clock"] == "working_days" and row["state"] == "open" and row["counted_from"] != "extended_to":
                assert calendar.is_working_day(local_date(row["due_at"])), (row["name"], row["due_at"])

    @invariant()
    def the_audit_holds(self) -> None:
        if hasattr(self, "database"):
            with self.database.reading() as tx:
                assert verify(tx) == []

    @invariant()
    def the_row_says_what_the_acts_say(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.reading() as tx:
            standing = stands(tx, self.reference)
        assert standing.row["stage"] == standing.life.stage.number
        assert standing.row["state"] == standing.life.state.value
        assert len([row for row in look(self.database, CASE) if row["id"] == standing.row["id"]]) == 1


def run(landlord: str, empty: Path, *, examples: int, steps: int) -> None:
    machine = type(f"Cases_{landlord}", (Cases,), {"landlord": landlord, "empty": empty})
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.parametrize("landlord", ["ccbc", "poolplus", "council", "cestria", "group"])
def test_group_16_whatever_people_do_no_duty_is_lost_and_nobody_unauthorised_is_written_to(
    landlord: str, empty: Path
) -> None:
    run(landlord, empty, examples=8, steps=50)


@pytest.mark.soak
@pytest.mark.parametrize("landlord", ["ccbc", "poolplus", "council", "cestria", "group"])
def test_whatever_people_do_for_hours_no_duty_is_lost(landlord: str, empty: Path) -> None:
    run(landlord, empty, examples=15, steps=60)
