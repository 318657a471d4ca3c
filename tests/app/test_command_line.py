"""The command line as a person or a script meets it: real processes, real files, exit codes and one clear sentence."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from app.main import COMMANDS
from tests.app.command import MAIN, tenantline

TEXTS = [
    {"provider_id": "SM1", "from": "+447700900301", "to": "+441632960400", "text": "No heat again."},
    {"provider_id": "SM2", "from": "+447700900302", "to": "+441632960400", "text": "Thank you."},
    {"provider_id": "SM3", "from": "not a number", "to": "+441632960400", "text": "Who am I?"},
]
MAIL = (
    b"From: Ann <ann@example.org>\r\nTo: x@example.org\r\nSubject: Lift\r\n"
    b"Message-ID: <%d@example.org>\r\n\r\nStuck.\r\n"
)
CHANNELS = """
[channels.texts]
kind = "twilio_sms"
account_sid = "AC1"
auth_token = { env = "TEST_TWILIO_TOKEN" }
number = "+441632960400"
base_url = "http://127.0.0.1:1"

[channels.mail]
kind = "email_imap"
address = "feedback@cestria.example"
"""


@pytest.fixture
def place(tmp_path: Path) -> list[str]:
    site = tmp_path / "config" / "sites" / "cestria.toml"
    site.parent.mkdir(parents=True)
    site.write_text(CHANNELS, encoding="utf-8")
    return ["--config", str(tmp_path / "config"), "--data", str(tmp_path / "var")]


def test_help_lists_every_command_and_imports_nothing_that_takes_long() -> None:
    spy = (
        "import sys\nfrom app.main import main\n"
        "try:\n main()\nexcept SystemExit:\n pass\n"
        "heavy = {'spacy', 'fastapi', 'numpy', 'sqlalchemy', 'pydantic', 'telegram', 'twilio'} & set(sys.modules)\n"
        "sys.stderr.write('|'.join(heavy))"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", spy, "--help"], capture_output=True, text=True, check=True, timeout=60
    )
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stderr == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(name: str) -> None:
    done = tenantline(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"For example: tenantline {name}" in done.stdout


def test_wrong_usage_is_2_and_says_what_to_do(tmp_path: Path) -> None:
    for words in (
        ["sing"],
        ["work", "--roles", "dancing", "--once"],
        ["work", "--now", "2026-11-02T09:00:00Z"],
        ["--config", str(tmp_path / "nowhere"), "channel", "list"],
    ):
        done = tenantline("--data", str(tmp_path / "var"), *words)
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        assert "Traceback" not in done.stderr


def test_an_unset_secret_is_a_sentence_that_names_it(place: list[str]) -> None:
    site = Path(place[1]) / "sites" / "cestria.toml"
    site.write_text(CHANNELS.replace("TEST_TWILIO_TOKEN", "NOBODY_SET_THIS"), encoding="utf-8")
    done = tenantline(*place, "ingest", "--landlord", "cestria", "--channel", "texts", str(site))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "NOBODY_SET_THIS" in done.stderr


def test_ingest_takes_json_lines_once_and_sets_aside_what_it_cannot_read(place: list[str], tmp_path: Path) -> None:
    lines = tmp_path / "texts.jsonl"
    lines.write_text("".join(json.dumps(each) + "\n" for each in TEXTS) + "{broken\n", encoding="utf-8")
    words = [*place, "ingest", "--landlord", "cestria", "--channel", "texts", str(lines)]
    first = tenantline(*words)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == {
        "new": 2,
        "duplicate": 0,
        "set_aside": [
            {"file": "texts.jsonl 3", "reason": "the sender's address cannot be read"},
            {"file": "texts.jsonl 4", "reason": "the line is not JSON"},
        ],
    }
    assert json.loads(tenantline(*words).stdout) == {"new": 0, "duplicate": 4, "set_aside": []}


def test_drift_of_an_installation_that_understood_nothing_says_so(place: list[str], tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_text("", encoding="utf-8")
    tenantline(*place, "ingest", "--landlord", "cestria", "--channel", "texts", str(nothing))
    assert "no week to show" in tenantline(*place, "evaluate", "--drift").stdout


def test_ingest_takes_mails_from_files_folders_and_mboxes(place: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.eml").write_bytes(MAIL % number)
    box = tmp_path / "old.mbox"
    box.write_bytes(b"".join(b"From ann@example.org Mon Nov  2 09:00:00 2026\n" + MAIL % n + b"\n" for n in (7, 8, 9)))
    words = [*place, "ingest", "--landlord", "cestria", "--channel", "mail", str(folder), str(box)]
    first = tenantline(*words)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == {"new": 5, "duplicate": 0, "set_aside": []}
    assert json.loads(tenantline(*words).stdout)["duplicate"] == 5


@pytest.mark.parametrize(
    ("option", "told", "answers"),
    [
        ([], "2 are recorded, and a person answers: more than 7 days old when taken in; --answer answers", 1),
        (["--answer"], "", 3),
        (["--no-answer"], "3 are recorded, and a person answers, as --no-answer asks", 0),
    ],
)
def test_ingest_of_an_old_mbox_leaves_its_answers_to_a_person_unless_told_otherwise(
    place: list[str], tmp_path: Path, option: list[str], told: str, answers: int
) -> None:
    site = Path(place[1]) / "sites" / "cestria.toml"
    site.write_text(f'{CHANNELS}smtp_host = "127.0.0.1"\nsmtp_port = 1\nsmtp_security = "plain"\n', encoding="utf-8")
    box = tmp_path / "old.mbox"
    dates = (b"Date: Mon, 2 Nov 2015 09:00:00 +0000\r\n", b"Date: Tue, 3 Nov 2015 09:00:00 +0000\r\n", b"")
    mails = [date + MAIL.replace(b"ann@", b"ann%d@" % n) % n for n, date in enumerate(dates)]
    mails = [each.replace(b"x@example.org", b"feedback@cestria.example") for each in mails]
    box.write_bytes(b"".join(b"From ann@example.org Mon Nov  2 09:00:00 2015\n" + each + b"\n" for each in mails))
    words = [*place, "ingest", "--landlord", "cestria", "--channel", "mail", str(box)]
    done = tenantline(*words, *option)
    assert json.loads(done.stdout) == {"new": 3, "duplicate": 0, "set_aside": []}
    assert told in done.stderr
    assert bool(done.stderr) is bool(told)
    assert "a person" not in tenantline(*words, *option).stderr
    assert json.loads(tenantline(*place, "work", "--once", "--roles", "route").stdout)["routed"] == 3
    with closing(sqlite3.connect(next((tmp_path / "var").glob("*.db")))) as kept:
        assert kept.execute("SELECT count(*) FROM message WHERE case_id IS NOT NULL").fetchone() == (3,)
        assert kept.execute("SELECT count(*) FROM outbox").fetchone() == (answers,)


def test_ingest_names_the_channels_there_are_when_it_does_not_know_one(place: list[str], tmp_path: Path) -> None:
    done = tenantline(*place, "ingest", "--landlord", "cestria", "--channel", "pigeons", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr == "tenantline: landlord cestria has no channel pigeons; its channels: texts, mail\n"


def test_understand_answers_each_line_in_order_in_the_contract_s_shape() -> None:
    given = [
        {"id": "1", "channel": "sms", "subject": None, "text": "I smell gas in my kitchen"},
        {"id": "2", "channel": "email", "subject": "Thanks", "text": "Thank you for the new bins."},
    ]
    done = tenantline("understand", "-", stdin="\n".join(json.dumps(each) for each in given))
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["id"], second["id"]) == ("1", "2")
    assert list(first) == [
        *("id", "kind", "kinds", "also", "intent", "representative", "on_behalf_of", "authority", "hazard", "urgency"),
        *("vulnerability", "allegation", "matters", "topic", "language", "evidence", "model"),
    ]
    assert first["hazard"] == "gas"
    for span in first["evidence"]:
        assert list(span) == ["start", "end", "text", "for"]
        assert given[0]["text"][span["start"] : span["end"]] == span["text"]  # type: ignore[index]


def test_understand_names_the_line_that_is_none() -> None:
    done = tenantline("understand", stdin='{"id": "1"}\n')
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("tenantline: standard input, line 1")


def test_channel_list_gives_a_line_each(place: list[str]) -> None:
    done = tenantline(*place, "channel", "list", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    texts = next(line for line in lines if (line["landlord"], line["name"]) == ("cestria", "texts"))
    assert (texts["kind"], texts["health"], texts["troubles"]) == ("twilio_sms", "not used yet", [])


def test_the_environment_gives_the_global_options(place: list[str]) -> None:
    done = tenantline("channel", "list", "--json", TENANTLINE_CONFIG=place[1], TENANTLINE_DATA=place[3])
    assert done.returncode == 0, done.stderr
    assert (Path(place[3]) / "tenantline.db").exists()


def test_timeline_says_what_is_owed_by_when_and_on_which_clause() -> None:
    done = tenantline(
        *("timeline", "--landlord", "cestria", "--kind", "complaint", "--channel", "email", "--json"),
        *("--received", "2026-11-02T09:00:00Z", "--event", "acknowledged=2026-11-04T10:00:00Z"),
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["obligations"]
    shape = ["name", "stage", "due", "clock", "amount", "counted_from", "basis", "owner", "effective", "explanation"]
    assert all(list(row) == shape for row in rows)
    assert all("working day" in row["explanation"] for row in rows if row["clock"] == "working_days")
    acknowledge = next(row for row in rows if row["name"] == "acknowledge" and row["effective"])
    assert (acknowledge["due"], acknowledge["amount"], acknowledge["basis"]) == (
        "2026-11-05T23:59:59+00:00",
        3,
        "CESTRIA-28",
    )


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--landlord", "cestria", "--regime", "wales"],
        ["--landlord", "cestria", "--event", "sneezed=2026-11-03"],
        ["--landlord", "cestria", "--matter", "weather"],
        ["--landlord", "nobody"],
    ],
)
def test_timeline_refuses_what_it_does_not_know(words: list[str]) -> None:
    asked = ["timeline", "--kind", "complaint", "--channel", "email", "--received", "2026-11-02"]
    done = tenantline(*asked, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.fixture
def serving(place: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", MAIN, *place, "serve", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TEST_TWILIO_TOKEN": "x" * 32},
    ) as running:
        yield running
        running.kill()


def test_serve_answers_until_it_is_told_to_stop(serving: subprocess.Popen[str]) -> None:
    assert serving.stderr is not None
    said = ""
    while "Tenantline runs at" not in said and (line := serving.stderr.readline()):
        said += line
    address = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert address, said
    assert httpx.get(f"{address.group()}/health").json() == {"status": "ok"}
    ready = httpx.get(f"{address.group()}/ready").json()
    assert ready["ready"] is True
    assert "cestria/texts" in ready["channels"]
    serving.terminate()
    assert serving.wait(timeout=30) == 0


def test_the_register_can_be_read_without_any_secret(place: list[str], tmp_path: Path) -> None:
    nowhere = tenantline("--data", str(tmp_path / "nowhere"), "case", "list")
    assert (nowhere.returncode, nowhere.stdout) == (1, "")
    assert "there is no database" in nowhere.stderr
    lines = tmp_path / "texts.jsonl"
    lines.write_text(json.dumps(TEXTS[0]) + "\n", encoding="utf-8")
    assert tenantline(*place, "ingest", "--landlord", "cestria", "--channel", "texts", str(lines)).returncode == 0
    counts = tenantline(*place, "work", "--once", "--roles", "route")
    assert counts.returncode == 0, counts.stderr
    assert json.loads(counts.stdout)["routed"] == 1
    (head,) = (json.loads(line) for line in tenantline(*place[2:], "case", "list", "--json").stdout.splitlines())
    assert list(head) == ["reference", "landlord", "kind", "also", "stage", "phase", "state", "team", "received_at"]
    spelled = head["reference"].lower().replace("-", " ")
    case = json.loads(tenantline(*place[2:], "case", "show", spelled, "--json").stdout)
    assert case["messages"][0]["text"] == TEXTS[0]["text"]
    assert "No heat again." in tenantline(*place[2:], "case", "show", head["reference"]).stdout
    why = tenantline(*place[2:], "explain", head["reference"])
    assert why.returncode == 0
    assert "by rule" in why.stdout
    assert "again" not in why.stdout
    assert "+44" not in why.stdout


def test_an_unknown_reference_is_one_sentence(place: list[str]) -> None:
    assert tenantline(*place, "work", "--once", "--roles", "duties").returncode == 0
    for words in (["explain", "CES-26-99999X"], ["case", "show", "hello"]):
        done = tenantline(*place, *words)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_doctor_says_what_is_wrong_with_the_mend(place: list[str]) -> None:
    done = tenantline(*place, "doctor", "--json")
    assert done.returncode == 1, done.stderr
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(list(finding) == ["level", "finding", "mend"] for finding in findings)
    assert any("cestria has nobody on call" in finding["finding"] for finding in findings)


def test_policies_are_listed_shown_with_their_clauses_and_checked(place: list[str]) -> None:
    assert "housing-ombudsman-2024" in tenantline("policy", "list").stdout
    shown = tenantline("policy", "show", "cestria").stdout
    assert "[CESTRIA-28]" in shown
    assert "[Code 6.2]" in shown
    assert tenantline("policy", "check").returncode == 0
    own = tenantline(*place, "policy", "check", "cestria", "--json")
    assert own.returncode == 1
    findings = [json.loads(line) for line in own.stdout.splitlines()]
    assert all(list(finding) == ["level", "landlord", "clause", "finding"] for finding in findings)
    assert any("nobody is on call" in finding["finding"] for finding in findings)
