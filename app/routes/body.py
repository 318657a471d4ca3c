"""Reads a request's body as it streams in, within a limit."""

from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from domain.messages import WebRequest


class TooLargeError(Exception):
    """The body is larger than the limit; what came was let go."""


@dataclass(frozen=True, kw_only=True)
class BodyLimit:
    """``most``: bytes that are kept. ``drain``: bytes that are read and let go after those.

    A browser listens only once it has sent everything, so a page that says "too large" needs the draining.
    """

    most: int
    drain: int = 0


async def read_body(request: Request, limit: BodyLimit) -> bytes:
    """The whole body.

    Raises:
        TooLargeError: it is, or says that it is, larger than the limit.
        ClientDisconnect: the sender went away in the middle.
    """
    announced = request.headers.get("content-length", "")
    ceiling = limit.most + limit.drain
    if announced.isdigit() and int(announced) > ceiling:
        raise TooLargeError
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > ceiling:
            raise TooLargeError
        if size > limit.most:
            pieces.clear()
        else:
            pieces.append(piece)
    if size > limit.most:
        raise TooLargeError
    return b"".join(pieces)


def web_request(request: Request, public_url: str, body: bytes) -> WebRequest:
    """The request as its sender signed it: the PUBLIC address with the raw path and query."""
    scope = request.scope
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    address = raw_path.partition(b"?")[0] + (b"?" + query if query else b"")
    return WebRequest(
        method=request.method,
        url=public_url + address.decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
    )


__all__ = ["BodyLimit", "ClientDisconnect", "TooLargeError", "read_body", "web_request"]
