"""Addresses in normal form: the keys by which a sender is known again. Nothing here says who somebody is.

An error never repeats the address, so that it may be logged (style, "Logs").
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import phonenumbers

from domain.errors import AddressError
from domain.messages import NO_ADDRESS, Address, AddressKind

_LONGEST_EMAIL: Final = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
_LONGEST_LOCAL: Final = 64  # RFC 5321 section 4.5.3.1.1
_LONGEST_DOMAIN: Final = 253  # RFC 1035 section 2.3.4, as text
_LONGEST_PHONE: Final = 60

_ATOMS: Final = re.compile(r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,\"]+")
_QUOTED: Final = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"')
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LITERAL: Final = re.compile(r"\[[a-z0-9.:]+\]")

_TELEGRAM: Final = re.compile(r"(?:(?:telegram|tg):)?(-?[1-9][0-9]{0,19})")
_PHONE_SCHEME: Final = re.compile(r"^(?:whatsapp|tel|sms):(?://)?", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+?[0-9\s().\-/]*[0-9](?:\s*(?:extension|extn|ext|x|#)\.?\s*[0-9]{1,7})?", re.IGNORECASE)

# RFC 2142 role names, and the names under which programs send. Anchored at a border of words, so that juno.reply@ is a
# person. A sign and a number or a return path may follow: noreply+42@, bounces-7=a=b@.
_ROBOT: Final = re.compile(
    r"(?:^|[._+-])(?:no|do[._-]?not|dont)[._-]?reply(?![^\W\d_])"
    r"|^(?:mailer-?daemon|mail-?daemon|postmaster|hostmaster|abuse|root|daemon|nobody|devnull|bounces?)(?![^\W\d_])"
)


_FOR_EVERYBODY: Final = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk"),
        *("msn.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com"),
        *("gmx.co.uk", "proton.me", "protonmail.com", "btinternet.com", "btopenworld.com", "sky.com", "talktalk.net"),
        *("virginmedia.com", "ntlworld.com", "tiscali.co.uk", "plus.net", "mail.com", "zoho.com"),
    }
)
"""Domains at which anybody has an address: nobody is a colleague by one."""


class OfficialBody(StrEnum):
    """Whose domain an address belongs to, where the domain itself is proof of a kind of body."""

    PARLIAMENT = "parliament"
    """The Houses of Parliament, the Scottish Parliament, the Senedd, the Northern Ireland Assembly."""
    GOVERNMENT = "government"
    """Councils and departments, councillors' council addresses among them."""
    POLICE = "police"
    HEALTH = "health"


# The longest matching ending wins: niassembly.gov.uk is a parliament under gov.uk.
_OFFICIAL: Final = {
    "parliament.uk": OfficialBody.PARLIAMENT,
    "parliament.scot": OfficialBody.PARLIAMENT,
    "senedd.wales": OfficialBody.PARLIAMENT,
    "senedd.cymru": OfficialBody.PARLIAMENT,
    "niassembly.gov.uk": OfficialBody.PARLIAMENT,
    "gov.uk": OfficialBody.GOVERNMENT,
    "gov.scot": OfficialBody.GOVERNMENT,
    "gov.wales": OfficialBody.GOVERNMENT,
    "llyw.cymru": OfficialBody.GOVERNMENT,
    "police.uk": OfficialBody.POLICE,
    "pnn.police.uk": OfficialBody.POLICE,
    "nhs.uk": OfficialBody.HEALTH,
    "nhs.net": OfficialBody.HEALTH,
    "nhs.scot": OfficialBody.HEALTH,
    "hscni.net": OfficialBody.HEALTH,
}


def domains_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """The domains that are a landlord's own, by its addresses: each once; a provider's for everybody is nobody's."""
    found = dict.fromkeys(address.rpartition("@")[2].casefold() for address in addresses)
    return tuple(domain for domain in found if domain and domain not in _FOR_EVERYBODY)


def normalise(kind: AddressKind, raw: str) -> str:
    """The normal form of an address, as ``domain.messages.Address`` keeps it; applying it twice changes nothing.

    EMAIL: without display name, casefolded, the domain in IDNA's ASCII. PHONE and WHATSAPP: E.164, a number without
    country taken as British; possible numbers are taken, also the drama numbers 07700 900xxx that are not "valid".
    TELEGRAM: the chat's number. POST: lines without needless white space. NONE: empty.

    Raises:
        AddressError: it cannot be read as that kind.
    """
    match kind:
        case AddressKind.EMAIL:
            return normalise_email(raw)
        case AddressKind.PHONE | AddressKind.WHATSAPP:
            return normalise_phone(raw)
        case AddressKind.TELEGRAM:
            return _normalise_telegram(raw)
        case AddressKind.POST:
            return _normalise_post(raw)
        case AddressKind.NONE:
            return ""


