# ruff: noqa: E501 - the patterns read better whole
"""Who writes for somebody else, as far as words and addresses settle it; and who only speaks of the own household.

The model guesses from the tone; these rules know offices, domains and plain statements ("my mum's heating is off",
"for my dad", "my client"). A rule never says that authority is shown. Pure Python, linear: the patterns have bounded
repeats and look at the beginning and the end of the writer's own words. Never the name of a landlord in here.
"""

import re
from dataclasses import dataclass

from domain.labels import RepresentativeKind
from domain.understanding import Reading
from nlp.folding import fold
from nlp.gated import Gated, Wording, gated, words_of

# Domains, each with the dot before it that ends a name below it.
_PARLIAMENT = (".parliament.uk", ".parliament.scot", ".senedd.wales", ".assembly.wales", ".niassembly.gov.uk")
_COUNCIL = (".gov.uk", ".gov.scot", ".gov.wales", ".llyw.cymru")
_OFFICES: tuple[tuple[RepresentativeKind, tuple[str, ...]], ...] = (
    (
        RepresentativeKind.ADVOCATE,
        tuple(
            f".{name}.org.uk"
            for name in ["citizensadvice", "cab", "shelter", "sheltercymru", "womensaid", "welshwomensaid", "ageuk"]
        ),
    ),
    (
        RepresentativeKind.OTHER_AGENCY,
        (
            ".nhs.uk",
            ".nhs.net",
            ".nhs.scot",
            ".police.uk",
            ".sch.uk",
            ".justice.gov.uk",
            ".probation.gov.uk",
            ".cafcass.gov.uk",
        ),
    ),
)
_SOLICITORS = re.compile(r"solicitors?|lawcentre|law-centre|legal(?:services|aid)?\.|llp\b")
_TITLED = re.compile(r"(?:^|[^a-z])(?:cllrs?|councillors?|cynghorydd)(?![a-z])|^(?:cllr|councillor|cynghorydd)")
_SIGNED_COUNCILLOR = re.compile(
    r"(?m)^[ \t]*(?:cllr|councillor|cynghorydd|cyng)\.?[ \t]+(?!\w+[ \t]+(?:said|told|has|is|came|never)\b)[a-z]"
)
_MP_OFFICE = gated(
    r"\b(?:office of|caseworker (?:to|for|in the office of)|casework(?:er)?,? |behalf of|assistant to|write as (?:her|his|their|the|your)|i am (?:the|her|his|their|your)(?: local)?)[ \w.'-]{0,40}\b(?:mp|msp|mla|ms for|member of (?:parliament|the senedd))\b",
    "mp msp mla ms member",
)
_MP_SIGNED = re.compile(r"(?m)^[ \t]*[A-Z][\w.'-]+(?:[ \t][A-Z][\w.'-]+){1,3},?[ \t](?:MP|MSP|MLA|AS/MS|MS/AS)\b")
_CONSTITUENT = gated(
    r"\b(?:my|our|a|the|this|her|one of (?:my|our)|these|two|several) (?:\w+ )?constituents?\b|\bresidents? (?:of|in) (?:my|our) ward\b",
    "constituent constituents ward",
)
_OWN_CONSTITUENT = re.compile(
    r"\b(?:i am|im|as|being|i'm) (?:a|your|one of your|his|her|their) (?:\w+ )?constituents?\b"
)
_SOMEBODY = gated(
    r"\b(?:constituents?|casework|on behalf of|my ward|our ward|surgery|(?:a|the|this|one of (?:my|our|your)|your) (?:local )?(?:resident|tenant|lady|gentleman|family)|(?:my|our|one of (?:my|our)|two|several) residents|see (?:the )?(?:e-?mail |message |note )?below|forwarded|fwd:|asked me|contacted me|approached me|client|patient|service user|mr|mrs|ms|miss|i support|supporting|referr(?:ed|al))\b",
    "constituent constituents casework behalf ward surgery resident tenant lady gentleman family residents below forwarded fwd asked contacted approached client patient user mr mrs ms miss support supporting referred referral",
)
_OWN_RIGHT = re.compile(
    r"\b(?:in my own right|personal capacity|as a tenant myself|i am (?:also )?(?:a|your) tenant|my own (?:home|flat|house|tenancy|garden)|just me\b|not as a councillor|(?:about|regarding|with) my own\b|purely as|day job)"
)

