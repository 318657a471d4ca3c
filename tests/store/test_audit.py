"""The chains hold, and show it when they do not."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from domain.decisions import Effects
from domain.errors import NotFound
from domain.messages import MediaReference
from store.audit import AuditEntry, AuditKey, anchor, append, landlord_chain, verify
from store.erase import ERASED, erase_message
from store.files import known_files, read_raw
from store.search import search
from store.tables import ATTACHMENT, AUDIT, AUDIT_ANCHOR, MESSAGE
from tests.builders import NOW
from tests.store.flow import KEYS, Flow, a_mail, one, rows


def grow(flow: Flow, chain: str = "c1", count: int = 3) -> None:
    """Entries one after another, as steps write them."""
    for number in range(count):
        entry = AuditEntry(actor="router", action="message.routed", detail={"n": number}, content=("subject", "text"))
        append(flow.tx, chain, [entry], NOW + timedelta(seconds=number), KEYS)


def reasons(flow: Flow) -> list[tuple[str, int, str]]:
    return [(broken.chain, broken.number, broken.reason) for broken in verify(flow.tx)]


def test_untouched_chains_verify(flow: Flow):
    grow(flow)
    grow(flow, landlord_chain("cestria"))
    flow.open_case()
    anchor(flow.tx, "2026-11-09")
    assert reasons(flow) == []


def test_a_changed_entry_is_found(flow: Flow):
    grow(flow)
    flow.tx.execute(update(AUDIT).where(AUDIT.c.number == 2).values(actor="somebody"))
    assert reasons(flow) == [("c1", 2, "it was changed after it was written")]


def test_a_changed_detail_is_found(flow: Flow):
    grow(flow)
    flow.tx.execute(update(AUDIT).where(AUDIT.c.number == 2).values(detail={"n": 7}))
    assert reasons(flow) == [("c1", 2, "it was changed after it was written")]


def test_an_entry_taken_out_is_found(flow: Flow):
    grow(flow)
    flow.tx.execute(delete(AUDIT).where(AUDIT.c.number == 2))
    assert reasons(flow) == [("c1", 3, "entry 2 is missing")]


def test_a_rewritten_entry_breaks_the_next(flow: Flow):
    grow(flow)
    flow.tx.execute(delete(AUDIT).where(AUDIT.c.number > 1))
    grow(flow, "c2")
    kept = [dict(row) for row in rows(flow.tx, AUDIT, chain="c2")]
    moved = kept[2] | {"chain": "c1", "number": 2, "id": 9999}
    flow.tx.execute(AUDIT.insert().values(**moved))
    assert ("c1", 2, "it does not follow from the entry before it") in reasons(flow)


def test_a_cut_off_end_shows_against_the_anchor(flow: Flow):
    grow(flow)
    anchor(flow.tx, "2026-11-09")
    flow.tx.execute(delete(AUDIT).where(AUDIT.c.number == 3))
    assert reasons(flow) == [("c1", 3, "it is anchored but missing")]


def test_a_changed_anchor_is_found(flow: Flow):
    grow(flow)
    anchor(flow.tx, "2026-11-09")
    flow.tx.execute(update(AUDIT_ANCHOR).values(heads={}))
    assert reasons(flow) == [("anchor:2026-11-09", 0, "it was changed after it was written")]


def test_a_day_is_anchored_once_and_follows_the_day_before(flow: Flow):
    grow(flow)
    first = anchor(flow.tx, "2026-11-09")
    grow(flow)
    assert anchor(flow.tx, "2026-11-09") == first
    assert anchor(flow.tx, "2026-11-10") != first
    assert [row["heads"]["c1"][0] for row in rows(flow.tx, AUDIT_ANCHOR)] == [3, 6]
    assert reasons(flow) == []


def test_no_content_is_in_the_audit_and_the_digest_needs_the_key(flow: Flow):
    flow.open_case(a_mail(text="my very own words"))
    kept = rows(flow.tx, AUDIT)
    assert not any("own words" in str(dict(row)) or "ann@example.org" in str(dict(row)) for row in kept)
    digests = {row["digest"] for row in kept if row["digest"]}
    assert KEYS.digest("Damp", "my very own words") in digests
    assert AuditKey(b"another key").digest("Damp", "my very own words") not in digests


@pytest.mark.parametrize(("one_side", "other"), [(("a", "b"), ("ab",)), ((None,), ("",)), (("a", ""), ("", "a"))])
def test_different_contents_have_different_digests(one_side: tuple[str, ...], other: tuple[str, ...]):
    assert KEYS.digest(*one_side) != KEYS.digest(*other)


def test_an_erased_message_is_gone_and_its_chain_still_holds(flow: Flow):
    photo = MediaReference(name="ann.jpg", content=b"jpeg")
    applied = flow.open_case(a_mail(text="a secret matter", raw=b"raw secret", attachments=(photo,)))
    message = one(flow.tx, MESSAGE)
    gone = erase_message(flow.tx, message["id"], NOW, by="alice", keys=KEYS)
    row = one(flow.tx, MESSAGE)
    assert (row["text"], row["subject"], row["erased_at"]) == (ERASED, None, NOW)
    assert search(flow.tx, "cestria", "secret") == []
    assert (one(flow.tx, ATTACHMENT)["blob"], one(flow.tx, ATTACHMENT)["name"]) == (None, ERASED)
    assert len(gone) == 2
    with pytest.raises(NotFound):
        read_raw(flow.tx, flow.blobs, message["raw_blob"])
    assert known_files(flow.tx) == {""}
    assert reasons(flow) == []
    assert rows(flow.tx, AUDIT, chain=applied.case_id)[-1]["action"] == "message.erased"


def test_a_file_that_another_message_names_stays(flow: Flow):
    photo = MediaReference(name="damp.jpg", content=b"jpeg")
    flow.take_in(a_mail(attachments=(photo,), raw=b"1"))
    (second,) = flow.take_in(a_mail(provider_id="1/2", message_id="b@x", attachments=(photo,), raw=b"1")).new
    assert erase_message(flow.tx, second, NOW, by="alice", keys=KEYS) == ()


def test_erasing_what_is_not_there_says_so(flow: Flow):
    with pytest.raises(NotFound):
        erase_message(flow.tx, "nothing", NOW, by="alice", keys=KEYS)


def test_each_case_has_its_own_chain(flow: Flow):
    first = flow.open_case()
    (second,) = flow.take_in(a_mail(provider_id="1/2", message_id="b@x")).new
    flow.apply(Effects(join_case_id=first.case_id), second)
    actions = [row["action"] for row in rows(flow.tx, AUDIT, chain=first.case_id)]
    assert actions == ["message.routed", "case.opened", "work.queued", "message.routed", "case.joined"]
