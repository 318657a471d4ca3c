"""What a whole short message says: keywords, yes and no, emoji. Nothing here reads a sentence; that is nlp's."""

import re
import unicodedata
from typing import Final

from domain.decisions import Situation

YES: Final = frozenset({"yes", "y", "yep", "yeah", "yes please", "ydy", "ydw", "oes", "ie"})
"""An "ok" is none: it may only say that something was read."""
NO: Final = frozenset({"no", "n", "nope", "nah", "no thanks", "no thank you", "na", "nac ydw", "nac oes", "nage"})
COMPLAINT: Final = frozenset(
    {
        *("complaint", "complain", "a complaint", "make a complaint", "i want to complain", "yes complaint"),
        *("i want to make a complaint", "make it a complaint", "cwyn", "cwyno", "gwneud cwyn"),
    }
)
"""The answer to the choice that every acknowledgement of a request offers, as the whole message (situation 148)."""
ACKNOWLEDGED: Final = frozenset({"yes", "y", "ok", "okay", "ie", "iawn", "ydw"})
"""What the person on call answers to an alert, as the whole message."""

_THUMBS: Final = frozenset("👍👌🙏❤😊😀🙂👏🎉✅💙💚")
_WATER: Final = frozenset("💧💦🌊🚿☔🌧🚰")
_NOT_WORDS: Final = re.compile(r"[^\w\s]+")
_SAFE_CHANNEL: Final = re.compile(
    r"\b(?:this (?:number|e-?mail|email address|address|phone) is safe"
    r"|(?:only|just) (?:text|e-?mail|message|reply to|use|contact me on|contact me by|contact me at) (?:me )?"
    r"(?:on |at |by )?(?:this|here)"
    r"|(?:text|e-?mail|message|reply to|use) (?:me )?(?:on |at )?this (?:number|e-?mail|address|phone) (?:only|instead)"
    r"|(?:text|e-?mail|message) me only (?:on |at )this"
    r"|safe to (?:text|e-?mail|reply|write) (?:me )?(?:on |to |at )?(?:this|here))",
    re.IGNORECASE,
)


def said(situation: Situation) -> str:
    """What the writer wrote this time, or the button that was pressed."""
    return situation.message.answers_button or situation.reading.new_text


def whole(text: str) -> str:
    """A short message in the form in which keywords are compared: no case, marks, signs or spare spaces."""
    folded = unicodedata.normalize("NFKC", text[:200]).casefold().replace("'", "").replace("\u2019", "")
    kept = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join(_NOT_WORDS.sub(" ", kept).replace("_", " ").split())


def is_whole(text: str, words: frozenset[str]) -> bool:
    """Whether the message is one of these words and nothing else."""
    return len(text) <= 200 and whole(text) in words  # noqa: PLR2004 - a keyword stands in no longer message


def is_wordless(text: str) -> bool:
    """No letter and no digit in it: empty, signs or emoji only."""
    return not any(c.isalnum() for c in text)


def is_emoji_only(text: str) -> bool:
    """Pictures, and no words."""
    return is_wordless(text) and any(unicodedata.category(c) == "So" for c in text)


def is_nod(text: str) -> bool:
    """Only friendly pictures: a thumbs-up to an appointment (situation 14)."""
    return is_emoji_only(text) and all(c in _THUMBS for c in text if unicodedata.category(c) == "So")


def shows_water(text: str) -> bool:
    """A drop or a wave among the pictures (situation 13)."""
    return any(c in _WATER for c in text)


def names_reference(tail: str, reference: str) -> bool:
    """Whether these capitals and digits end as a reference does: "417" of CES-26-00417N."""
    bare = reference.replace("-", "")
    return bare.endswith(tail) or bare[:-1].endswith(tail)


def names_this_channel_as_safe(text: str) -> bool:
    """The writer says that this very number or address is the safe one (situation 49)."""
    return _SAFE_CHANNEL.search(text[:20_000]) is not None
