"""Downloads an attachment from a provider: only from its own hosts, never more than the limit, redirects checked."""

import base64
from collections.abc import Collection

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from domain.errors import MediaError

_REDIRECTS = 3
_CHUNK = 64 * 1024
_MOVED = frozenset({301, 302, 303, 307, 308})


async def download(
    session: ClientSession,
    url: str,
    *,
    hosts: Collection[str],
    limit: int,
    seconds: float,
    authorization: str | None = None,
) -> tuple[bytes, str]:
    """The bytes (at most ``limit``) and their content type, within ``seconds`` in all.

    ``hosts``: names that the address and each redirect must be on, over https; ``name:port`` also allows http there
    (a stand-in on loopback). ``authorization`` (a header's value) goes to the first address only,
    never along a redirect.

    Raises:
        MediaError: another host, too large, too many redirects, or the provider failed. It never names the address,
            which may hold a secret.
    """
    timeout = ClientTimeout(total=seconds)
    try:
        for _ in range(_REDIRECTS + 1):
            target = URL(url)
            if not _allowed(target, hosts):
                raise MediaError("the attachment is not on the provider's own hosts", retryable=False)
            headers = {} if authorization is None else {"Authorization": authorization}
            async with session.get(target, headers=headers, timeout=timeout, allow_redirects=False) as response:
                if response.status not in _MOVED:
                    return await _content(response, limit), response.content_type
                url, authorization = str(target.join(URL(response.headers.get("Location", "")))), None
    except TimeoutError as error:
        raise MediaError("the provider took too long", retryable=True) from error
    except (ClientError, OSError) as error:
        raise MediaError("the connection to the provider failed", retryable=True) from error
    except ValueError as error:
        raise MediaError("the attachment's address cannot be read", retryable=False) from error
    raise MediaError("the provider redirects without end", retryable=False)


def basic_authorization(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _allowed(target: URL, hosts: Collection[str]) -> bool:
    if target.user is not None or target.password is not None:
        return False
    if f"{target.host}:{target.port}" in hosts:
        return target.scheme in {"http", "https"}
    return target.scheme == "https" and target.port == 443 and target.host in hosts  # noqa: PLR2004 - https


async def _content(response: ClientResponse, limit: int) -> bytes:
    if response.status != 200:  # noqa: PLR2004 - a download is 200 or it is none
        later = response.status == 429 or response.status >= 500  # noqa: PLR2004 - too many requests, server errors
        raise MediaError(f"the provider answered {response.status}", retryable=later)
    if (response.content_length or 0) > limit:
        raise MediaError(f"the attachment is larger than {limit} bytes", retryable=False)
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise MediaError(f"the attachment is larger than {limit} bytes", retryable=False)
    return bytes(content)
