"""Logs carry ids and never words: whatever is handed to them, and whichever library writes."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.logs import CONTENT_FIELDS, set_up_logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    stream = io.StringIO()
    set_up_logs(stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]
    structlog.reset_defaults()


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_ids(written: io.StringIO) -> None:
    structlog.get_logger().info("routed", message="m1", landlord="cestria", ms=3.2)
    (line,) = lines(written)
    assert (line["event"], line["message"], line["landlord"], line["ms"]) == ("routed", "m1", "cestria", 3.2)
    assert line["level"] == "info"
    assert str(line["at"]).endswith("Z")


@pytest.mark.parametrize("name", sorted(CONTENT_FIELDS - {"name", "from"}))
def test_a_field_with_a_name_for_content_is_left_out(written: io.StringIO, name: str) -> None:
    structlog.get_logger().warning("odd", **{name: "Ann Lamb", "detail": {name: "Ann Lamb"}})
    assert "Ann" not in written.getvalue()


def test_an_error_is_told_by_kind_and_place_without_its_words(written: io.StringIO) -> None:
    try:
        int("Ann Lamb")
    except ValueError as problem:
        structlog.get_logger().exception("step failed", problem=problem)
        logging.getLogger("elsewhere").exception("it failed")
    assert "Ann" not in written.getvalue()
    assert [line["exception"] for line in lines(written)] == ["ValueError", "ValueError"]
    assert "test_logs.py" in str(lines(written)[0]["places"])


@pytest.mark.parametrize("library", ["httpx", "telegram.Bot", "twilio.http_client", "aiosmtplib", "sqlalchemy.engine"])
def test_libraries_that_log_addresses_say_nothing_below_a_warning(written: io.StringIO, library: str) -> None:
    logging.getLogger(library).info("POST https://api.telegram.org/bot123:secret/sendMessage")
    assert written.getvalue() == ""


def test_a_command_that_wants_errors_only_gets_no_warnings_of_libraries() -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    stream = io.StringIO()
    set_up_logs(stream, level=logging.ERROR)
    logging.getLogger("mail.log").warning("Session.login_data is deprecated")
    set_up_logs(stream)
    root.handlers[:], root.level = before[0], before[1]
    structlog.reset_defaults()
    assert stream.getvalue() == ""
