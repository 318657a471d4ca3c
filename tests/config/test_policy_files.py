"""The shipped policies and regimes: each clause is really there, each mistake is told with file, line and key."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.configuration import ConfigurationFolder, load_calendars, load_policies, load_policy, load_regime
from app.policies import check, check_regime
from domain.clauses import Basis
from domain.duties import duties_owed
from domain.errors import ConfigurationError
from domain.labels import Kind
from domain.policies import Policy
from domain.uktime import local_date

FOLDER = ConfigurationFolder()
POLICIES = load_policies(FOLDER)
REGIMES = ("housing-ombudsman-2024", "spso", "wales", "northern-ireland", "lgsco")
TODAY = local_date(datetime(2026, 11, 24, 12, tzinfo=UTC))
CONFIG = Path(__file__).parents[2] / "config"


def published(slug: str) -> str:
    text = (Path(__file__).parent / "policies" / f"{slug}.txt").read_text(encoding="utf-8")
    return " ".join(text.split())


def own_bases(policy: Policy) -> Iterator[Basis]:
    yield from (kind.basis for kind in policy.kinds)
    yield from (stage.basis for stage in policy.stages)
    yield from (duty.basis for duty in policy.duties if duty.source == "landlord")
    yield from (term.basis for term in policy.terms if term.basis)
    yield from (each.basis for each in policy.requirements if each.basis.wording == "quote")
    yield from (each.basis for each in policy.contents if each.basis.wording == "quote")
    yield from (body.basis for body in policy.ombudsmen.values())


@pytest.mark.parametrize("slug", POLICIES)
def test_each_quote_stands_word_for_word_in_the_published_policy(slug: str) -> None:
    quotes = [basis for basis in own_bases(POLICIES[slug]) if basis.wording == "quote"]
    assert quotes
    for basis in quotes:
        assert " ".join(basis.text.split()) in published(slug), basis.clause
        assert re.fullmatch(r"(CCBC|POOL|COUNCIL|CESTRIA|GROUP)-\d+", basis.clause)


@pytest.mark.parametrize("slug", REGIMES)
def test_each_value_of_a_regime_is_a_paraphrase_with_its_source(slug: str) -> None:
    regime = load_regime(FOLDER, slug)
    bases = [*(duty.basis for duty in regime.duties), *(term.basis for term in regime.regime_terms if term.basis)]
    bases += [*(each.basis for each in regime.requirements), *(each.basis for each in regime.contents)]
    assert all(basis.wording == "paraphrase" and basis.source for basis in bases)


@pytest.mark.parametrize("slug", POLICIES)
def test_the_shipped_policies_have_no_error(slug: str) -> None:
    assert [each for each in check(FOLDER, slug, TODAY) if each.level == "error"] == []


def test_ccbc_never_hears_of_the_housing_ombudsman() -> None:
    assert "Housing Ombudsman" not in POLICIES["ccbc"].model_dump_json()
    assert POLICIES["ccbc"].ombudsman().name == "Public Services Ombudsman for Wales"


def test_council_28_names_the_ombudsman_for_the_kind_of_matter() -> None:
    council = POLICIES["council"]
    assert council.ombudsman("housing").name == "Housing Ombudsman Service"
    assert council.ombudsman("other").name == "Local Government and Social Care Ombudsman"


def test_pool_41_the_ombudsmans_address_is_the_policys_own() -> None:
    body = POLICIES["poolplus"].ombudsman()
    assert (body.phone, body.basis.clause) == ("0300 111 3000", "POOL-41")


def test_unverified_values_of_a_regime_are_listed() -> None:
    found = [each for each in check_regime(FOLDER, "housing-ombudsman-2024") if each.level == "warning"]
    assert "Code 6.14" in {each.clause for each in found}


def test_the_version_changes_with_any_rule_and_with_nothing_else(tmp_path: Path) -> None:
    overlay(tmp_path, "cestria", ("amount = 3", "amount = 2"))
    changed = load_policy(ConfigurationFolder(tmp_path), "cestria")
    assert changed.version != POLICIES["cestria"].version
    assert load_policy(FOLDER, "cestria").version == POLICIES["cestria"].version


def overlay(folder: Path, slug: str, change: tuple[str, str], kind: str = "landlords") -> int:
    """Lay a changed copy of a file over the shipped one; the line of the change, from 1."""
    text = (CONFIG / kind / f"{slug}.toml").read_text(encoding="utf-8")
    (folder / kind).mkdir(parents=True)
    (folder / kind / f"{slug}.toml").write_text(text.replace(*change, 1), encoding="utf-8")
    return text[: text.index(change[0])].count("\n") + 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("amount = 3", "amuont = 3"), "did you mean amount?"),
        (('counted_from = "received"', 'counted_from = "recieved"'), "no event"),
        (('basis = { clause = "CESTRIA-27"', 'basis = { claus = "CESTRIA-27"'), "clause"),
        (("amount = 30", "amount = -1"), "greater than or equal to 0"),
        (("panel = 3", "panels = 3"), "did you mean panel?"),
        (("panel = 3", "panel = 1"), "a panel is two people or more"),
        (("number = 2", "number = 3"), "stage 2 comes here"),
        (('prefix = "CES"', 'prefix = "CLO"'), "without I, L, O and U"),
        (('prefix = "CES"', 'prefix = "C3S"'), "three capital letters"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    line = overlay(tmp_path, "cestria", change)
    with pytest.raises(ConfigurationError, match=re.escape(words)) as refused:
        load_policy(ConfigurationFolder(tmp_path), "cestria")
    told = re.search(r"cestria\.toml:(\d+): ", str(refused.value))
    assert told
    start = re.compile(r"^\[\[", re.MULTILINE)
    text = (tmp_path / "landlords" / "cestria.toml").read_text(encoding="utf-8")
    heads = [text[: match.start()].count("\n") + 1 for match in start.finditer(text)]
    block = max((head for head in heads if head <= line), default=line)
    assert int(told.group(1)) in {line, block}


def test_a_mistake_in_a_regime_names_the_regimes_file(tmp_path: Path) -> None:
    line = overlay(tmp_path, "housing-ombudsman-2024", ("amount = 5", "amuont = 5"), "regimes")
    with pytest.raises(ConfigurationError, match=rf"housing-ombudsman-2024\.toml:{line}: .*did you mean amount"):
        load_policy(ConfigurationFolder(tmp_path), "poolplus")


def test_a_value_without_a_basis_is_refused(tmp_path: Path) -> None:
    text = (CONFIG / "landlords" / "poolplus.toml").read_text(encoding="utf-8")
    (tmp_path / "landlords").mkdir()
    bare = re.sub(r'basis = \{ clause = "POOL-29".*\n', "", text, count=1)
    (tmp_path / "landlords" / "poolplus.toml").write_text(bare, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"poolplus\.toml:\d+: duty\.2\.basis: is missing"):
        load_policy(ConfigurationFolder(tmp_path), "poolplus")


def test_a_clock_of_the_landlords_never_rolls_over_a_holiday(tmp_path: Path) -> None:
    overlay(tmp_path, "cestria", ("amount = 30", "amount = 30\nroll_forward = true"))
    with pytest.raises(ConfigurationError, match="only a tenant's window rolls forward"):
        load_policy(ConfigurationFolder(tmp_path), "cestria")


def test_a_duty_in_a_stage_that_there_is_not_is_an_error(tmp_path: Path) -> None:
    line = overlay(tmp_path, "poolplus", ("stage = 2", "stage = 3"))
    (found,) = [each for each in check(ConfigurationFolder(tmp_path), "poolplus", TODAY) if each.level == "error"]
    assert re.search(rf"poolplus\.toml:{line}: duty\.\d+\.stage: there is no stage 3, the last one is 2", found.finding)


def test_a_clock_that_counts_from_what_never_happens_is_an_error_with_its_line(tmp_path: Path) -> None:
    line = overlay(tmp_path, "poolplus", ('counted_from = "escalated"', 'counted_from = "stage3_requested"'))
    with pytest.raises(ConfigurationError, match=rf"poolplus\.toml:{line}: .*never happens: the last stage is 2"):
        load_policy(ConfigurationFolder(tmp_path), "poolplus")


def test_an_answer_before_its_acknowledgement_is_told(tmp_path: Path) -> None:
    overlay(tmp_path, "cestria", ('amount = 10\ncounted_from = "escalated"', 'amount = 2\ncounted_from = "escalated"'))
    found = [each for each in check(ConfigurationFolder(tmp_path), "cestria", TODAY) if "sooner than" in each.finding]
    assert {each.clause for each in found} == {"CESTRIA-37"}


def test_a_promise_later_than_the_regimes_is_told(tmp_path: Path) -> None:
    overlay(tmp_path, "cestria", ('amount = 3\ncounted_from = "escalated"', 'amount = 8\ncounted_from = "escalated"'))
    found = [each for each in check(ConfigurationFolder(tmp_path), "cestria", TODAY) if "which binds" in each.finding]
    assert [each.clause for each in found] == ["CESTRIA-36"]


def test_nobody_on_call_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "group.toml").write_text("", encoding="utf-8")
    found = list(check(ConfigurationFolder(tmp_path), "group", TODAY))
    assert [each.finding for each in found if each.level == "error"] == [
        "nobody is on call: add [[duty.people]] to sites/group.toml"
    ]


def test_two_landlords_with_one_prefix_are_refused(tmp_path: Path) -> None:
    overlay(tmp_path, "group", ('prefix = "GRP"', 'prefix = "CES"'))
    with pytest.raises(ConfigurationError, match="share the prefix CES"):
        load_policies(ConfigurationFolder(tmp_path))


SIXTH = """
slug = "glen"
name = "Glen Homes"
short_name = "Glen"
prefix = "GEN"
nation = "scotland"
calendar = "scotland"
regimes = { housing = "spso" }
phone = "01632 960600"
emergency_phone = "01632 960699"

