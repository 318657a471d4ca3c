"""What the commands say to a mistake: one sentence with the mend, 2 for usage and configuration, never a traceback."""

import json
import socket
import sys
from pathlib import Path
from typing import Protocol

import pytest

from app.main import main
from app.serving import address_of, listen
from domain.errors import TenantlineError
from tests.app.command import tenantline

ASKED = ("timeline", "--kind", "complaint", "--channel", "email", "--received", "2026-11-02")
CHANNELS = """
[channels.texts]
kind = "twilio_sms"
account_sid = "AC1"
auth_token = { env = "TEST_TWILIO_TOKEN" }
number = "+441632960400"
base_url = "http://127.0.0.1:1"

[channels.form]
kind = "web_form"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    site = tmp_path / "config" / "sites" / "cestria.toml"
    site.parent.mkdir(parents=True)
    site.write_text(CHANNELS, encoding="utf-8")
    return tmp_path / "config"


class Told(Protocol):
    def __call__(self, *words: str, status: int) -> str: ...


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Runs a command that says one sentence, in this process: a mistake is found before anything is started."""
    monkeypatch.setenv("TEST_TWILIO_TOKEN", "x" * 32)

    def run(*words: str, status: int) -> str:
        monkeypatch.setattr(sys, "argv", ["tenantline", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert (ended.value.code, out, err.count("\n")) == (status, "", 1), err
        assert err.startswith("tenantline: ")
        return err

    return run


def test_an_unknown_name_is_wrong_usage_and_the_names_there_are_are_told(
    told: Told, config: Path, tmp_path: Path
) -> None:
    place = ("--config", str(config), "--data", str(tmp_path / "var"))
    assert "there are: ccbc, cestria" in told(*place, "case", "list", "--landlord", "nobody", status=2)
    assert "there are: ccbc, cestria" in told(*ASKED, "--landlord", "../landlords/cestria", status=2)
    assert "england-and-wales" in told(*ASKED, "--landlord", "cestria", "--calendar", "mars", status=2)
    taken = ("ingest", "--landlord", "nobody", "--channel", "texts", str(config))
    assert "there is no landlord nobody" in told(*place, *taken, status=2)


def test_a_channel_that_cannot_be_tested_names_those_that_can(config: Path, tmp_path: Path) -> None:
    place = ("--config", str(config), "--data", str(tmp_path / "var"), "channel", "test")
    unknown = tenantline(*place, "pigeons", "--landlord", "cestria")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    assert "there is no channel cestria/pigeons; there are:" in unknown.stderr
    mute = tenantline(*place, "form", "--landlord", "cestria")
    assert (mute.returncode, mute.stderr.count("\n")) == (2, 1)
    assert mute.stderr.endswith("those that have: texts\n")


def test_a_data_folder_that_cannot_be_made_is_wrong_usage(told: Told, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for name in ("file", "file/below"):
        assert "--data" in told("--data", str(tmp_path / name), "doctor", status=2)


def test_a_database_that_does_not_open_is_said_with_its_own_words(told: Told, tmp_path: Path) -> None:
    (tmp_path / "tenantline.db").write_bytes(b"this was never a database" * 100)
    assert "file is not a database" in told("--data", str(tmp_path), "case", "list", status=1)
    nobody = "postgresql://nobody@127.0.0.1:1/nothing"
    assert "cannot be opened" in told("--data", str(tmp_path), "--database", nobody, "case", "list", status=1)


def test_a_full_disk_is_one_sentence() -> None:
    line = json.dumps({"id": "1", "channel": "sms", "subject": None, "text": "No heat."})
    with Path("/dev/full").open("wb") as full:
        done = tenantline("understand", stdin=line, stdout=full)
    assert done.returncode == 1
    assert done.stderr == "tenantline: writing: No space left on device\n"


def test_a_time_outside_the_years_that_there_are_is_no_time(told: Told) -> None:
    words = [*ASKED[:-1], "0001-01-01T00:00:00+14:00", "--landlord", "cestria"]
    assert "is no time" in told(*words, status=2)


def test_understand_names_the_file_and_line_that_is_none(told: Told, tmp_path: Path) -> None:
    for number, content in enumerate((b"\xff\xfe\n", b"[1]\n", b"[" * 100_000 + b"\n")):
        path = tmp_path / f"{number}.jsonl"
        path.write_bytes(content)
        assert f"{number}.jsonl, line 1" in told("understand", str(path), status=1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"id": "1", "channel": "pigeon", "text": "x"}, "there is no channel 'pigeon'; there are: sms, email"),
        ({"id": "1", "channel": "sms", "text": None}, "the text is no text"),
        ({"id": None, "channel": "sms", "text": "x"}, "the id is neither a text nor a number"),
    ],
)
def test_understand_names_a_value_that_there_is_not(
    told: Told, tmp_path: Path, line: dict[str, object], words: str
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    assert f"lines.jsonl, line 1: {words}" in told("understand", str(path), status=1)


def test_understand_gives_an_id_back_as_it_was_given() -> None:
    given = [{"id": each, "channel": "sms", "subject": None, "text": "No heat."} for each in (7, "7", 7.5)]
    done = tenantline("understand", stdin="\n".join(json.dumps(each) for each in given))
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [7, "7", 7.5]


def test_timeline_names_the_channels_where_there_is_none_of_that_name(told: Told) -> None:
    words = [each if each != "email" else "pigeon" for each in ASKED]
    said = told(*words, "--landlord", "cestria", status=2)
    assert "--channel: there is no 'pigeon'; there are: chat, email" in said


def test_understand_takes_half_a_character_and_a_mark_at_the_start() -> None:
    given = b'\xef\xbb\xbf{"id": "1", "channel": "sms", "subject": null, "text": "\\ud83d I smell gas"}\n'
    done = tenantline("understand", stdin=given)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["hazard"] == "gas"
    assert [(span["start"], span["end"]) for span in found["evidence"] if span["for"] == "hazard:gas"] == [(4, 13)]


def test_evaluate_names_what_a_file_lacks(told: Told, tmp_path: Path) -> None:
    unlabelled = tmp_path / "unlabelled.jsonl"
    unlabelled.write_text('{"id": "1", "channel": "sms", "subject": null, "text": "x"}\n', encoding="utf-8")
    assert "unlabelled.jsonl, line 1: not a labelled message: it has no kind" in told(
        "evaluate", "--data", str(unlabelled), status=1
    )
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    assert "holds 0 messages" in told("evaluate", "--data", str(empty), "--folds", "3", status=1)


def test_the_encoder_in_folds_is_asked_for_with_folds_alone(told: Told) -> None:
    assert "goes with --folds" in told("evaluate", "--with-encoder", status=2)


def test_train_refuses_a_folder_with_other_things_in_it(told: Told, tmp_path: Path) -> None:
    keep = tmp_path / "photos" / "wedding.jpg"
    keep.parent.mkdir()
    keep.write_bytes(b"irreplaceable")
    assert "other things" in told("train", "--out", str(keep.parent), status=2)
    assert "is a file" in told("train", "--out", str(keep), status=2)
    assert "cannot be made" in told("train", "--out", str(keep / "deep" / "model"), status=2)
    assert keep.read_bytes() == b"irreplaceable"


def test_a_port_or_address_that_cannot_be_had_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(TenantlineError, match="is not free"):
        listen("127.0.0.1", taken.getsockname()[1])
    for host in ("192.0.2.1", "no-such-host.invalid"):
        with pytest.raises(TenantlineError, match="no address of this machine"):
            listen(host, 0)


def test_an_address_of_the_newer_internet_stands_in_brackets() -> None:
    assert address_of("127.0.0.1", 8080) == "http://127.0.0.1:8080"
    assert address_of("::1", 8080) == "http://[::1]:8080"


def test_ingest_stores_nothing_when_a_file_is_missing(told: Told, config: Path, tmp_path: Path) -> None:
    lines = tmp_path / "texts.jsonl"
    lines.write_text('{"from": "+447700900301", "text": "No heat"}\n', encoding="utf-8")
    words = ("--config", str(config), "--data", str(tmp_path / "var"), "ingest", "--landlord", "cestria")
    assert "there is no file" in told(*words, "--channel", "texts", str(lines), str(tmp_path / "nothing"), status=2)
    assert json.loads(tenantline(*words, "--channel", "texts", str(lines)).stdout)["new"] == 1


def test_ingest_knows_a_line_without_id_and_time_again(config: Path, tmp_path: Path) -> None:
    lines = tmp_path / "texts.jsonl"
    lines.write_text('{"from": "+447700900301", "text": "No heat"}\n', encoding="utf-8")
    words = ("--config", str(config), "--data", str(tmp_path / "var"), "ingest", "--landlord", "cestria")
    answers = [json.loads(tenantline(*words, "--channel", "texts", str(lines)).stdout) for _ in range(2)]
    assert [(each["new"], each["duplicate"]) for each in answers] == [(1, 0), (0, 1)]


def test_ingest_says_which_file_it_could_not_read_and_takes_the_others(config: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lines"
    folder.mkdir()
    (folder / "a.jsonl").symlink_to(tmp_path / "nowhere")
    (folder / "b.jsonl").write_text('{"from": "+447700900301", "text": "No heat"}\n', encoding="utf-8")
    words = ("--config", str(config), "--data", str(tmp_path / "var"), "ingest", "--landlord", "cestria")
    done = tenantline(*words, "--channel", "texts", str(folder))
    assert (done.returncode, json.loads(done.stdout)["new"]) == (1, 1)
    assert done.stderr == "tenantline: a.jsonl cannot be read: No such file or directory\n"


def test_a_piped_table_cuts_nothing_off(tmp_path: Path) -> None:
    done = tenantline("--data", str(tmp_path), "policy", "list", COLUMNS="40")
    assert done.returncode == 0, done.stderr
    (council,) = (line for line in done.stdout.splitlines() if "The Council" in line)
    assert "housing-ombudsman-2024, lgsco" in council


def test_a_table_on_a_terminal_of_80_columns_folds_between_words(tmp_path: Path) -> None:
    done = tenantline("--data", str(tmp_path), "policy", "list", COLUMNS="80", FORCE_COLOR="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("housing-ombudsman-2024") == 4 + 1  # four landlords, and the list of regimes
    assert max(len(line) for line in done.stdout.splitlines()[1:]) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in done.stdout
