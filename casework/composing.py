"""Letters out of cases: every part that somebody asks for, filled with what the case knows, and what is missing of it.

Pure: the words come from wordings that the caller has read (``config/letters/<language>``): ``letter_<type>`` holds
subject and opening, ``part_<content>`` heading and text, ``line_...`` an item of a list, ``closing`` the signature.
"""

from collections.abc import Mapping
from typing import Final

from casework.checklist import BELOW, asked, filled, language_of, missing, written
from casework.contents import Drawn, Filling, Item
from casework.dossier import Dossier
from casework.letters import Letter, LetterPart
from domain.letters import Content, ContentRule, LetterType
from domain.placeholders import PLACEHOLDERS
from domain.wording import FALLBACK_LANGUAGE, WordingCatalogue, render

_AS_LETTER: Final = "letter"


def compose(dossier: Dossier, letter: LetterType, wordings: WordingCatalogue) -> Letter:
    """A letter about the stage where the case stands.

    Args:
        dossier: the case with its facts for letters, after the acts that the letter tells of.
        letter: what it is for.
        wordings: of letters, in every language (``app.configuration.load_letter_wordings``).

    Raises:
        WordingError: a wording is missing or its values are.
    """
    drawn = Drawn(dossier=dossier, letter=letter, language=language_of(dossier))
    words = _Words(wordings, drawn)
    parts = (words.part(content, rules) for content, rules in _carried(drawn).items())
    opening = words.filled(f"letter_{letter.value}", {"none": "" if drawn.facts.name else "yes"})
    return Letter(
        type=letter,
        stage=dossier.life.stage.number,
        language=drawn.language,
        subject=opening[0],
        opening=opening[1],
        parts=tuple(part for part in parts if part),
        closing=words.filled("closing", {})[1],
        values=words.values,
        missing=missing(dossier, letter),
    )


def _carried(drawn: Drawn) -> dict[Content, tuple[ContentRule, ...]]:
    """What somebody asks for, and what staff wrote all the same."""
    wanted = asked(drawn.dossier, drawn.letter)
    return {content: wanted.get(content, ()) for content in Content if content in wanted or written(drawn, content)}


class _Words:
    """The wordings in the letter's language, with the values that all of them may use."""

    def __init__(self, wordings: WordingCatalogue, drawn: Drawn) -> None:
        self._wordings = wordings
        self._drawn = drawn
        self.values = dict.fromkeys(PLACEHOLDERS, "") | _landlord_values(drawn)

    def part(self, content: Content, rules: tuple[ContentRule, ...]) -> LetterPart | None:
        """One part; nothing where the case has nothing to say under it."""
        filling = filled(self._drawn, content)
        own = written(self._drawn, content)
        if filling is None and not own:
            return None
        heading, text = self.filled(f"part_{content.value}", self._taken(filling or Filling()))
        said = (own,) if own and content not in BELOW else (text, own)
        lines = [*said, *self._besides(rules)]
        text = "\n".join(line for line in dict.fromkeys(lines) if line)
        return LetterPart(content=content, heading=heading, text=text, by_staff=bool(own)) if text else None

    def filled(self, name: str, values: Mapping[str, str]) -> tuple[str, str]:
        """Heading and text of a wording."""
        wording = self._wordings.get(name, self._drawn.language)
        rendered = render(wording, _AS_LETTER, self.values | dict(values))
        return rendered.subject, rendered.body

    def _taken(self, filling: Filling) -> dict[str, str]:
        listed = "\n".join(map(self._line, filling.items))
        return {**filling.values, "listed": listed}

    def _line(self, item: Item) -> str:
        return self.filled(item.line, item.values)[1]

    def _besides(self, rules: tuple[ContentRule, ...]) -> tuple[str, ...]:
        """Sentences that clauses ask for word for word."""
        language = self._drawn.language
        return tuple(rule.words.get(language, rule.words[FALLBACK_LANGUAGE]) for rule in rules if rule.words)


def _landlord_values(drawn: Drawn) -> dict[str, str]:
    dossier = drawn.dossier
    policy, facts = dossier.policy, drawn.facts
    named = [dossier.people[each].name for each in dossier.life.stage.handlers if each in dossier.people]
    return {
        "landlord": policy.name,
        "landlord_short": policy.short_name or policy.name,
        "phone": policy.phone,
        "email": policy.email,
        "website": policy.website,
        "post": policy.post,
        "hours": policy.hours,
        "reference": facts.reference,
        "name": facts.name,
        "stage": policy.stage_name(dossier.life.stage.number, drawn.language),
        "team": facts.team or policy.teams["complaints"],
        "handler": ", ".join(named),
        "handler_phone": facts.handler_phone or policy.phone,
        "handler_email": facts.handler_email or policy.email,
        "today": drawn.day(dossier.now),
    }
