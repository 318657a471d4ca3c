"""The chains hold, and show it when they do not."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update

from domain.decisions import Effects
from domain.errors import NotFound
from domain.messages import MediaReference
from store.audit import AuditEntry, AuditKey, anchor, append, early_anchors, landlord_chain, verify
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


def anchor_on(flow: Flow, day: str) -> str:
    return anchor(flow.tx, day, NOW, KEYS)


def reasons(flow: Flow) -> list[tuple[str, int, str]]:
    return [(broken.chain, broken.number, broken.reason) for broken in verify(flow.tx)]


def test_untouched_chains_verify(flow: Flow):
    grow(flow)
    grow(flow, landlord_chain("cestria"))
    flow.open_case()
    anchor_on(flow, "2026-11-09")
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
    anchor_on(flow, "2026-11-09")
    flow.tx.execute(delete(AUDIT).where(AUDIT.c.number == 3))
    assert reasons(flow) == [("c1", 3, "it is anchored but missing")]


def test_a_changed_anchor_is_found(flow: Flow):
    grow(flow)
    anchor_on(flow, "2026-11-09")
    flow.tx.execute(update(AUDIT_ANCHOR).values(heads={}))
    assert reasons(flow) == [("anchor:2026-11-09", 0, "it was changed after it was written")]


def test_a_day_is_anchored_once_and_follows_the_day_before(flow: Flow):
    grow(flow)
    first = anchor_on(flow, "2026-11-09")
    grow(flow)
    assert anchor_on(flow, "2026-11-09") == first
    assert anchor_on(flow, "2026-11-10") != first
    assert [row["heads"]["c1"][0] for row in rows(flow.tx, AUDIT_ANCHOR)] == [3, 6]
    assert reasons(flow) == []


def kept_days(flow: Flow) -> dict[str, int]:
    """By day, the number of the case's entry that its anchor pinned."""
    return {row["day"]: row["heads"].get("c1", [0])[0] for row in rows(flow.tx, AUDIT_ANCHOR)}


def with_a_clock_ahead(flow: Flow) -> None:
    """The 9th, then a clock that stood years ahead, then the 10th and the 11th, each after the case went on."""
    for day in ("2026-11-09", "2035-01-01", "2026-11-10", "2026-11-11"):
        grow(flow)
        anchor_on(flow, day)


def test_a_day_is_anchored_although_a_clock_once_stood_years_ahead(flow: Flow):
    with_a_clock_ahead(flow)
    assert kept_days(flow) == {"2026-11-09": 3, "2035-01-01": 6, "2026-11-10": 9, "2026-11-11": 12}
    assert reasons(flow) == []


def as_before_they_were_on_record(flow: Flow, *days: str) -> None:
    """Anchors of one chain as an earlier program wrote them, each after the one before it."""
    previous = ""
    for day in days:
        grow(flow)
        last = rows(flow.tx, AUDIT, chain="c1")[-1]
        heads = {"c1": [last["number"], last["hash"]]}
        content = json.dumps([day, heads, previous], sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(content.encode()).hexdigest()
        flow.tx.execute(AUDIT_ANCHOR.insert().values(day=day, heads=heads, hash=previous))


def test_an_anchor_ahead_from_before_anchors_were_on_record_holds_up_nothing_either(flow: Flow):
    as_before_they_were_on_record(flow, "2026-11-08", "2026-11-09", "2035-01-01")
    for day in ("2026-11-10", "2026-11-11"):
        grow(flow)
        anchor_on(flow, day)
    assert kept_days(flow) == {"2026-11-08": 3, "2026-11-09": 6, "2035-01-01": 9, "2026-11-10": 12, "2026-11-11": 15}
    assert reasons(flow) == []
    flow.tx.execute(delete(AUDIT_ANCHOR).where(AUDIT_ANCHOR.c.day == "2035-01-01"))
    assert reasons(flow) == [("anchor:2026-11-10", 0, "it was changed after it was written")]


def test_once_the_day_ahead_has_come_it_keeps_its_anchor_and_the_next_follows_what_was_written_last(flow: Flow):
    with_a_clock_ahead(flow)
    kept = {row["day"]: row["hash"] for row in rows(flow.tx, AUDIT_ANCHOR)}
    assert anchor_on(flow, "2035-01-01") == kept["2035-01-01"]
    anchor_on(flow, "2035-01-02")
    assert reasons(flow) == []
    flow.tx.execute(delete(AUDIT_ANCHOR).where(AUDIT_ANCHOR.c.day == "2026-11-11"))
    assert reasons(flow) == [("anchor:2026-11-11", 0, "it is on record but missing")]


@pytest.mark.parametrize("day", ["2026-11-09", "2035-01-01", "2026-11-10", "2026-11-11"])
def test_with_an_anchor_ahead_every_anchor_still_shows_that_it_was_changed_or_taken_out(flow: Flow, day: str):
    with_a_clock_ahead(flow)
    (kept,) = rows(flow.tx, AUDIT_ANCHOR, day=day)
    flow.tx.execute(update(AUDIT_ANCHOR).where(AUDIT_ANCHOR.c.day == day).values(heads={}))
    assert (f"anchor:{day}", 0, "it was changed after it was written") in reasons(flow)
    flow.tx.execute(delete(AUDIT_ANCHOR).where(AUDIT_ANCHOR.c.day == day))
    assert (f"anchor:{day}", 0, "it is on record but missing") in reasons(flow)
    flow.tx.execute(AUDIT_ANCHOR.insert().values(**kept))
    assert reasons(flow) == []


def test_with_an_anchor_ahead_a_cut_off_end_still_shows(flow: Flow):
    with_a_clock_ahead(flow)
    flow.tx.execute(delete(AUDIT).where(AUDIT.c.chain == "c1", AUDIT.c.number == 12))
    assert reasons(flow) == [("c1", 12, "it is anchored but missing")]


def test_anchors_of_days_to_come_are_named(flow: Flow):
    with_a_clock_ahead(flow)
    assert early_anchors(flow.tx, date(2026, 11, 11)) == ("2035-01-01",)


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
