"""Whether the writer says that they are under 18 (situation 57). By shape, in English and Welsh.

Only the writer's own age counts: "I'm 15" and "dwi'n 15 oed", not "my son is 15", "I'm 15 minutes away" or "you talk to
me like I'm 12". Whoever is taken for a child by mistake is answered in plain words, and seen by a person the same day.
"""

import re
from typing import Final

_MOST: Final = 20_000
"""Code points looked at."""
_AGE: Final = (
    r"(?:(?:[5-9]|1[0-7])(?!\d)"
    r"|(?:five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)\b)"
    r"(?:\sand\sa\shalf)?"
)
_OLD: Final = r"\s?-?\s?(?:(?:years?|yrs?)[\s-]?olds?\b|years? of age\b|y/?o\b)(?!['-])"
_GOES_ON: Final = (
    r"(?:\s?$|\s?[.;!?)](?!\d)|\s?,(?!\s?\d)|\s[-\u2013\u2014]\s(?!\d)|\s?&(?!\s?\d)"
    r"|\s(?:and|an|nd|n)\b(?!\s(?:\d|a\shalf))"
    r"|\s(?:but|so|cos|coz|cuz|because|now|with|who|my|me|i|we|pls|please|living|live)\b)"
)
"""What may stand behind a bare number for it to be an age: an end, or words that begin something new."""
_AS_IF: Final = ("like ", "as if ", "as though ", "think ", "thinks ", "thought ")
"""Before it: somebody else's idea of the writer."""
_I_AM: Final = ("i'm ", "im ", "i am ")
_ONLY: Final = r"(?:(?:only|just|still|actually|nearly|almost|aged)\s){0,2}"
_ENGLISH: Final = re.compile(
    rf"\b(?:i'?m|i am)\s{_ONLY}(?:{_AGE}(?:{_OLD}|{_GOES_ON})|an?\s{_AGE}{_OLD}"
    r"|under\s?(?:age|16|18|sixteen|eighteen)\b|not\s(?:yet\s)?(?:16|18|sixteen|eighteen)\b|a\sminor\b(?!\s[a-z]))"
)
_WELSH_AGE: Final = (
    r"(?:[5-9]|1[0-7]|pum|chwech?|saith|wyth|naw|d?deg|d?deuddeg|un ar (?:ddeg|bymtheg)"
    r"|(?:tri|dri|tair|dair|pedwar|bedwar|pedair|bedair) ar ddeg|[pb]ymtheg|(?:dau|ddau|dwy|ddwy) ar bymtheg"
    r"|un deg (?:un|dau|dwy|tri|tair|pedwar|pedair|pump?|chwech?|saith))"
)
_WELSH: Final = re.compile(
    rf"\b(?:(?:ry)?dw\s?i|rydwyf|rwyf|rwy)\s?(?:'?n|yn)\s(?:ond yn\s)?{_WELSH_AGE}\s(?:[bm]lwydd\s)?oed\b"
)


def is_minor(text: str) -> bool:
    """Whether the writer says that they are under 18."""
    plain = " ".join(text[:_MOST].replace("\u2019", "'").casefold().split())
    said = (found.start() for found in _ENGLISH.finditer(plain)) if any(word in plain for word in _I_AM) else ()
    return any(not plain.endswith(_AS_IF, 0, start) for start in said) or _WELSH.search(plain) is not None