[teams]
sorting = "Front desk"
complaints = "Customer Relations"

[[duty]]
name = "acknowledge"
stage = 1
kinds = ["complaint"]
clock = "working_days"
amount = 1
counted_from = "received"
basis = { clause = "Glen 4.2", text = "We will acknowledge your complaint by the next working day." }
"""


def test_a_sixth_landlord_in_another_nation_is_one_file_and_no_code(tmp_path: Path) -> None:
    (tmp_path / "landlords").mkdir()
    (tmp_path / "landlords" / "glen.toml").write_text(SIXTH, encoding="utf-8")
    folder = ConfigurationFolder(tmp_path)
    policy = load_policies(folder)["glen"]
    rows = duties_owed(
        policy,
        load_calendars(folder)[policy.calendar],
        kind=Kind.COMPLAINT,
        channel="email",
        received_at=datetime(2026, 11, 27, 9, tzinfo=UTC),
    )
    assert [(row.name, local_date(row.due).isoformat(), row.basis) for row in rows] == [
        ("acknowledge", "2026-12-01", "Glen 4.2"),
        ("respond", "2026-12-04", "SPSO MCHP stage 1"),
    ]
    assert policy.ombudsman().name == "Scottish Public Services Ombudsman"


def test_an_operators_folder_needs_only_the_files_that_differ(tmp_path: Path) -> None:
    (tmp_path / "landlords").mkdir()
    shutil.copy(CONFIG / "landlords" / "group.toml", tmp_path / "landlords")
    assert load_policy(ConfigurationFolder(tmp_path), "group").version == POLICIES["group"].version
