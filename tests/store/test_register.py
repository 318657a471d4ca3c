"""The register in the contract's shape, and what the doctor sees."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update

from domain.cases import ObligationState
from domain.errors import NotFound
from domain.messages import MediaReference, Receipt
from store.casefile import load_case
from store.doctor import examine
from store.outbox import claim_sends
from store.register import explain, list_cases, show_case
from store.tables import AUDIT, CASE, MESSAGE, OUTBOX, PARTY
from tests.builders import ANN_MAIL, NOW, an_understanding
from tests.store.flow import Flow, a_mail, one, opening, record_sent

HEAD = {"reference", "landlord", "kind", "also", "stage", "phase", "state", "team", "received_at"}


def a_sent_case(flow: Flow) -> str:
    """A case whose acknowledgement has left; returns its reference."""
    mail = a_mail(attachments=(MediaReference(name="damp.jpg", content=b"jpeg"),))
    (message,) = flow.take_in(mail).new
    applied = flow.apply(opening(mail), message, understanding=an_understanding())
    ((_, outbound),) = claim_sends(
        flow.tx,
        now=NOW,
        lease=timedelta(seconds=60),
        limit=9,
        next_due=lambda _: timedelta(minutes=1),
        ids=flow.ids,
    )
    record_sent(flow.tx, outbound.id, Receipt(provider_id="p-1", at=NOW + timedelta(seconds=1)), NOW)
    return str(applied.reference)


def test_a_case_is_shown_in_the_shape_of_the_contract(flow: Flow):
    shown = show_case(flow.tx, a_sent_case(flow))
    assert HEAD | {"parties", "messages", "obligations", "outbox", "audit"} <= set(shown)
    incoming, outgoing = shown["messages"]
    assert set(incoming) == {
        *("id", "direction", "channel", "at", "subject", "text", "provider_id", "message_id", "attachments")
    }
    assert incoming["attachments"] == [{"name": "damp.jpg", "size": 4}]
    assert (incoming["direction"], outgoing["direction"], outgoing["provider_id"]) == ("in", "out", "p-1")
    (sent,) = shown["outbox"]
    wanted = {"purpose": "acknowledge", "channel": "mail", "to": "ann@example.org", "state": "sent", "attempts": 1}
    assert wanted.items() <= sent.items()
    assert shown["obligations"][0]["due"].endswith("+00:00")


def test_what_is_shown_is_json_with_times_that_have_an_offset(flow: Flow):
    shown = json.loads(json.dumps(show_case(flow.tx, a_sent_case(flow))))
    assert datetime.fromisoformat(shown["received_at"]) == NOW


def test_a_reference_is_read_however_it_is_spelt(flow: Flow):
    reference = a_sent_case(flow)
    assert show_case(flow.tx, reference.lower().replace("-", " "))["reference"] == reference


def test_an_unknown_reference_says_so(flow: Flow):
    for look in (show_case, explain):
        with pytest.raises(NotFound):
            look(flow.tx, "CES-26-00417N")


def test_the_list_gives_heads_of_one_landlord(flow: Flow):
    reference = a_sent_case(flow)
    (head,) = list_cases(flow.tx, "cestria")
    assert set(head) == HEAD
    assert head["reference"] == reference
    assert list(list_cases(flow.tx, "ccbc")) == []
    assert list(list_cases(flow.tx, state="closed")) == []


def test_explain_names_rule_reading_clause_and_answer_and_no_words_of_anybody(flow: Flow):
    told = "\n".join(explain(flow.tx, a_sent_case(flow)))
    for part in ("rule new_matter", "read as complaint (100%)", "CESTRIA-28", "a1@", "sent after 1 attempt"):
        assert part in told
    assert "damp is back" not in told
    assert "ann@example.org" not in told


def test_a_healthy_store_has_nothing_to_mend(flow: Flow):
    a_sent_case(flow)
    seen = examine(flow.tx, flow.blobs, NOW)
    assert (seen.broken_chains, seen.unacknowledged, seen.orphans, seen.stuck, seen.missing_files) == ((),) * 5
    assert seen.counts["message"] == {"routed": 1}


def test_the_doctor_sees_what_is_wrong(flow: Flow):
    reference = a_sent_case(flow)
    flow.take_in(a_mail(provider_id="1/2", message_id="b@x"))
    case_id = one(flow.tx, CASE)["id"]
    flow.tx.execute(update(OUTBOX).values(state="failed"))
    flow.tx.execute(update(MESSAGE).where(MESSAGE.c.provider_id == "1/1").values(case_id="lost"))
    flow.tx.execute(delete(AUDIT).where(AUDIT.c.chain == case_id, AUDIT.c.number == 1))
    flow.tx.exec_driver_sql("UPDATE obligation SET state = 'open'")
    for file in flow.blobs.path("0" * 64).parents[1].glob("??/*"):
        file.unlink()
    seen = examine(flow.tx, flow.blobs, NOW + timedelta(hours=2))
    assert seen.unacknowledged == (reference,)
    assert seen.broken_chains[0].reason == "entry 1 is missing"
    assert [table for table, _ in seen.orphans] == ["message"]
    assert [table for table, _ in seen.stuck] == ["message"]
    assert len(seen.missing_files) == 1


def test_a_case_is_loaded_whole_with_parties_duties_and_nudges(flow: Flow):
    reference = a_sent_case(flow)
    case = load_case(flow.tx, reference.lower())
    assert case.reference == reference
    assert [party.address for party in case.parties] == [ANN_MAIL]
    assert [(owed.name, owed.state) for owed in case.obligations] == [("acknowledge", ObligationState.MET)]
    assert all(nudge.fire_at <= owed.due_at for owed in case.obligations for nudge in owed.reminders)


def test_a_confirmed_representative_with_a_paper_has_authority_until_somebody_says_otherwise(flow: Flow):
    reference = a_sent_case(flow)
    shown = {"authority": "attached", "on_behalf_of": "Grace Oduya", "representative": "relative"}
    flow.tx.execute(update(PARTY).values(**shown))
    (unconfirmed,) = load_case(flow.tx, reference).parties
    flow.tx.execute(update(PARTY).values(verified=True))
    (confirmed,) = load_case(flow.tx, reference).parties
    assert unconfirmed.authority is not None
    assert confirmed.authority is not None
    assert not unconfirmed.authority.is_in_force(NOW)
    assert confirmed.authority.is_in_force(NOW)
