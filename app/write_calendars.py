"""Writes ``config/calendars/*.toml`` anew: ``python -m app.write_calendars [--until YEAR] [FOLDER]``.

For a developer, once a year or when a bank holiday is proclaimed: upgrade ``holidays`` and ``govuk-bank-holidays``
(both in the ``dev`` extra), run this, read the difference, commit it. Nothing that serves tenants imports this file.
"""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Final

import holidays
from govuk_bank_holidays.bank_holidays import BankHolidays

FIRST_YEAR: Final = 2025
UNTIL: Final = 2030
"""The last year written unless told otherwise. GOV.UK publishes about two years ahead; after that the dates
follow the rule of the Banking and Financial Dealings Act 1971, and a proclamation may add to them."""

FOLDER: Final = Path(__file__).resolve().parent.parent / "config" / "calendars"

COUNTRIES: Final = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
"""GOV.UK's divisions, and the subdivision of ``holidays`` with the same days; its "UK" is the union (rules C1)."""

_SATURDAY: Final = 5


def bank_holidays(division: str, *, until: int = UNTIL) -> dict[date, str]:
    """The weekday bank holidays of a division from 2025 on, by date: the union of both sources.

    GOV.UK's list lacks Scotland's 15 June 2026 (proclaimed on 3 February 2026) and stops in 2028; ``holidays`` has
    that day and goes on.
    """
    years = range(FIRST_YEAR, until + 1)
    named = dict(holidays.country_holidays("GB", subdiv=COUNTRIES[division], years=years))
    days = {day: name.replace(" (observed)", " (substitute day)") for day, name in named.items()}
    # The cached copy: the default constructor asks the network, and a build must give the same files everywhere.
    for holiday in BankHolidays(use_cached_holidays=True).get_holidays(division=division):
        if holiday["date"].year in years:
            days.setdefault(holiday["date"], holiday["title"])
    return {day: days[day] for day in sorted(days) if day.weekday() < _SATURDAY}


def calendar_text(division: str, *, until: int = UNTIL) -> str:
    """The TOML text of a division's calendar."""
    lines = [
        "# Weekdays that are not working days. Written by `python -m app.write_calendars`: change that, not this.",
        "# Sources: the packages holidays and govuk-bank-holidays (gov.uk/bank-holidays), their union.",
        "# Years that GOV.UK has not published yet follow the rule of the 1971 Act; a proclamation may add to them.",
        f'name = "{division}"',
        f"first_year = {FIRST_YEAR}",
        f"last_year = {until}",
        "",
        "[holidays]",
        *(
            f"{day} = {json.dumps(name, ensure_ascii=False)}"
            for day, name in bank_holidays(division, until=until).items()
        ),
    ]
    return "\n".join(lines) + "\n"


def write_calendars(folder: Path, *, until: int = UNTIL) -> tuple[Path, ...]:
    """Writes one file a division into a folder, which is made if need be, and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for division in COUNTRIES:
        path = folder / f"{division}.toml"
        path.write_text(calendar_text(division, until=until), encoding="utf-8", newline="\n")
        written.append(path)
    return tuple(written)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m app.write_calendars", description="Write the working-day calendars."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where to (default: config/calendars)")
    parser.add_argument("--until", type=int, default=UNTIL, metavar="YEAR", help=f"the last year (default: {UNTIL})")
    arguments = parser.parse_args()
    for path in write_calendars(arguments.folder, until=arguments.until):
        print(path)  # noqa: T201 - a command says what it wrote


if __name__ == "__main__":
    main()
