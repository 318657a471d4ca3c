"""A landlord's own closing days: its own promises wait for them, no regime's clock and no law's does (rules C2)."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder, landlord_calendar, load_calendars, load_policy
from app.policies import check, describe
from app.wiring import build_node
from domain.duties import DutyRow, duties_owed
from domain.errors import ConfigurationError
from domain.labels import Kind
from domain.uktime import local_date
from tests.app.command import tenantline

CONFIG = Path(__file__).parents[2] / "config"
TODAY = date(2026, 11, 24)
SHUT = """
[closures]
2026-12-29 = "Christmas closure"
2026-12-30 = "Christmas closure"
2026-12-31 = "Christmas closure"
"""
RECEIVED = datetime(2026, 12, 24, 10, tzinfo=UTC)


def folder(tmp_path: Path, closures: str, slug: str = "cestria") -> ConfigurationFolder:
    """The shipped policy with these closing days."""
    text = (CONFIG / "landlords" / f"{slug}.toml").read_text(encoding="utf-8")
    (tmp_path / "landlords").mkdir(parents=True)
    (tmp_path / "landlords" / f"{slug}.toml").write_text(text + closures, encoding="utf-8")
    return ConfigurationFolder(tmp_path)


def owed(folder: ConfigurationFolder, kind: Kind = Kind.COMPLAINT, slug: str = "cestria") -> dict[str, DutyRow]:
    """By name and source, what is owed in stage 1 or before one for a message of Christmas Eve."""
    policy = load_policy(folder, slug)
    calendar = landlord_calendar(folder, policy, load_calendars(folder))
    rows = duties_owed(policy, calendar, kind=kind, channel="email", received_at=RECEIVED, last_stage=1)
    return {f"{row.name} {row.basis}": row for row in reversed(rows)}


def days(rows: dict[str, DutyRow]) -> dict[str, str]:
    return {name: local_date(row.due).isoformat() for name, row in rows.items()}


def test_a_promise_of_the_landlords_own_waits_for_its_closing_days(tmp_path: Path) -> None:
    open_, shut = (days(owed(each, Kind.SERVICE_REQUEST)) for each in (ConfigurationFolder(), folder(tmp_path, SHUT)))
    assert open_["acknowledge CESTRIA-57"] == "2026-12-31"
    assert shut["acknowledge CESTRIA-57"] == "2027-01-06"


def test_a_regimes_clock_does_not_wait_and_is_the_one_that_binds_where_it_ends_earlier(tmp_path: Path) -> None:
    rows = owed(folder(tmp_path, SHUT))
    own, code = rows["acknowledge CESTRIA-28"], rows["acknowledge Code 6.2"]
    assert (local_date(own.due), own.effective) == (date(2027, 1, 6), False)
    assert (local_date(code.due), code.effective) == (date(2027, 1, 5), True)
    assert days(owed(ConfigurationFolder()))["acknowledge Code 6.2"] == "2027-01-05"


def test_no_duty_that_a_regime_knows_too_ends_later_than_under_the_regime_alone(tmp_path: Path) -> None:
    many = "\n[closures]\n" + "".join(f'2027-01-{day:02} = "Moving house"\n' for day in range(4, 30))
    shut = owed(folder(tmp_path, many))
    first = {row.name: row.due for row in shut.values() if row.effective and not row.tenant_window}
    for name, row in owed(ConfigurationFolder()).items():
        if row.source != "landlord" and not row.tenant_window:
            assert first[row.name] <= row.due, name


def test_the_reason_names_the_closing_days_among_the_days_that_were_skipped(tmp_path: Path) -> None:
    rows = owed(folder(tmp_path, SHUT), Kind.SERVICE_REQUEST)
    words = rows["acknowledge CESTRIA-57"].explanation
    assert words == "3 working days after Thu 24 Dec 2026, skipping 25, 28, 29, 30 and 31 Dec, 1 Jan and weekends"


def test_timeline_and_a_node_count_by_the_landlords_file(tmp_path: Path) -> None:
    shut = folder(tmp_path / "config", SHUT)
    asked = ("--kind", "service_request", "--channel", "email", "--received", "2026-12-24T10:00:00Z", "--json")
    told = tenantline("--config", str(shut.overlay), "timeline", "--landlord", "cestria", *asked)
    rows = {row["basis"]: row["due"] for row in json.loads(told.stdout)["obligations"] if row["name"] == "acknowledge"}
    assert rows["CESTRIA-57"] == "2027-01-06T23:59:59+00:00"
    node = build_node(config=shut.overlay, data=tmp_path / "var", with_model=False, with_channels=False)
    node.database.close()
    assert not node.landlords["cestria"].calendar.is_working_day(date(2026, 12, 30))
    assert node.landlords["group"].calendar.is_working_day(date(2026, 12, 30))


def test_another_calendar_of_timeline_keeps_the_landlords_closing_days(tmp_path: Path) -> None:
    shut = folder(tmp_path, SHUT)
    calendar = landlord_calendar(shut, load_policy(shut, "cestria"), load_calendars(shut), "scotland")
    assert (calendar.name, calendar.is_working_day(date(2026, 12, 30))) == ("scotland", False)
    assert calendar.national.is_working_day(date(2026, 12, 30))


def test_closing_days_are_part_of_the_policy_its_version_and_its_plain_words(tmp_path: Path) -> None:
    shut = load_policy(folder(tmp_path, SHUT), "cestria")
    assert shut.version != load_policy(ConfigurationFolder(), "cestria").version
    assert any(line.startswith("Closed on Wed 30 Dec 2026: Christmas closure") for line in describe(shut))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('2027-02-30 = "Training"', "there is no such day as 2027-02-30"),
        ('"20271229" = "Training"', "'20271229' is no day: write 2026-12-29"),
        ('christmas = "Training"', "'christmas' is no day: write 2026-12-29"),
        ("2027-12-29 = 3", "valid string"),
        ('2027-12-29 = ""', "at least 1 character"),
        ('2045-12-29 = "Training"', "the calendar england-and-wales covers 2025 to 2030: take this day out"),
    ],
)
def test_a_day_that_is_none_is_an_error_of_policy_check_with_file_and_line(
    tmp_path: Path, line: str, words: str
) -> None:
    wrong = folder(tmp_path, f"{SHUT}{line}\n")
    text = (tmp_path / "landlords" / "cestria.toml").read_text(encoding="utf-8")
    number = text.splitlines().index(line) + 1
    found = [each.finding for each in check(wrong, "cestria", TODAY) if each.level == "error"]
    assert len(found) == 1
    key = line.partition(" ")[0].strip('"')
    assert re.search(rf"cestria\.toml:{number}: closures\.{key}: .*{re.escape(words)}", found[0]), found[0]


def test_the_same_day_twice_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    wrong = folder(tmp_path, f'{SHUT}2026-12-30 = "Training"\n')
    last = len((tmp_path / "landlords" / "cestria.toml").read_text(encoding="utf-8").splitlines())
    with pytest.raises(ConfigurationError, match=rf"cestria\.toml: .*line {last}\b"):
        load_policy(wrong, "cestria")


def test_a_closing_day_that_is_no_working_day_anyway_is_told(tmp_path: Path) -> None:
    shut = folder(tmp_path, '\n[closures]\n2026-12-26 = "Boxing Day"\n2026-12-28 = "Bank holiday"\n')
    found = [each for each in check(shut, "cestria", TODAY) if each.finding.startswith("closures: ")]
    assert [(each.level, each.finding[10:25]) for each in found] == [
        ("warning", "Sat 26 Dec 2026"),
        ("warning", "Mon 28 Dec 2026"),
    ]
