"""Where does a message go, and what does it set in motion? Read PLACE aloud: the first rule that fits decides.

Pure: no clock, no database, no network. A rule is a small function of a Situation; a new one is a function, a line in
PLACE and a table of cases. FLOORS are asked of every decision and can only raise it.
"""

from collections.abc import Callable
from typing import Final

from domain.decisions import Decision, Situation
from router import consent, floors, joining, on_call, opening, outside, questions
from router.colleagues import as_staff_had_it
from router.raising import Raise, raised

Rule = Callable[[Situation], Decision | None]
Floor = Callable[[Situation, Decision], Raise | None]

PLACE: Final[tuple[tuple[str, Rule], ...]] = (
    # Copies, our own words, machines and mail systems.
    ("duplicate_delivery", outside.duplicate_delivery),
    ("our_own_mail", outside.our_own_mail),
    ("bounce", outside.bounce),
    ("read_receipt", outside.read_receipt),
    ("calendar_reply", outside.calendar_reply),
    # Single words that mean one thing: the person on call, STOP, START.
    ("answer_to_alert", on_call.answer_to_alert),
    ("opt_out", consent.opt_out),
    ("opt_in", consent.opt_in),
    ("help_word", consent.help_word),
    # Nobody waits for an answer, unless a complaint or a danger is in it after all.
    ("automatic_mail", outside.automatic_mail),
    ("bulk_mail", outside.bulk_mail),
    ("spam", outside.spam),
    ("letter_of_a_body", outside.letter_of_a_body),
    # A colleague on a case that is there, or with nothing for us in it.
    ("colleague", outside.colleague),
    # A later version of what was sent before.
    ("edited_message", joining.edited_message),
    # An answer to what we asked. Whether there is a leak comes before thanks: an "ok" may mean yes.
    ("names_its_case", questions.names_its_case),
    ("chooses_complaint", questions.chooses_complaint),
    ("answers_leak_question", questions.answers_leak_question),
    ("bare_thanks", outside.bare_thanks),
    ("answers_question", questions.answers_question),
    # A case that is there already.
    ("thread", joining.thread),
    ("own_reference", joining.own_reference),
    ("corrected_reference", joining.corrected_reference),
    ("same_conversation", joining.same_conversation),
    ("follows_one_case", joining.follows_one_case),
    ("follows_one_of_several", joining.follows_one_of_several),
    ("withdrawn_by_mail", joining.withdrawn_by_mail),
    # No words to read.
    ("empty", opening.empty),
    ("pictures_only", opening.pictures_only),
    ("recording_only", opening.recording_only),
    ("documents_only", opening.documents_only),
    ("emoji_only", opening.emoji_only),
    ("not_understood", opening.not_understood),
    ("only_copied", opening.only_copied),
    # A new case.
    ("legal_letter", opening.legal_letter),
    ("report_about_somebody", opening.report_about_somebody),
    ("other_route", opening.other_route),
    ("data_request", opening.data_request),
    ("minor_writes", opening.minor_writes),
    ("representative", opening.representative),
    ("survey_answer", opening.survey_answer),
    ("nothing_in_it", opening.nothing_in_it),
    ("by_kind", opening.by_kind),
)
"""Where a message goes. The last rule fits every message."""

FLOORS: Final[tuple[tuple[str, Floor], ...]] = (
    ("repeat_contact", floors.repeat_contact),
    ("representative", floors.representative),
    ("passed_on", floors.passed_on),
    ("minor", floors.minor),
    ("language", floors.language),
    ("doubtful_sender", floors.doubtful_sender),
    ("copied", floors.copied),
    ("vulnerability", floors.vulnerability),
    ("adjustments", floors.adjustments),
    ("area", floors.area),
    ("allegation", floors.allegation),
    ("special_matters", floors.special_matters),
    ("unanswered_kind", floors.unanswered_kind),
    ("quoted_danger", floors.quoted_danger),
    ("threat", floors.threat),
    ("safe_contact", floors.safe_contact),
    ("safeguarding", floors.safeguarding),
    ("hazard", floors.hazard),
    ("self_harm", floors.self_harm),
)
"""Asked of every decision, in this order: each puts its words before those already there, so the gravest come first."""


def decide(situation: Situation) -> Decision:
    """Place a message, then raise the decision by every floor that applies. Raises for no Situation."""
    situation = as_staff_had_it(situation)
    decision = place(situation)
    for name, floor in FLOORS:
        if more := floor(situation, decision):
            decision = raised(situation, decision, name, more)
    matters = situation.understanding.matters if situation.understanding else ()
    effects = decision.effects.model_copy(update={"message_id": situation.message_id})
    return decision.model_copy(update={"effects": effects, "matters": matters})


def place(situation: Situation) -> Decision:
    """The decision of the first rule that fits."""
    for _, rule in PLACE:
        if decision := rule(situation):
            return decision
    return opening.by_kind(situation)
