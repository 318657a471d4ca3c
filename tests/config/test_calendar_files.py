from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.write_calendars import COUNTRIES, calendar_text, write_calendars
from domain.calendars import parse_calendar
from domain.uktime import local_date

FOLDER = Path(__file__).parents[2] / "config" / "calendars"

# Rules C1, as printed there: day.month
TABLE = {
    ("england-and-wales", 2025): "1.1 18.4 21.4 5.5 26.5 25.8 25.12 26.12",
    ("scotland", 2025): "1.1 2.1 18.4 5.5 26.5 4.8 1.12 25.12 26.12",
    ("northern-ireland", 2025): "1.1 17.3 18.4 21.4 5.5 26.5 14.7 25.8 25.12 26.12",
    ("england-and-wales", 2026): "1.1 3.4 6.4 4.5 25.5 31.8 25.12 28.12",
    ("scotland", 2026): "1.1 2.1 3.4 4.5 25.5 15.6 3.8 30.11 25.12 28.12",
    ("northern-ireland", 2026): "1.1 17.3 3.4 6.4 4.5 25.5 13.7 31.8 25.12 28.12",
    ("england-and-wales", 2027): "1.1 26.3 29.3 3.5 31.5 30.8 27.12 28.12",
    ("scotland", 2027): "1.1 4.1 26.3 3.5 31.5 2.8 30.11 27.12 28.12",
    ("northern-ireland", 2027): "1.1 17.3 26.3 29.3 3.5 31.5 12.7 30.8 27.12 28.12",
    ("england-and-wales", 2028): "3.1 14.4 17.4 1.5 29.5 28.8 25.12 26.12",
    ("scotland", 2028): "3.1 4.1 14.4 1.5 29.5 7.8 30.11 25.12 26.12",
    ("northern-ireland", 2028): "3.1 17.3 14.4 17.4 1.5 29.5 12.7 28.8 25.12 26.12",
}


def shipped(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "year"), TABLE)
def test_table_c1_agrees_with_the_shipped_calendar(name: str, year: int) -> None:
    pairs = [entry.split(".") for entry in TABLE[name, year].split()]
    listed = {holiday.day for holiday in parse_calendar(shipped(name)).holidays if holiday.day.year == year}
    assert listed == {date(year, int(month), int(day)) for day, month in pairs}


@pytest.mark.parametrize("name", COUNTRIES)
def test_only_weekdays_are_listed(name: str) -> None:
    assert all(holiday.day.weekday() < 5 for holiday in parse_calendar(shipped(name)).holidays)


def test_the_world_cup_day_is_scotlands_alone() -> None:
    day = date(2026, 6, 15)
    assert [name for name in COUNTRIES if not parse_calendar(shipped(name)).is_working_day(day)] == ["scotland"]


@pytest.mark.parametrize("name", COUNTRIES)
def test_the_shipped_calendar_reaches_into_next_year(name: str) -> None:
    next_year = local_date(datetime.now(UTC)).year + 1
    newest = max(holiday.day for holiday in parse_calendar(shipped(name)).holidays)
    assert newest.year >= next_year, (
        f"{name} ends on {newest}: upgrade holidays and govuk-bank-holidays, then run"
        f" `python -m app.write_calendars --until {next_year + 3}` and commit config/calendars"
    )


@pytest.mark.parametrize("name", COUNTRIES)
def test_the_shipped_calendar_is_what_the_command_writes(name: str) -> None:
    calendar = parse_calendar(shipped(name))
    assert shipped(name) == calendar_text(name, until=calendar.last_year), (
        "the packages know other bank holidays than config/calendars: run"
        f" `python -m app.write_calendars --until {calendar.last_year}`, read the difference and commit it"
    )


def test_the_command_writes_one_file_a_country_and_they_parse(tmp_path: Path) -> None:
    written = write_calendars(tmp_path / "new", until=2027)
    assert [path.stem for path in written] == list(COUNTRIES)
    for path in written:
        calendar = parse_calendar(path.read_text(encoding="utf-8"))
        assert (calendar.name, calendar.first_year, calendar.last_year) == (path.stem, 2025, 2027)


def test_only_the_command_and_this_test_import_the_holiday_packages() -> None:
    root = FOLDER.parents[1]
    folders = ["app", "casework", "channels", "console", "domain", "nlp", "router", "scheduler", "store"]
    importers = {
        path.relative_to(root).as_posix()
        for folder in folders
        for path in (root / folder).rglob("*.py")
        if any(
            line.startswith(("import holidays", "from holidays", "import govuk_bank", "from govuk_bank"))
            for line in path.read_text(encoding="utf-8").splitlines()
        )
    }
    assert importers == {"app/write_calendars.py"}
