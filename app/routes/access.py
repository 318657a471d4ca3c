"""Who may see names: a program or person on this machine, or one that shows the operator's token."""

import base64
import binascii
import hmac
from ipaddress import ip_address
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

_OUR_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def may_see_names(request: Request, operator_token: str | None) -> bool:
    """Loopback, or the token as ``Authorization: Bearer``, or as the password of a browser's own login.

    A request that a proxy on this machine hands on is not loopback, nor one that asks for another host by name (a page
    elsewhere that points its own name at 127.0.0.1).
    """
    return _shows_token(request.headers.get("authorization", ""), operator_token) or _is_loopback(request)


def is_handed_on(request: Request) -> bool:
    """Whether it says that a proxy handed it on, as any request may."""
    return any(name in request.headers for name in _FORWARDED)


def token_wanted() -> HTTPException:
    """401 that lets a browser ask for the token: any user name, the token as password."""
    return HTTPException(
        401,
        "This page is for this machine, or for whoever has the operator's token.",
        headers={"WWW-Authenticate": 'Basic realm="Tenantline", charset="UTF-8"'},
    )


def _shows_token(authorization: str, operator_token: str | None) -> bool:
    if not operator_token:
        return False
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "basic":
        given = _password(given)
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), operator_token.encode())


def _password(given: str) -> str:
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _is_loopback(request: Request) -> bool:
    if request.client is None or is_handed_on(request):
        return False
    host = request.headers.get("host", "")
    name = host if host.startswith("[") and host.endswith("]") else host.rpartition(":")[0] or host
    try:
        return ip_address(request.client.host).is_loopback and name.lower() in _OUR_NAMES
    except ValueError:
        return False