_POSS = r"(?:my|me|mi|our|her|his|the)"
_ELDER = (
    r"(?:(?:step|grand|great[- ])?(?:mum|mam|mom|mother|dad|da|father|parents?|nan|nana|nain|taid|gran|granny|grandma|grandmother|grandad|granda|grandpa|grandfather)(?:[- ]in[- ]law)?"
    r"|aunt(?:ie|y)?|uncle|cousin|brother(?:[- ]in[- ]law)?|sister(?:[- ]in[- ]law)?|nephew|niece|son[- ]in[- ]law|daughter[- ]in[- ]law|inlaws|gramps)"
)
_CLOSE = r"(?:son|daughter|husband|wife|partner|hubby|better half|fianc[eé]e?|grandson|granddaughter|lad|lass)"
_ELDERS = """
mum mam mom mother dad da father parent nan nana nain taid gran granny grandma grandmother grandad granda grandpa grandfather
aunt auntie aunty uncle cousin brother sister nephew niece son daughter inlaws gramps
"""
_CLOSE_ONES = (
    "son daughter husband wife partner hubby half fiance fiancee fiancé fiancée grandson granddaughter lad lass"
)
_ELDER_WORDS = " ".join(f"{start}{word} {start}{word}s" for word in _ELDERS.split() for start in ["", "step", "grand"])
_CLOSE_WORDS = " ".join(f"{word} {word}s" for word in _CLOSE_ONES.split())
_KIN_WORDS = f"{_ELDER_WORDS} {_CLOSE_WORDS}"
_NEAR = r"(?:neighbou?r|friend|mate|pal|lodger|tenant next door)"
_THEIRS = r"(?:heating|boiler|radiators?|hot water|flat|house|home|bungalow|place|front door|back door|windows?|roof|kitchen|bathroom|toilet|loo|shower|ceiling|lights?|electrics?|electric|gas|cooker|tap|sink|tenancy|rent|repairs?|complaint|complaints|appointment|damp|mould|garden|fence|gutters?|housing officer|block|landing|carpet|stairs|step|rails?)"
_DWELLING = r"(?:flat|house|bungalow|tenancy|rent account|council house|studio|bedsit)"
_WRITES = r"(?:writ(?:e|ing)|e-?mail(?:ing)?|txt(?:ing|in)?|text(?:ing)?|ring(?:ing)?|rung|rang|call(?:ing|ed)?|phon(?:ing|ed)|messag(?:e|ing)|msg|report(?:ing)?|contact(?:ing)?|enquir(?:e|ing)|ask(?:ing)?|speak(?:ing)?|chas(?:e|ing)|fill(?:ing)? (?:this|it) (?:in|out)|typ(?:e|ing)|complain(?:ing)?|apply(?:ing)?|request(?:ing)?)"
_NOT_ROOM = r"(?!'?s?[ ](?:room|bedroom|bed|cot|school|chest|asthma|birthday|bike|wedding))"


@dataclass(frozen=True, slots=True)
class Said:
    """A rule for what the writer says: the pattern, and who that makes of them."""

    kind: RepresentativeKind
    pattern: Gated