def to_address(kind: AddressKind, raw: str) -> Address:
    """An address value in normal form; ``NO_ADDRESS`` for the kind NONE.

    Raises:
        AddressError: it cannot be read as that kind.
    """
    return NO_ADDRESS if kind is AddressKind.NONE else Address(kind=kind, value=normalise(kind, raw))


def normalise_email(raw: str) -> str:
    """An email address for comparison: ``"Ann" <Ann@Example.ORG>`` is ``ann@example.org``.

    Raises:
        AddressError: there is no single address in it.
    """
    bare = unicodedata.normalize("NFKC", _without_name(raw)).casefold()
    local, at, domain = bare.rpartition("@")
    if not at or not (_ATOMS.fullmatch(local) or _QUOTED.fullmatch(local)):
        raise AddressError("this is not an email address")
    ascii_domain = _ascii_domain(domain)
    if len(local.encode()) > _LONGEST_LOCAL or len(local.encode()) + 1 + len(ascii_domain) > _LONGEST_EMAIL:
        raise AddressError("this email address is too long")
    return f"{local}@{ascii_domain}"


def normalise_phone(raw: str) -> str:
    """A phone number in E.164: ``07700 900123``, ``0044 7700 900123`` and ``whatsapp:+447700900123`` are the same.

    Raises:
        AddressError: a short code, a name as sender, a withheld number, or too few or too many digits.
    """
    written = _PHONE_SCHEME.sub("", _visible(raw))
    if len(written) > _LONGEST_PHONE or not _PHONE.fullmatch(written):
        raise AddressError("this is not a phone number")
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException as error:
        raise AddressError("this is not a phone number") from error
    # is_possible_number would also pass numbers that can be dialled only inside their own town.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise AddressError("this phone number has too few or too many digits")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_no_reply_address(raw: str) -> bool:
    """Whether nobody reads what is sent to an email address: programs and role accounts (rules B13), or no address."""
    local = _without_name(raw).casefold().rpartition("@")[0] or _without_name(raw).casefold()
    return not local or bool(_ROBOT.search(local))


def official_body(raw: str) -> OfficialBody | None:
    """The kind of public body whose domain an email address is in, or None.

    The domain says only where the address was claimed to be: whether mail really came from there is the mail's
    authentication to say, and it never makes a sender verified.
    """
    try:
        domain = normalise_email(raw).rpartition("@")[2]
    except AddressError:
        return None
    labels = domain.split(".")
    endings = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_OFFICIAL[ending] for ending in endings if ending in _OFFICIAL), None)


def _visible(raw: str) -> str:
    """Without the invisible marks that copying from contacts and web pages leaves, and without white space around."""
    if raw.isascii():
        return raw.strip()
    return "".join(c for c in unicodedata.normalize("NFKC", raw) if unicodedata.category(c) != "Cf").strip()


def _without_name(raw: str) -> str:
    text = _visible(raw)
    before, opening, rest = text.rpartition("<")
    if opening and rest.endswith(">"):
        text = rest[:-1]
    elif before and opening:
        return ""
    return text.strip().removeprefix("mailto:")


def _ascii_domain(domain: str) -> str:
    domain = domain.rstrip(".")
    if _LITERAL.fullmatch(domain):
        return domain
    if not domain or len(domain) > _LONGEST_DOMAIN:
        raise AddressError("this email address has no usable domain")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError as error:
            raise AddressError("this email address has no usable domain") from error
    if len(domain) > _LONGEST_DOMAIN or not all(_LABEL.fullmatch(label) for label in domain.split(".")):
        raise AddressError("this email address has no usable domain")
    return domain


def _normalise_telegram(raw: str) -> str:
    match = _TELEGRAM.fullmatch(_visible(raw))
    if match is None:
        raise AddressError("this is not the number of a Telegram chat")
    return match.group(1)


def _normalise_post(raw: str) -> str:
    lines = [" ".join(line.split()) for line in raw.splitlines()]
    kept = [line for line in lines if line]
    if not kept:
        raise AddressError("this postal address is empty")
    return "\n".join(kept)
