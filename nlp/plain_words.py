# ruff: noqa: E501 - the patterns read better whole
"""What a few plain words settle after the model: the wish to complain, displeasure, what is broken, thanks in Welsh.

Short messages give the model little to go by, so these rules raise what it passes over; they never make less of a
message. Nothing counts that is negated or stands in quotation marks, and nothing in automatic mail. An answer to a survey
and a withdrawal make less of a complaint: they are believed only where words for them stand in the message.
Pure Python, linear: the patterns have bounded repeats. Never the name of a landlord in here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.labels import Intent, Kind
from domain.understanding import Reading
from nlp.folding import fold, folded_offsets, original_span
from nlp.reader import RuleReading


@dataclass(frozen=True, slots=True)
class Said:
    """A kind that plain words say, how probable that makes it, and their place in the new text where they stand there."""

    kind: Kind
    chance: float
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: Kind
    chance: float
    raises: frozenset[Kind]
    """The best guesses that it raises."""
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    over_doubt: bool = False
    """Whether it also settles a guess that leads by little, when no word of dissatisfaction was found."""


_WISH = re.compile(
    r"\b(?:i|we) (?:\w+ly |now )?complain\b"
    r"|\b(?:i am|i'm|im|we are|we're|writing|emailing|ringing|here) (?:\w+ly )?complaining\b(?! about (?:will|is|was|has|had|are|would)\b)"
    r"|\b(?:wants?|wish(?:es)?|like|need|have|had|here|writing|write|wrote|emailing|ringing|going|got|wanna) (?:to )?(?:\w+ly )?complain\b"
    r"|\b(?:make|making|lodge|lodging|raise|raising|log|logging|file|filing|submit|submitting|register|registering|(?:to|will|'ll|must) put in|putting in|enter) (?:(?:a|an|my|our|this|another|the following)(?: \w+)? )?complaint\b(?! (?:unless|procedure|form|page|leaflet|polic))"
    r"|\b(?:treat|log|record|register|take|count|regard|consider|accept) (?:this|it|that|my \w+) as (?:(?:a|an|my|our|another) )?(?:\w+ )?complaint\b"
    r"|\b(?:formal|official|stage (?:1|one)) complaint\b"
    r"|\b(?:this|it|here) is (?:a|my|our|another) (?:\w+ )?complaint\b"
    r"|^\W*complaint\b(?=\s*[:!.-]|\s*$|\s+(?:about|re|regarding|against|concerning|for))"
    r"|\b(?:gwneud|wneud|cyflwyno|gyflwyno|codi|godi|gofnodi) (?:cwyn|gwyn)\b|\bcwyn (?:ffurfiol|swyddogol|am|ynghylch|yn erbyn|yw|ydy|ydi)\b"
    r"|\b(?:eisiau|isio|hoffwn|hoffem|hoffai|dymuno|rhaid i mi|yn|'n|am) g?wyno\b|\b(?:eisiau|isio|hoffwn|hoffem|dymuno|yn|'n) cwyno\b|^\W*cwyn\b"
)
_FORMAL = re.compile(r"\b(?:formal|official|stage (?:1|one)) complaint\b|\bcwyn (?:ffurfiol|swyddogol)\b")
_WITHOUT = re.compile(
    r"n't\b|\b(?:not|dont|didnt|wont|isnt|wasnt|arent|cant|cannot|couldnt|never|nothing|no|none|without|nor|hardly|rather than|instead of|joking|withdraw\w*|withdrew|drop\w*|cancel\w*|clos\w+|scrap\w*|how (?:do|can|would|to)|how|if|whether|when|until|last|old|previous|earlier|existing|procedure|dim|ddim|nid|heb|peidio|tynnu)\b"
)
_AGAIN = re.compile(r"\b(?:i|we|im|i'm|we're|ive|i've|and|but|so|therefore)\b|[,.;:!?\n]")
_BEFORE = 40
"""Code points before the words in which a negation counts, back to the last stop, conjunction or "I"."""
_HOW = re.compile(
    r"\b(?:how|where|can) (?:\w+ )?(?:do|can|would|could|should|to|does|did) (?:i|we|you|one|people|tenants|somebody|someone|anyone)\W+(?:\w+ ){0,2}$"
)
_DISPLEASED = re.compile(
    r"\b(?:unhappy|dissatisfied|disappointed|(?:not|isn't|isnt|aren't|arent|am not|im not|wasn't|never) (?:\w+ )?(?:happy|satisfied|pleased)) (?:with|about|at|by|in) (?!my (?:bank|phone|job|school|doctor|weight)\b)"
    r"|\b(?:rude|abusive|nasty|horrible|disrespectful|offensive|shouted|swore) (?:to|at|towards) (?:me|us|my|our)\b"
    r"|\b(?:anhapus|ddim yn hapus|siomedig) (?:gyda|efo|a'r|am|iawn)\b|\byn anghwrtais\b"
)
_MY_COMPLAINT = re.compile(
    r"\badd(?:ed|ing)? (?:\w+ ){0,2}to my complaint\b|\bfurther to my complaint\b|\bychwanegu at fy nghwyn\b"
)
_BROKEN = re.compile(
    r"\b(?:is|are|has|have|'s|got|gets|keeps?) (?:\w+ )?(?:broken|leaking|leaky|dripping|blocked|cracked|stopped working|packed in|packed up|broken down|conked out|come off|burst)\b"
    r"|\b(?:my|our|the) (?:\w+ ){1,3}(?:leaks|broke|burst|drips|(?:wont|won't|doesnt|doesn't) (?:work|open|close|shut|lock|flush|light|turn on|drain))\b(?! (?:with|for|there|here|at)\b)"
    r"|\b(?:is|are|has|been|isn't|isnt|aren't|not|stopped) (?:not )?working\b"
    r"|^\W*(?:broken|leaking|blocked|dripping) \w+\W*$|\b(?:wedi torri|yn gollwng|ddim yn gweithio)\b"
)
_UNBROKEN = re.compile(r"\b(?:not|no longer|never|isn't|isnt) (?:\w+ )?(?:broken|leaking|dripping|blocked|cracked)\b")
_WELSH_THANKS = re.compile(
    r"\bdiolch(?:iadau)?(?: yn fawr| o galon)(?: iawn)? (?:am|i)\b(?! ddim\b)|\bdiolch (?:am|i) (?:\w+ ){0,3}(?:gwaith|waith|help|cymorth|gymorth|gwasanaeth|wasanaeth|trwsio|drwsio|plymwr|peiriannydd)\b"
)
_BUT = re.compile(r"\b(?:ond|ddim|dim|heb|eto|dal|cwyn\w*|gwyno|allan o'r swyddfa|llythyr|neges|ateb)\b")
_SURVEY = re.compile(
    r"\b(?:\d{1,2} ?(?:/|out of|allan o) ?(?:5|10|five|ten)|scor(?:e|ed|es|ing)|rat(?:e|ed|ing)|marks?|stars?|surveys?|arolwg|q\d?\.|very (?:dis)?satisfied)\b|^\W*(?:10|\d)\b(?!\w)|\b(?:10|\d)\W*$|^\W*(?:dis)?satisfied\b"
)
_WITHDRAWS = re.compile(
    r"\b(?:withdraw\w*|withdrew|(?:drop|scrap|cancel|close|shut|end|forget|leave) (?:it|this|that|my|the|about)\b|(?:dont|don't|do not) (?:bother|worry)|tynnu (?:\w+ )?yn ol|no longer)"
)
_QUOTED = re.compile(r'"[^"\n]{1,400}"')
_REPLY = re.compile(r"^\W*(?:re|fw|fwd|aw|atb|auto\w*|automatic|out of office)\b")
_MOST = 20_000
_FEW_WORDS = 12
_DOUBT = 0.5

_SOFT = frozenset({Kind.COMPLIMENT, Kind.COMMENT, Kind.NONE})
_RULES = (
    _Rule(Kind.COMPLAINT, 0.75, _SOFT, _DISPLEASED),
    _Rule(Kind.COMPLAINT, 0.75, frozenset({Kind.NONE}), _MY_COMPLAINT, _WITHDRAWS),
    _Rule(Kind.SERVICE_REQUEST, 0.75, frozenset({Kind.NONE}), _BROKEN, _UNBROKEN),
    _Rule(Kind.COMPLIMENT, 0.75, frozenset({Kind.NONE, Kind.COMMENT}), _WELSH_THANKS, _BUT, over_doubt=True),
)
_MACHINES = frozenset({Intent.AUTO, Intent.SPAM})
_WISH_CHANCE = 0.96


def hear(reading: Reading, rules: RuleReading, best: Kind, chance: float, intent: Intent) -> Said | None:
    """What plain words say above the ``best`` guess and its chance; None where they add nothing."""
    if _is_marked(rules, "intent:auto"):
        return None
    text = _unquoted(reading.new_text)
    if not (intent is Intent.SPAM and _is_marked(rules, "intent:spam")):
        wish = _affirmed(_WISH, text) if _has_stem(text) else None
        if wish or _wishes_in_subject(reading):
            return Said(Kind.COMPLAINT, _WISH_CHANCE, _place(reading, wish))
    if intent in _MACHINES:
        return None
    for rule in _RULES:
        open_to = best in rule.raises or (
            rule.over_doubt and chance < _DOUBT and not _is_marked(rules, "kind:complaint")
        )
        if open_to and not (rule.unless and rule.unless.search(text)):
            found = _affirmed(rule.pattern, text)
            if found:
                return Said(rule.kind, rule.chance, _place(reading, found))
    return None


def believed(intents: Sequence[Intent], reading: Reading, rules: RuleReading, said: Said | None) -> Intent:
    """The first of ``intents`` (likeliest first) that may be believed: what makes less of a message needs words for it."""
    wishes = said is not None and said.chance == _WISH_CHANCE
    text = _unquoted(reading.new_text) if {Intent.SURVEY_ANSWER, Intent.WITHDRAW}.intersection(intents[:1]) else ""
    doubted: set[Intent] = set(_MACHINES) if wishes else set()
    if wishes or not _SURVEY.search(text):  # who asks for a complaint has chosen (Code 1.6)
        doubted.add(Intent.SURVEY_ANSWER)
    if not _is_marked(rules, "intent:withdraw") and (wishes or not _WITHDRAWS.search(text)):
        doubted.add(Intent.WITHDRAW)
    return next((intent for intent in intents if intent not in doubted), Intent.UNCLEAR)


def _affirmed(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that no negation stands before."""
    for found in pattern.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if _HOW.search(before):
            continue
        if not _WITHOUT.search(_AGAIN.split(before)[-1]):
            return found
    return None


def _has_stem(text: str) -> bool:
    """Whether a text holds what every match of ``_WISH`` and ``_FORMAL`` holds."""
    return "complain" in text or "wyn" in text


def _wishes_in_subject(reading: Reading) -> bool:
    """A heading alone says little where the body says more: "Complaint" over a long praise is a manner of speaking."""
    subject = fold(reading.subject or "")
    if not _has_stem(subject) or _REPLY.search(subject):
        return False
    pattern = _WISH if len(reading.new_text.split()) <= _FEW_WORDS else _FORMAL
    return _affirmed(pattern, subject) is not None


def _unquoted(text: str) -> str:
    """Folded, and with spaces for what stands in quotation marks, so that every place stays where it was."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), fold(text[:_MOST]))


def _place(reading: Reading, found: re.Match[str] | None) -> tuple[int, int] | None:
    if found is None:
        return None
    return original_span(folded_offsets(reading.new_text[:_MOST]), found.start(), found.end())


def _is_marked(rules: RuleReading, label: str) -> bool:
    return any(mark.label == label for mark in rules.marks)
