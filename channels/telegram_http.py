"""The HTTP under python-telegram-bot: aiohttp, because httpx logs each address and the bot's token is in it."""

import json
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

_OK = range(200, 300)


class TelegramHttpError(NetworkError):
    """Telegram did not do what was asked.

    ``status``: of HTTP, 0 where none came. ``words``: Telegram's own description. ``uncertain``: it may have been done
    all the same. ``timed_out``: it took too long.
    """

    def __init__(
        self, *, status: int = 0, words: str = "", retry_after: float | None = None, uncertain: bool = False,
        timed_out: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(f"HTTP {status}" if status else "no answer")
        self.status, self.words, self.retry_after = status, words, retry_after
        self.uncertain, self.timed_out = uncertain, timed_out


class TelegramHttp(BaseRequest):
    """Requests with one timeout each (``seconds``, longer where a long poll asks for it), never repeated."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds."""
        return self._seconds

    @property
    def session(self) -> ClientSession:
        """The open session; made late, because it wants a running loop."""
        if self._session is None:
            self._session = ClientSession()
        return self._session

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - the base class says so
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one timeout covers the whole request
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """One request.

        Raises:
            TelegramHttpError: anything but a 2xx.
        """
        seconds = max(read_timeout, self._seconds) if isinstance(read_timeout, int | float) else self._seconds
        data = request_data.json_parameters if request_data else None
        timeout = ClientTimeout(total=seconds)
        try:
            async with self.session.request(method, url, data=data, timeout=timeout, allow_redirects=False) as response:
                status, payload = response.status, await response.read()
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise TelegramHttpError from error
        except TimeoutError as error:
            raise TelegramHttpError(uncertain=True, timed_out=True) from error
        except (ClientError, OSError) as error:
            raise TelegramHttpError(uncertain=True) from error
        if status not in _OK:
            raise _refused(status, payload)
        return status, payload


def _refused(status: int, payload: bytes) -> TelegramHttpError:
    """Telegram's JSON of an error; a gateway in front of it answers HTML."""
    try:
        body = json.loads(payload)
    except ValueError:
        body = None
    body = body if isinstance(body, dict) else {}
    parameters = body.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return TelegramHttpError(
        status=status,
        words=str(body.get("description", "")),
        retry_after=float(wait) if isinstance(wait, int | float) else None,
        uncertain=status >= 500,  # noqa: PLR2004 - a server error may come after the message was taken
    )
