"""``tenantline case act`` and ``case acts`` in a process of their own, as staff without pages use them."""

import json
import subprocess
from pathlib import Path

import pytest

from store.blobs import BlobStore
from store.database import open_database
from store.migrate import upgrade
from tests.app.command import tenantline
from tests.store.flow import Flow

STAFF = """
[[staff]]
id = "ben"
name = "Ben Ward"
roles = ["officer"]

[[staff]]
id = "mia"
name = "Mia Hughes"
roles = ["manager"]

[duty]
repeat_minutes = 5

[[duty.people]]
name = "On call"
phone = "+447700900914"
"""


@pytest.fixture
def house(tmp_path: Path) -> tuple[Path, str]:
    """An installation with one case, and the case's reference."""
    (tmp_path / "config" / "sites").mkdir(parents=True)
    (tmp_path / "config" / "sites" / "cestria.toml").write_text(STAFF, encoding="utf-8")
    database = open_database(f"sqlite:///{tmp_path / 'var' / 'tenantline.db'}")
    upgrade(database)
    with database.writing() as tx:
        reference = str(Flow(tx, BlobStore(tmp_path / "var" / "blobs")).open_case().reference)
    database.close()
    return tmp_path, reference


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return tenantline("--config", str(folder / "config"), "--data", str(folder / "var"), "case", *words)


def test_an_act_is_done_and_listed(house: tuple[Path, str]) -> None:
    folder, reference = house
    done = run(folder, "act", reference, '{"act": "assign", "to": ["mia"], "declared_impartial": true}', "--by", "mia")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Done."), done.stderr
    (line,) = run(folder, "acts", reference, "--json").stdout.splitlines()
    listed = json.loads(line)
    assert (listed["number"], listed["by"], listed["act"]["act"]) == (1, "mia", "assign")


def test_what_stands_against_an_act_is_told_with_its_clause_and_its_words(house: tuple[Path, str]) -> None:
    folder, reference = house
    done = run(folder, "act", reference, '{"act": "close"}', "--by", "mia", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["done"] is False
    assert {each["clause"] for each in told["objections"]} == {"Code 6.9"}
    assert "outcome" in run(folder, "act", reference, '{"act": "close"}', "--by", "mia").stdout
    assert run(folder, "acts", reference, "--json").stdout == ""


def test_looking_does_nothing(house: tuple[Path, str]) -> None:
    folder, reference = house
    fine = run(folder, "act", reference, '{"act": "record_learning", "words": "none"}', "--by", "mia", "--only-look")
    assert (fine.returncode, fine.stdout) == (0, "Nothing stands against it.\n")
    assert run(folder, "acts", reference, "--json").stdout == ""


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        ("{act: close}", "no JSON"),
        ('{"act": "explode"}', "cannot be read"),
        ('{"act": "assign"}', "to: Field required"),
        ('{"act": "assign", "to": ["mia"], "colour": "red"}', "colour"),
    ],
)
def test_an_act_that_cannot_be_read_says_what_is_wrong(house: tuple[Path, str], words: str, mend: str) -> None:
    folder, reference = house
    done = run(folder, "act", reference, words, "--by", "mia")
    assert done.returncode == 2
    assert mend in done.stderr


def test_somebody_who_does_not_work_here_is_told_who_does(house: tuple[Path, str]) -> None:
    folder, reference = house
    done = run(folder, "act", reference, '{"act": "close"}', "--by", "zoe")
    assert done.returncode == 2
    assert "cestria (ben, mia)" in done.stderr


def test_a_case_is_shown_with_what_people_did_told_by_their_names(house: tuple[Path, str]) -> None:
    folder, reference = house
    run(folder, "act", reference, '{"act": "assign", "to": ["mia"], "declared_impartial": true}', "--by", "mia")
    shown = run(folder, "show", reference).stdout
    assert "Mia Hughes gave this stage to Mia Hughes, who had no part in the matter." in shown
    assert shown.index("from them by mail") < shown.index("Mia Hughes gave this stage")
    (act,) = json.loads(run(folder, "show", reference, "--json").stdout)["acts"]
    assert (act["number"], act["by"], act["act"]["act"]) == (1, "mia", "assign")


def test_a_letter_is_shown_with_what_it_lacks_and_printed_as_a_pdf(house: tuple[Path, str]) -> None:
    folder, reference = house
    shown = run(folder, "letter", reference, "--type", "outcome")
    assert shown.returncode == 1
    assert f"Our reference: {reference}" in shown.stdout or reference in shown.stdout
    assert "Missing: " in shown.stderr
    printed = run(folder, "letter", reference, "--as", "pdf", "--out", str(folder / "answer.pdf"))
    assert printed.returncode == 1
    assert (folder / "answer.pdf").read_bytes().startswith(b"%PDF")
    assert "Check who it is" in run(folder, "letter", reference, "--as", "phone").stdout
    assert run(folder, "letter", reference, "--as", "pdf").returncode == 2


def test_a_letter_is_shown_as_the_mail_that_would_leave(house: tuple[Path, str]) -> None:
    folder, reference = house
    shown = run(folder, "letter", reference, "--as", "email").stdout
    head, _, body = shown.partition("\n\n")
    assert head.splitlines()[0].startswith("To: ")
    assert head.splitlines()[1].startswith("Subject: ")
    assert body.strip()


def test_cestria_17_each_look_is_on_record_and_a_restricted_case_is_not_for_everybody(
    house: tuple[Path, str],
) -> None:
    folder, reference = house
    crime = {"act": "set_route", "route": "crime", "stage": 2, "reasons": "a theft", "at": "2026-11-09T10:15:00Z"}
    assert run(folder, "act", reference, json.dumps(crime), "--by", "mia").returncode == 0
    refused = run(folder, "show", reference, "--by", "ben")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "restricted" in refused.stderr
    assert run(folder, "acts", reference, "--by", "mia").returncode == 0
    audit = json.loads(run(folder, "show", reference, "--json").stdout)["audit"]
    looks = [
        (each["actor"], each["action"])
        for each in audit
        if each["action"].startswith("case.") and "show" in each["action"]
    ]
    assert looks == [("ben", "case.not_shown"), ("mia", "case.shown"), ("operator", "case.shown")]
