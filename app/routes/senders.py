"""Whom a request comes from, as a keyed digest that nobody can read back. The address itself is kept nowhere."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import structlog
from starlette.requests import Request

from app.routes.access import is_handed_on

IpNetwork = IPv4Network | IPv6Network
_IpAddress = IPv4Address | IPv6Address

log = structlog.get_logger()
_ONE_HOME: Final = 64
"""Bits of an IPv6 address that one connection shares: its holder may choose the others at will (RFC 6177)."""
_DIGITS: Final = 16


class Senders:
    """Tells senders apart for as long as this node runs: the key of the digests is made at its start."""

    def __init__(self, key: bytes, trusted: Sequence[IpNetwork]) -> None:
        self._key = key
        self._trusted = tuple(trusted)
        self._told = False

    def digest_of(self, request: Request) -> str | None:
        """16 hexadecimal digits; None where nobody can tell, as behind a proxy of ours that is not trusted.

        Anybody may write X-Forwarded-For: it counts where the connection is a trusted proxy's, and in it the last
        address that is not a proxy's own, as each proxy adds whom it was asked by at the end.
        """
        peer = _address(request.client.host) if request.client else None
        if peer is None:
            return None
        if self._is_trusted(peer):
            found = next((each for each in _handed_on(request) if each is None or not self._is_trusted(each)), None)
            return self._digest(found) if found else None
        if is_handed_on(request) and not peer.is_global:
            self._tell()
            return None
        return self._digest(peer)

    def _is_trusted(self, address: _IpAddress) -> bool:
        return any(address in network for network in self._trusted)

    def _digest(self, address: _IpAddress) -> str:
        whose = ip_network((address, _ONE_HOME), strict=False) if address.version == 6 else address  # noqa: PLR2004 - IPv6
        return hmac.new(self._key, str(whose).encode(), hashlib.sha256).hexdigest()[:_DIGITS]

    def _tell(self) -> None:
        """Once: without it all that comes through the proxy would be one sender."""
        if not self._told:
            self._told = True
            log.warning("forms come through an unknown proxy", mend="name it in trusted_proxies of site.toml")


def _handed_on(request: Request) -> Iterator[_IpAddress | None]:
    """The addresses that proxies name, the last one first; None for what is no address."""
    named = ",".join(request.headers.getlist("x-forwarded-for"))
    return (_address(each) for each in reversed(named.split(",")))


def _address(words: str) -> _IpAddress | None:
    """An address with or without port and brackets; one of IPv4 in IPv6's clothes is taken as what it is."""
    bare = words.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