_R = RepresentativeKind
_SAYS: tuple[Said, ...] = tuple(
    Said(kind, gated(pattern, needs))
    for kind, needs, pattern in (
        (_R.SOLICITOR, "act acting instructed solicitor client", r"\b(?:we|i) (?:are |am )?(?:act(?:ing)? for|instructed by)\b|\bwe are instructed\b|\bi(?:'m| am) (?:a|the) solicitor (?:at|for|with|acting|instructed)\b|\bour client:"),
        (_R.ADVOCATE, "advice shelter age women womens mungo crisis voiceability pohwer adviser advisor caseworker advocate idva", r"\b(?:i am|i'm|im|we are|we're|this is|it's|its|here is|writing|calling|emailing|ringing) (?:\w+ ){0,6}?(?:from|at|with|for) (?:the |your )?(?:local )?(?:citizens advice|citizen's advice|shelter|age uk|age cymru|women's aid|womens aid|st mungo's|crisis uk|voiceability|pohwer)\b|\b(?:adviser|advisor|caseworker) (?:at|with|for|from) (?:the )?(?:\w+ )?(?:citizens advice|shelter|age uk|women's aid)\b|\bi(?:'m| am) (?:\w+ )?(?:his|her|their|an?|the) (?:independent )?advocate\b|\b(?:independent domestic (?:violence|abuse) advis[eo]r|idva)\b(?= (?:supporting|for|working|here|writing))"),
        (_R.OTHER_AGENCY, "worker visitor nurse midwife therapist gp doctor cpn coordinator officer headteacher teacher lead patient", r"\bi(?:'m| am) (?:\w+ ){0,2}?(?:his|her|their|the|mr \w+'s|mrs \w+'s) (?:\w+ )?(?:social worker|health visitor|district nurse|midwife|occupational therapist|gp|doctor|cpn|care coordinator|probation officer|head ?teacher|teacher)\b|\bi(?:'m| am) (?:a|an) (?:\w+ )?(?:social worker|health visitor|district nurse|occupational therapist|safeguarding lead|discharge coordinator) (?:for|with|at|in|working|from|supporting|based)\b|\bmy patient\b|\bthe (?:above|named|above-named|said) patient\b|\bthe patient(?:'s)? (?:is|has|lives|was|home|cannot|can't|needs)\b"),
        (_R.SUPPORT_WORKER, "worker keyworker carer assistant support user behalf", r"\bi(?:'m| am) (?:\w+ ){0,2}?(?:a|the|his|her|their|mr \w+'s|mrs \w+'s|\w+'s) (?:\w+ )?(?:support worker|key ?worker|carer|care worker|outreach worker|resettlement worker|personal assistant|homecare worker)\b(?! (?:for|of|to) my)|\bi support (?:mr|mrs|ms|miss|a tenant|one of your|[a-z]+ (?:at|of|with|who))|\bmy service user\b|\bon behalf of (?:a|one of (?:my|our)|our|my) (?:service users?|residents? at|customers?)\b|\bcarer (?:here|ringing|calling|on site)\b|\bsupport (?:worker|wkr) (?:here|for|ringing|calling|on)\b"),
        (_R.FRIEND, "neighbour neighbours neighbor neighbors friend friends mate mates pal pals lodger lodgers tenant", rf"\bon behalf of {_POSS} (?:\w+ )?{_NEAR}\b|\b{_WRITES}(?: \w+){{0,4}} (?:for|about) {_POSS} (?:\w+ )?{_NEAR}\b|\bmy {_NEAR}(?:'?s) {_DWELLING}\b|\bmy (?:elderly )?{_NEAR} (?:\w+ )?(?:asked me|has asked me|cannot (?:write|read|use)|can't (?:write|read|use)|cant (?:write|read|use)|has (?:no|had no|been without)|is without)\b"),
        (_R.RELATIVE, "behalf", rf"\bon behalf of (?:{_POSS} )?(?:\w+ )?(?:{_ELDER}|{_CLOSE})\b"),
        (_R.RELATIVE, _KIN_WORDS, rf"\b{_WRITES}(?: (?!for\b|about\b)\w+){{0,4}} (?:for|about|regarding|concerning|on behalf of) {_POSS} (?:late |elderly |\w+ )?(?:{_ELDER}|{_CLOSE})\b{_NOT_ROOM}"),
        (_R.RELATIVE, _ELDER_WORDS, rf"^(?:\W|hi|hiya|hello|dear \w+|re|good \w+)*(?:this is |it's |its )?(?:for|about|re) {_POSS} (?:late |elderly )?{_ELDER}\b{_NOT_ROOM}"),
        (_R.RELATIVE, _ELDER_WORDS, rf"\b(?:my|our|me|mi) (?:late |elderly |poor |dear |old |\d\d year old )?{_ELDER}(?:'?s) (?:\w+ )?{_THEIRS}\b"),
        (_R.RELATIVE, "", rf"^(?:\W|hi|hiya|hello)*(?:mum|mam|dad|nan|nana|gran|grandad)(?:'?s) (?:\w+ )?{_THEIRS}\b"),
        (_R.RELATIVE, _CLOSE_WORDS, rf"\b(?:my|our) {_CLOSE}(?:'?s) {_DWELLING}\b"),
        (_R.RELATIVE, _ELDER_WORDS, rf"\b(?:my|our|me) (?:elderly |poor |\d\d year old )?{_ELDER} (?:\w+ ){{0,2}}?(?:has|have|has had|have had|is|been|has been|have been|still has) (?:had |been |still )?(?:no|without|any) (?:\w+ )?(?:heating|hot water|gas|electric|electricity|power|water|toilet|boiler|cooker|lights?)\b"),
        (_R.RELATIVE, _KIN_WORDS, rf"\b(?:my|our|me) (?:\w+ )?(?:{_ELDER}|{_CLOSE}) (?:\w+ )?(?:is your tenant|is a tenant|is one of your tenants|is the tenant|rents from you|lives (?:in one of your|at|in) (?:your|number|no|flat|\d)|has asked me|asked me|wants me|asked if i|has given me (?:leave|permission))\b"),
        (_R.RELATIVE, "son daughter niece nephew grandson granddaughter sister brother mother father kin attorney executor", r"\bi(?:'m| am) (?:\w+ )?(?:his|her|their|mr \w+'s|mrs \w+'s|miss \w+'s) (?:\w+ )?(?:son|daughter|niece|nephew|grandson|granddaughter|sister|brother|mother|father|next of kin|attorney|executor)\b|\bi hold (?:the )?(?:lasting )?power of attorney\b"),
    )
)  # fmt: skip
_OFFICIAL = frozenset({_R.SOLICITOR, _R.ADVOCATE, _R.OTHER_AGENCY, _R.SUPPORT_WORKER})
_TOGETHER = re.compile(
    rf"\b(?:my|me) {_ELDER} and (?:i|me|myself)\b|\b(?:me|i) and my {_ELDER}\b|\b{_ELDER} (?:who )?(?:lives|living|stays|staying|is staying|moved in) (?:here )?with (?:me|us)\b|\bi (?:live|am living) (?:here )?with my {_ELDER}\b|\bwe live (?:here )?with my\b|\b(?:my|our) {_ELDER},? (?:\w+ ){{0,3}}and i live\b"
)
_CHILDS = re.compile(
    r"\b(?:my|our|me) (?:\w+ )?(?:son|daughter|baby|child|kid|boy|girl|toddler|lad|wife|husband|partner)(?:'?s)? (?:\w+ )?(?:room|bedroom|bed|cot|chest|asthma|breathing|toys|clothes|school|inhaler|health|skin)\b"
)
_OURS = re.compile(
    r"\b(?:my|our) (?:\w+ )?(?:flat|house|home|kitchen|bathroom|ceiling|heating|boiler|landlord|tenancy|neighbours?)\b|\bwe (?:have|are|live|need|had|cannot|can't)\b|\bi live\b"
)
_WENT_TO = re.compile(
    r"\b(?:i|we|ive|i've) (?:have |had |also )?(?:went|gone|been|spoke|spoken|rang|rung|asked|contacted|talked|wrote|written|told) (?:to )?(?:my |the |our |a )?(?:local )?(?:citizens advice|shelter|councillor|mp|msp|solicitor|law centre|advice)\b"
)
_HEAD, _TAIL = 3_000, 600
"""Code points looked at: who writes for whom stands at the beginning, who signs at the end."""


