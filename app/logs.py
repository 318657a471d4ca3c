"""Logs: one JSON object a line on standard error, with ids, landlord, channel and times, and nobody's words.

Nothing that a person wrote, is called or can be reached by may stand in a log. So a field with a name for content is
refused, an error is logged by its kind and place and never by its words, and other libraries say nothing below WARNING.
"""

import logging
import sys
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

CONTENT_FIELDS: Final = frozenset(
    {
        *("text", "body", "subject", "html", "raw", "content", "words", "message_text", "summary", "answer"),
        *("name", "sender", "sender_name", "to", "to_name", "from", "from_", "recipient", "recipients", "reply_to"),
        *("address", "phone", "number", "email", "mailbox", "postcode", "form", "fields", "evidence"),
        *("token", "secret", "password", "authorization", "url", "headers", "params"),
    }
)
"""Names of fields that could hold personal data or a secret. ``message`` is an id here and stays."""

REFUSED: Final = "[left out]"
_TALKATIVE: Final = (
    *("httpx", "httpcore", "telegram", "twilio", "aiohttp", "aiosmtplib", "mail.log", "imap_tools", "pymap"),
    *("sqlalchemy", "alembic", "apscheduler", "asyncio", "multipart", "python_multipart", "fontTools", "spacy"),
    *("uvicorn", "uvicorn.error"),
)
"""Libraries that log addresses (with a bot's token in them), commands or parameters at INFO or DEBUG."""


def set_up_logs(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Everything to ``stream`` (standard error), from our code and from libraries, in one shape."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        refuse_content,
        name_error,
    ]
    to = stream or sys.stderr
    # Our own lines do not go through the standard library's logging: it costs a fifth of a webhook.
    structlog.configure(
        processors=[*shared, _as_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=to),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=()), structlog.stdlib.add_logger_name, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _as_json,
        ],
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # Uvicorn's access log writes whole addresses, queries included; webhooks have a line of ours.
    logging.getLogger("uvicorn.access").disabled = True


_as_json: Final = structlog.processors.JSONRenderer(default=lambda value: type(value).__name__)


def refuse_content(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out the value of every field whose name speaks of content; a whole exception's words are content too."""
    for name, value in event.items():
        if name.lower() in CONTENT_FIELDS or isinstance(value, BaseException | bytes):
            event[name] = REFUSED
        elif isinstance(value, Mapping):
            event[name] = _refused_within(value)
    return event


def name_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception by its kind and the places it passed, without its words: those may quote what somebody wrote."""
    found = event.pop("exc_info", None)
    if not found:
        return event
    error = _error(found)
    if error is not None:
        event["exception"] = type(error).__name__
        event["places"] = list(_places(error.__traceback__))
        if error.__cause__ is not None:
            event["cause"] = type(error.__cause__).__name__
    return event


def _refused_within(value: Mapping[Any, Any]) -> MutableMapping[str, Any]:
    return {str(key): REFUSED if str(key).lower() in CONTENT_FIELDS else each for key, each in value.items()}


def _error(found: Any) -> BaseException | None:
    if isinstance(found, BaseException):
        return found
    if isinstance(found, tuple):
        return found[1] if isinstance(found[1], BaseException) else None
    return sys.exc_info()[1]


def _places(trace: TracebackType | None) -> Iterable[str]:
    """File and line of the last frames, the innermost last."""
    for frame in traceback.extract_tb(trace)[-6:]:
        yield f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}"
