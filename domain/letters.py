"""What letters carry: the checklist of rules A7 as names, and the entry by which a policy asks for one of its parts.

    [[content]]  content, letters, stages, matter, when, advice, words, basis

Which landlord asks for what stands in its file, what its regime asks in the regime's, and what every letter should have
anyway in ``config/letters/checklist.toml``. Composing letters is ``casework.composing``'s.
"""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from domain.clauses import Basis, Matter
from domain.values import Value


class LetterType(StrEnum):
    """What a letter is for."""

    ACKNOWLEDGEMENT = "acknowledgement"
    DRAFT = "draft"
    """An interim answer, for comments."""
    OUTCOME = "outcome"
    """The answer of a stage; what it carries differs by stage."""
    REFUSAL = "refusal"
    """The complaint, or its next stage, is not taken on."""
    EXTENSION = "extension"
    CONFIRMATION = "confirmation"
    """Of what was said on the telephone or in person: what was discussed, and the answer."""
    HOLDING = "holding"
    """It is not answered in time: when it will be (CESTRIA-57)."""
    PROGRESS = "progress"
    """How it stands while it is open."""


class Content(StrEnum):
    """The 23 keys of the checklist, in the order in which a letter carries them."""

    REFERENCE = "reference"
    STAGE = "stage"
    HANDLER = "handler"
    """Who deals with it, and how to reach them."""
    UNDERSTANDING = "understanding"
    """The complaint definition: each thing complained of."""
    OUTCOME_SOUGHT = "outcome_sought"
    RESPONSIBILITY = "responsibility"
    """What the landlord is and is not responsible for."""
    BACKGROUND = "background"
    """A summary of what happened."""
    FINDINGS = "findings"
    DECISIONS = "decisions"
    """Upheld, in part, or not: point by point."""
    REASONS = "reasons"
    """With the policy or law they rest on."""
    FAULT = "fault"
    APOLOGY = "apology"
    REMEDY = "remedy"
    REMEDIES_ANSWERED = "remedies_answered"
    """What of the outcome that was asked for is agreed, and why the rest is not."""
    ACTIONS = "actions"
    """What is still to be done: what, until when, by whom, and how to reach them."""
    LEARNING = "learning"
    INVITATION = "invitation"
    """To talk or to comment, and until when."""
    NEXT_DATES = "next_dates"
    """What happens next, and when."""
    NEXT_STEP = "next_step"
    """How to go on inside the landlord: about the outcome, the decision, or how it was handled."""
    ESCALATION_WINDOW = "escalation_window"
    """Until when, and that no reasons need to be given."""
    OMBUDSMAN = "ombudsman"
    PLAIN_LANGUAGE = "plain_language"
    """Of the whole letter: no part of its own."""
    ADJUSTMENTS = "adjustments"
    """The form, format and language that this person needs."""


class When(StrEnum):
    """In which cases a part is asked for."""

    ALWAYS = "always"
    UPHELD = "upheld"
    """Any point is upheld, in whole or in part."""
    NOT_UPHELD = "not_upheld"
    FAULT = "fault"
    """We were at fault, in whole or in part."""
    ACTIONS_OUTSTANDING = "actions_outstanding"
    FURTHER_STAGE = "further_stage"
    """There is a stage after this one."""
    LAST_STAGE = "last_stage"
    COMMENTED = "commented"
    """A draft was commented on."""


class ContentRule(Value):
    """A part that certain letters have to carry, or should."""

    content: Content
    letters: tuple[LetterType, ...] = Field(min_length=1)
    stages: tuple[int, ...] = ()
    """The stages at which it holds; empty: at all."""
    matter: Matter = "any"
    when: When = When.ALWAYS
    advice: bool = False
    """It should be there: a letter without it is warned of and may leave."""
    words: dict[str, str] = Field(default_factory=dict)
    """By language: a sentence that the part carries besides, because the clause says just this."""
    basis: Basis

    @model_validator(mode="after")
    def _speaks_english(self) -> Self:
        if self.words and "en" not in self.words:
            raise ValueError("words are given in English (en) at least")
        return self


class Checklist(Value):
    """What every letter should carry, whoever sends it: ``config/letters/checklist.toml``."""

    content: tuple[ContentRule, ...] = ()