def settle(guessed: RepresentativeKind, reading: Reading) -> RepresentativeKind:
    """``guessed`` (the model's, or a hint's), as far as addresses, offices and plain words do not settle it better."""
    own = reading.new_text
    looked_at = own if len(own) <= _HEAD + _TAIL else f"{own[:_HEAD]}\n{own[-_TAIL:]}"
    folded = fold(looked_at)
    said = Wording(folded, words_of(folded))
    elected = _elected(guessed, reading, said, looked_at)
    if elected is not None:
        return elected
    if guessed is _R.NONE:
        office = _office(reading, said)
        return _said(said) if office is _R.NONE else office
    return _R.NONE if _is_own_household(guessed, said) or _is_only_mentioned(guessed, said) else guessed


def _elected(guessed: RepresentativeKind, reading: Reading, said: Wording, written: str) -> RepresentativeKind | None:
    """An elected member's office, by address, name or signature; no proof of authority. None: not settled."""
    local, _, domain = (reading.sender or "").lower().rpartition("@")
    if _is_of(domain, _PARLIAMENT):
        return _R.MP if guessed in {_R.NONE, _R.COUNCILLOR, _R.OTHER_AGENCY} else guessed
    if guessed not in {_R.NONE, _R.MP, _R.FRIEND}:
        return None
    names = (local, domain, fold(reading.sender_name or ""))
    titled = any(map(_TITLED.search, names)) or (_is_of(domain, _COUNCIL) and _SIGNED_COUNCILLOR.search(said.text))
    office = None
    if titled and (reading.quoted_text or _speaks_of_somebody(reading, said)):
        office = _R.COUNCILLOR
    elif guessed is _R.NONE:
        speaks_of_one = _speaks_of_constituent(said)
        if _MP_OFFICE.search(said) or (speaks_of_one and _MP_SIGNED.search(written)):
            office = _R.MP
        elif speaks_of_one:
            office = _R.COUNCILLOR
    return None if office is None or _OWN_RIGHT.search(said.text) else office


