"""The public form: what it shows, what it asks again, and what it says after sending. It reads no request."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from console.templating import LANGUAGES, load_words, render_page
from domain.addresses import to_address
from domain.errors import AddressError
from domain.messages import AddressKind
from domain.policies import Policy

KINDS: Final = ("complaint", "service_request", "compliment", "comment", "unsure")
REPLIES: Final = ("email", "text", "phone", "letter")
FIELDS: Final = (
    *("kind", "message", "preferred", "email", "phone", "name", "address"),
    *("on_behalf_of", "relationship", "adjustments"),
)
"""The fields a person fills in, by the names that the channel reads."""

_NEEDS: Final = {"email": "email", "text": "phone", "phone": "phone", "letter": "address"}
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """All that one showing of the form depends on."""

    policy: Policy
    language: str
    token: str
    given: Mapping[str, str] = field(default_factory=dict)
    """What was typed before, by field."""
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """What to say about a field, by field, in the order of the page."""
    had_photos: bool = False
    """Photos were chosen before; a browser does not choose them again by itself."""
    rings: bool = False
    """Whether the landlord's number stands beside what is wrong, for whoever cannot wait."""


@dataclass(frozen=True, kw_only=True)
class PublicContacts:
    """The landlord as the public page shows it; a number that its policy does not give is empty and left out."""

    slug: str
    name: str
    phone: str
    email: str
    emergency_phone: str
    gas: str
    life: str
    crisis: str
    crisis_name: str


def public_contacts(policy: Policy) -> PublicContacts:
    """Names and numbers from the policy, which knows the nation's own emergency numbers (rules B14)."""
    lines = {danger: policy.emergency_line(danger) for danger in ("gas", "life", "crisis")}
    numbers = {danger: line.phone if line else "" for danger, line in lines.items()}
    crisis = lines["crisis"]
    return PublicContacts(
        slug=policy.slug,
        name=policy.name,
        phone=policy.phone,
        email=policy.email,
        emergency_phone=policy.emergency_phone.strip("-"),
        gas=numbers["gas"],
        life=numbers["life"] or "999",
        crisis=numbers["crisis"],
        crisis_name=crisis.name if crisis else "",
    )


def find_mistakes(given: Mapping[str, str], *, has_files: bool, language: str) -> dict[str, str]:
    """What a person must mend before it can be sent, by field in the order of the page; empty when all is well.

    Only what would leave them without an answer, or us without a word, is asked again.
    """
    words = load_words(language)
    found: dict[str, str] = {}
    if not given.get("message", "").strip() and not has_files:
        found["message"] = words["message_missing"]
    needed = _NEEDS.get(given.get("preferred", ""))
    for name, is_right in _CHECKS.items():
        value = given.get(name, "").strip()
        if value and not is_right(value):
            found[name] = words[f"{name}_wrong"]
        elif not value and needed == name:
            found[name] = words[f"preferred_{name}_missing"]
    return found


def render_form(page: FormPage) -> str:
    """The form with what was typed and what is wrong with it."""
    words = load_words(page.language)
    given = {name: page.given.get(name, "") for name in FIELDS}
    if given["kind"] not in KINDS:
        given["kind"] = "unsure"
    return render_page(
        "feedback.html",
        language=page.language,
        words=words,
        landlord=public_contacts(page.policy),
        token=page.token,
        given=given,
        mistakes=page.mistakes,
        wrong={name: page.mistakes.get(name, "") for name in (*FIELDS, "photos")},
        had_photos=page.had_photos,
        rings=page.rings,
        kinds=_options(words, "kind", KINDS),
        replies=_options(words, "reply", REPLIES),
        here=form_url(page.policy.slug, page.language),
        other_url=form_url(page.policy.slug, words["other_code"]),
    )


def render_sent(policy: Policy, language: str, by: str) -> str:
    """Thank you: the reference comes by the way they gave, never on this page."""
    words = load_words(language)
    way = by if by in REPLIES else "none"
    return render_page(
        "feedback_sent.html",
        language=language,
        words=words,
        landlord=public_contacts(policy),
        answer=words[f"sent_{way}"],
        keeps_reference=way != "none",
        form_url=form_url(policy.slug, language),
        other_url=sent_url(policy.slug, words["other_code"], by),
    )


def render_too_large(policy: Policy, language: str) -> str:
    """The photos were too big; the words are still on the page before."""
    words = load_words(language)
    return render_page(
        "feedback_too_large.html",
        language=language,
        words=words,
        landlord=public_contacts(policy),
        other_url=form_url(policy.slug, words["other_code"]),
    )


def form_url(landlord: str, language: str) -> str:
    """Where the form of a landlord is, in a language."""
    return f"/feedback/{landlord}?lang={language}"


def sent_url(landlord: str, language: str, by: str) -> str:
    """Where the thanks are."""
    return f"/feedback/{landlord}/sent?lang={language}&by={by if by in REPLIES else 'none'}"


def reply_way(given: Mapping[str, str]) -> str:
    """How the reference will come: the way they chose, else what they gave, else ``none``."""
    preferred = given.get("preferred", "")
    if preferred in REPLIES:
        return preferred
    ways = (("email", "email"), ("text", "phone"), ("letter", "address"))
    return next((way for way, name in ways if given.get(name, "").strip()), "none")


def choose_language(asked: str, accept_language: str) -> str:
    """The language asked for by name, else the one that the browser prefers, else English."""
    if asked in LANGUAGES:
        return asked
    weights = {language: _weight(accept_language, language) for language in LANGUAGES}
    return max(LANGUAGES, key=lambda language: weights[language])


def _weight(accept_language: str, language: str) -> float:
    best = 0.0
    for part in accept_language.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        if name.split("-")[0].strip() == language:
            quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameter)
            best = max(best, float(quality.group(1)) if quality else 1.0)
    return best


def _options(words: Mapping[str, str], group: str, values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, words[f"{group}_{value}"]) for value in values]


def _is_email(value: str) -> bool:
    return _EMAIL.fullmatch(value) is not None and _reads(AddressKind.EMAIL, value)


def _is_phone(value: str) -> bool:
    return _reads(AddressKind.PHONE, value)


def _reads(kind: AddressKind, value: str) -> bool:
    try:
        to_address(kind, value)
    except AddressError:
        return False
    return True


_CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "email": _is_email,
    "phone": _is_phone,
    "address": bool,
}
