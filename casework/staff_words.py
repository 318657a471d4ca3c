"""What staff wrote into a letter, looked over: tone and plain language, as advice with the clause that asks for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from casework.contents import Filling
from casework.objections import Objection
from casework.plain import plainness
from casework.tone import tone_of
from domain.clauses import Basis, TermName
from domain.letters import Content
from domain.policies import Policy
from domain.speech import Speech, ToneKind

STAFFS: Final = frozenset({"findings", "reasons", "what", "fault_words", "learning", "extension_reason"}) | {
    "refusal_reason",
}
"""Values of a part that staff wrote; what the tenant asked for and complained of is not among them."""

_HALF_SORRY: Final = frozenset({ToneKind.CONDITIONAL_APOLOGY, ToneKind.PASSIVE_APOLOGY})
_MOST_SHOWN: Final = 140


def staffs_words(filling: Filling | None, own: str, *, stands_alone: bool) -> tuple[str, ...]:
    """What staff wrote of a part.

    Args:
        filling: what acts gave it.
        own: what was written for it.
        stands_alone: whether the words stand in the place of what acts gave.
    """
    given: list[Mapping[str, str]] = []
    if filling and not (own and stands_alone):
        given = [filling.values, *(each.values for each in filling.items)]
    said = [value for values in given for name, value in values.items() if name in STAFFS and value]
    return tuple(dict.fromkeys([*said, *([own] if own else [])]))


def about(
    texts: Iterable[tuple[Content, str]], policy: Policy, language: str, bases: Mapping[Content, Basis]
) -> Iterator[Objection]:
    """Advice on what staff wrote: each finding of tone, and each sentence to mend, the worst first.

    Args:
        texts: by part, what they wrote.
        policy: whose clause is named: its own on courtesy, or what every letter keeps.
        language: of the letter.
        bases: by part, who asks for it: plain language is looked at where somebody does, and half an apology is held
            against the landlord's own clause on apologies where it has one.
    """
    speech = policy.speech
    if speech is None:
        return
    politely, plainly = _courtesy(policy, speech), bases.get(Content.PLAIN_LANGUAGE)
    sorry = bases.get(Content.APOLOGY, politely)
    sorry = sorry if sorry.wording == "quote" else politely
    for content, text in texts:
        heading = content.value.replace("_", " ")
        for finding in tone_of(text, speech, language):
            words = f'{heading}, "{_short(finding.sentence)}": "{finding.found}": {finding.why}; {finding.instead}'
            yield _advice(words, sorry if finding.kind in _HALF_SORRY else politely)
        if plainly is None:
            continue
        for mend in plainness(text, speech.plain_in(language)).to_mend:
            yield _advice(f'{heading}, "{_short(mend.sentence)}": {mend.why}: {mend.hint}', plainly)


def _courtesy(policy: Policy, speech: Speech) -> Basis:
    terms = (*policy.terms, *policy.regime_terms)
    found = (term.basis for term in terms if term.name is TermName.COURTESY and term.basis)
    return next(found, speech.tone.basis)


def _advice(words: str, basis: Basis) -> Objection:
    own = basis.wording == "quote"
    return Objection(words=words, clause=basis.clause, quote=basis.text, blocks=False, own=own)


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _MOST_SHOWN else f"{sentence[: _MOST_SHOWN - 1].rstrip()}…"
