"""Whether a short message names a home, in answer to "which home is it about?". By shape: nobody knows all streets."""

import re
from typing import Final

LONGEST: Final = 120
_MOST_OTHER_WORDS: Final = 6
"""Beside the address: "Sorry, it is 12 High Street, thanks". A complaint says more."""

_STREET: Final = (
    r"(?:road|rd|street|st|close|avenue|ave|court|ct|walk|lane|crescent|cres|way|place|drive|terrace|gardens|grove|row"
    r"|house|tower|rise|view|square|hill|park|mews|green|gate|yard|heights|lodge|croft|flats|estate|buildings)"
)
_WELSH_STREET: Final = r"(?:stryd|heol|ffordd|maes|lôn|lon|rhodfa|clos|cae|bryn|trem|parc|tŷ|ty|llys|cilgant)"
_HOME: Final = r"(?:flat|fflat|apartment|apt|unit|room|plot|block|number|no(?=\.)|rhif)"
_NUMBER: Final = r"\d{1,4}[a-z]?"
_NAME: Final = (
    r"(?!(?:a|an|the|of|in|on|at|to|for|and|or|my|your|this|that|it|is|was|times?|hours?|days?|weeks?|months?|years?|ago"
    r"|since|people|men|visits?|calls?)\b)[\w'\u2019.-]+"
)
"""A word of a street's name, which none of these is: "3 weeks in this place" names no home."""
_POSTCODE: Final = r"[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}"
_ADDRESS: Final = re.compile(
    rf"\b{_HOME}\.?\s*{_NUMBER}\b(?:[\s,]+{_NUMBER}\b)?(?:[\s,]+(?:{_NAME}[\s,]+){{0,3}}?{_STREET}\b)?"
    rf"|\b{_NUMBER}[\s,]+(?:the\s+|(?:{_NAME}[\s,]+){{1,3}}?){_STREET}\b"
    rf"|\b{_NUMBER}[\s,]+{_WELSH_STREET}\b(?:\s+{_NAME}){{0,2}}"
    rf"|\b{_POSTCODE}\b",
    re.IGNORECASE,
)
_PLAIN_WORD: Final = re.compile(r"[^\W\d]{2,}")


def names_a_home(text: str) -> bool:
    """A number with a street or a flat, or a postcode, and little beside it."""
    if len(text) > LONGEST or _ADDRESS.search(text) is None:
        return False
    return len(_PLAIN_WORD.findall(_ADDRESS.sub(" ", text))) <= _MOST_OTHER_WORDS
