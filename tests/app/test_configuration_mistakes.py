"""A mistake in an operator's files is one sentence that names the file and says the mend; never a traceback."""

from pathlib import Path

import pytest

from app.commands.work import operator_token
from app.configuration import (
    ConfigurationFolder,
    load_calendars,
    load_site,
    load_site_settings,
    load_wordings,
    reveal_secrets,
)
from app.place import Place
from app.wiring import build_channels, build_node, load_safety
from domain.errors import ConfigurationError, TenantlineError
from store.database import open_database
from store.migrate import upgrade

SHIPPED = Path(__file__).parent.parent.parent / "config"


def overlay(tmp_path: Path, name: str, content: str | bytes) -> ConfigurationFolder:
    path = tmp_path / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return ConfigurationFolder(tmp_path / "config")


@pytest.mark.parametrize("content", ["channels = 3", "channels.mail = 3", "[channels.mail]", b"\xff\xfe", "[channels"])
def test_a_site_file_that_is_none_is_named(tmp_path: Path, content: str | bytes) -> None:
    folder = overlay(tmp_path, "sites/cestria.toml", content)
    with pytest.raises(ConfigurationError, match=r"sites/cestria\.toml"):
        load_site(folder, "cestria")


def test_a_file_of_any_kind_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    for name, load in (
        ("hazards.toml", load_safety),
        ("calendars/scotland.toml", load_calendars),
        ("wording/en/a1.txt", load_wordings),
        ("site.toml", load_site_settings),
    ):
        folder = overlay(tmp_path, name, b"\xff")
        with pytest.raises(ConfigurationError, match=f"{name} is not UTF-8"):
            load(folder)


def test_a_wrong_wording_or_danger_phrase_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"wording/en/a1\.txt, line 1"):
        load_wordings(overlay(tmp_path, "wording/en/a1.txt", "{nope}"))
    with pytest.raises(ConfigurationError, match=r"hazards\.toml: "):
        load_safety(overlay(tmp_path, "hazards.toml", "x"))


def test_a_landlord_that_has_no_file_and_a_calendar_that_is_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"site\.toml: it names the landlord nobody"):
        load_site_settings(overlay(tmp_path, "site.toml", 'landlords = ["nobody"]'))
    words = (SHIPPED / "landlords" / "cestria.toml").read_text(encoding="utf-8")
    lines = ['calendar = "mars"' if line.startswith("calendar") else line for line in words.splitlines()]
    overlay(tmp_path, "site.toml", "")
    folder = overlay(tmp_path, "landlords/cestria.toml", "\n".join(lines))
    with pytest.raises(ConfigurationError, match="there is no calendar mars; there are: england-and-wales"):
        build_node(config=folder.overlay, data=tmp_path / "var", with_model=False, with_channels=False)


def test_a_misspelt_key_of_a_channel_is_told_before_the_one_that_is_missing(tmp_path: Path) -> None:
    folder = overlay(tmp_path, "sites/cestria.toml", '[channels.mail]\nkind = "email_imap"\nadress = "a@b.example"\n')
    with pytest.raises(ConfigurationError, match=r"channels\.mail\.adress: there is no such key; did you mean address"):
        build_channels(folder, ("cestria",), tmp_path)
    overlay(tmp_path, "sites/cestria.toml", '[channels.mail]\nkind = "email_imap"\n')
    with pytest.raises(ConfigurationError, match=r"channels\.mail\.address: is missing: add it"):
        build_channels(folder, ("cestria",), tmp_path)


@pytest.mark.parametrize("secret", [{}, {"en": "NAME"}, {"env": 3}, {"env": "NAME", "file": "PATH"}])
def test_a_secret_that_is_written_wrongly_never_counts_as_the_secret(secret: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=r"here\.token: write a secret as"):
        reveal_secrets({"token": secret}, "here")


def test_the_operators_token_is_never_the_words_of_a_misspelt_reference(tmp_path: Path) -> None:
    folder = overlay(tmp_path, "site.toml", 'operator_token = { en = "NAME" }')
    with pytest.raises(ConfigurationError, match="write a secret as"):
        operator_token(Place(config=folder.overlay, data=tmp_path, database_url=None))


def test_a_proxy_that_is_no_address_is_told_with_its_line_and_how_to_write_one(tmp_path: Path) -> None:
    folder = overlay(tmp_path, "site.toml", 'landlords = []\ntrusted_proxies = ["10.0.0.0/8", "the proxy"]')
    with pytest.raises(
        ConfigurationError, match=r"site\.toml:2: trusted_proxies: .*'the proxy' is no address: write one as"
    ):
        load_site_settings(folder)


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    folder = overlay(tmp_path, "site.toml", 'trusted_proxies = ["10.0.0.5", "fd00::/8"]')
    assert [str(each) for each in load_site_settings(folder).trusted_proxies] == ["10.0.0.5/32", "fd00::/8"]


def test_a_secret_file_that_is_missing_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"here\.token: .*nothing cannot be read"):
        reveal_secrets({"token": {"file": str(tmp_path / "nothing")}}, "here")


def test_half_a_key_of_the_audit_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "audit.key").write_text("", encoding="ascii")
    with pytest.raises(ConfigurationError, match=r"audit\.key is damaged"):
        build_node(config=None, data=tmp_path, with_model=False, with_channels=False)


def test_the_audits_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        node = build_node(config=None, data=tmp_path, with_model=False, with_channels=False)
        node.database.close()
        keys.append((tmp_path / "audit.key").read_text(encoding="ascii"))
    assert keys[0] == keys[1]
    assert (tmp_path / "audit.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("audit.key*")] == ["audit.key"]


def test_a_database_of_a_newer_program_is_refused_in_words(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'tenantline.db'}")
    upgrade(database)
    with database.writing() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(TenantlineError, match="install the newer program"):
        upgrade(database)
    database.close()
