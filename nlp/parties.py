# ruff: noqa: E501, RUF001 - the patterns read better whole, and people type curly apostrophes
"""Whom a representative speaks for: the words that name the person, exactly as they stand in the text."""

import re

_KIN = (
    r"(?i:(?:step-?)?(?:mum|mam|mom|ma|mother|dad|da|father|parents?|nana?|gran|granny|grandma|grandmother|grand?dad|granda|grandpa"
    r"|grandfather|grandparents|husband|wife|hubby|partner|better half|son|daughter|boy|brother|sister|aunt(?:ie|y)?|uncle|cousin|nephew|niece"
    r"|mam|nain|taid|abbu|ammi|fianc[eé]e?|flatmate)(?:-in-law|\sin law)?)"
)
_OTHER = (
    r"(?i:clients?|constituents?|neighbour|neighbor|friend|mate|pal|tenants?|patient|resident|customer|service user|member|pupil"
    r"|carer|lodger|elderly lady|old boy)"
)
_NAME = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Sir|Dame)\.?(?:\s(?:and|&)\s(?:Mr|Mrs|Ms|Miss|Dr)\.?)?(?:\s(?!and\b)[A-Z][\w'’.-]*){1,3})"
_BARE = r"(?:[A-Z][a-z'’-]+(?:\s[A-Z][\w'’-]*)?)"
_OF = r"(?i:my|our|me|mi|his|her|their|the|a|one of our|one of my)"
_PERSON = rf"(?:{_OF}\s(?:late\s|elderly\s|dear\s|own\s|next-?door\s)?(?:{_KIN}|{_OTHER})s?\b(?:,?\s(?:{_NAME}|{_BARE}))?|{_NAME}|{_KIN}\b)"
_AFTER = re.compile(
    rf"\b(?i:on behalf of|behalf of|in respect of|acting for|act for|calling for|emailing for|writing for|ringing for|texting for"
    rf"|txtin for|asking for|speaking for|filling this in for|enquiring for|message for|for|from|re|about|regarding|supporting|support"
    rf"|advise|our client:|client:|tenant:)\s+(?P<who>{_PERSON}|{_BARE}|the\s[\w\s]{{3,40}}?(?=[.,;(]|\swho|\sat\s|$))"
)
_ANY = re.compile(_PERSON)
_NAMED = re.compile(_NAME)
_RELATION = re.compile(rf"\b{_OF}\s(?:late\s|elderly\s)?(?:{_KIN}|{_OTHER})\b(?:,?\s{_NAME})?")
_GROUP = re.compile(
    r"\b(?:(?:the|all)\s)?(?:[\w-]+\s){0,3}(?:residents|leaseholders|households|tenants|committee|flats)(?:\sof\s(?:[A-Z][\w'’-]*\s?){1,3})?"
)
_MOST = 4_000
"""Code points looked at: whoever is spoken for is named near the beginning."""
_LONGEST = 60


def find_represented(text: str, representative: str) -> tuple[int, int] | None:
    """The span of ``text`` that names the person, or None where no words do."""
    head = text[:_MOST]
    patterns: tuple[re.Pattern[str], ...] = (_RELATION, _AFTER, _NAMED, _ANY)
    if representative == "residents_group":
        patterns = (re.compile(r"on behalf of\s+(?P<who>.{3,50}?)(?=[.,;(\n]|\swho|$)"), _GROUP)
    best: tuple[int, int] | None = None
    for pattern in patterns:
        match = pattern.search(head)
        if match is None:
            continue
        group = "who" if "who" in pattern.groupindex else 0
        start, end = match.span(group)
        end = min(end, start + _LONGEST)
        while end > start and head[end - 1] in " ,.;:\n":
            end -= 1
        if best is None or start < best[0]:
            best = (start, end)
        if pattern is not _AFTER:
            break
    return best
