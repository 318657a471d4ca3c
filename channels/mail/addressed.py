"""Whether a mail was written to us, or only copied to us (situation 171). Pure."""

from collections.abc import Collection, Iterable
from typing import Final

from channels.mail.parsed import ParsedMail

_REDIRECTED: Final = frozenset({"resent-to", "resent-from", "x-forwarded-to", "x-forwarded-for"})
"""Somebody passed the whole mail on to us, so that its To names them."""


def is_copied(mail: ParsedMail, own_domains: Collection[str]) -> bool:
    """Whether we stand in Cc alone, or nowhere, as by Bcc. ``own_domains``: the landlord's, in lower case.

    A mail to a colleague is one to the landlord, and so is one to an address whose mail is delivered to us. Of lists
    and machines, which rarely name whom they reach, nothing is said; nor of a mail that names nobody at all.
    """
    if mail.marks.automatic or mail.marks.bulk:
        return False
    if mail.header_names & _REDIRECTED:
        return False
    to = _addresses(box.address for box in mail.to)
    copied = _addresses(box.address for box in mail.cc)
    ours = {each for each in to | copied if each.rpartition("@")[2] in own_domains}
    if to & (ours | _addresses(mail.delivered_to)):
        return False
    return bool(to or copied or "to" in mail.header_names)


def _addresses(found: Iterable[str]) -> set[str]:
    return {address.casefold() for address in found if address}