def _office(reading: Reading, said: Wording) -> RepresentativeKind:
    """Another office that looks after people, by its address, where it speaks of somebody."""
    domain = (reading.sender or "").lower().rpartition("@")[2]
    if _SOLICITORS.search(domain):
        office = _R.SOLICITOR
    else:
        office = next((kind for kind, domains in _OFFICES if _is_of(domain, domains)), _R.NONE)
    if office is _R.NONE or _OWN_RIGHT.search(said.text) or not _speaks_of_somebody(reading, said):
        return _R.NONE
    return office


def _speaks_of_somebody(reading: Reading, said: Wording) -> bool:
    return bool(_SOMEBODY.search(said) or _SOMEBODY.pattern.search(fold(reading.subject or "")))


def _speaks_of_constituent(said: Wording) -> bool:
    """Of another constituent than the writer."""
    return _CONSTITUENT.may_stand_in(said) and bool(_CONSTITUENT.pattern.search(_OWN_CONSTITUENT.sub(" ", said.text)))


def _said(said: Wording) -> RepresentativeKind:
    return next((rule.kind for rule in _SAYS if rule.pattern.search(said) and not _is_void(rule.kind, said)), _R.NONE)


def _is_void(kind: RepresentativeKind, said: Wording) -> bool:
    """Whether words for ``kind`` count for nothing: of kin who live with the writer, or in the writer's own right."""
    if kind is _R.RELATIVE:
        return _TOGETHER.search(said.text) is not None
    return kind in _OFFICIAL and _OWN_RIGHT.search(said.text) is not None


def _is_own_household(guessed: RepresentativeKind, said: Wording) -> bool:
    """A tenant's own home in which kin live too: "my mum and I", "my son's room is damp"."""
    if guessed is not _R.RELATIVE:
        return False
    if _TOGETHER.search(said.text):
        return not any(rule.kind is not _R.RELATIVE and rule.pattern.search(said) for rule in _SAYS)
    return bool(_CHILDS.search(said.text) and _OURS.search(said.text)) and _said(said) is _R.NONE


def _is_only_mentioned(guessed: RepresentativeKind, said: Wording) -> bool:
    """A tenant who has been to an adviser or a councillor writes for nobody else."""
    if guessed not in {_R.COUNCILLOR, _R.MP, _R.ADVOCATE, _R.SOLICITOR}:
        return False
    mentioned = _OWN_CONSTITUENT.search(said.text) or _WENT_TO.search(said.text)
    return bool(mentioned) and _said(said) is _R.NONE and not _speaks_of_constituent(said)


def _is_of(domain: str, domains: tuple[str, ...]) -> bool:
    return f".{domain}".endswith(domains)
