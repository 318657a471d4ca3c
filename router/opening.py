"""Rules that open a case: what is wordless, official, another body's, spoken for somebody, and then by kind."""

from typing import Final

from domain.cases import CaseState, Question
from domain.decisions import Decision, Disposition, NewTask, PersonBy, Situation
from domain.labels import Allegation, Intent, Kind, Matter, RepresentativeKind
from domain.messages import MediaReference
from router.ages import is_minor
from router.dangers import Persons, dangers_to_persons, has_danger
from router.joining import FOLLOWING, recurrence_of, stranger_to
from router.making import no_case, open_new
from router.parties import ELECTED, has_shown_authority, is_anonymous, represents
from router.times import a_task
from router.words import is_emoji_only, is_wordless, said, shows_water

_LEGAL: Final = frozenset({Matter.LETTER_OF_CLAIM, Matter.COURT_CLAIM})
_OTHER_ROUTES: Final = frozenset(
    {
        *(Matter.ASB_REPORT, Matter.OTHER_BODY, Matter.OWN_APPEAL, Matter.INSURANCE, Matter.TENANCY_FRAUD),
        Matter.INFORMATION_REQUEST,
    }
)
_SECRET: Final = frozenset({Matter.TENANCY_FRAUD, Matter.SAFEGUARDING})
_DATA: Final = frozenset({Matter.SAR, Matter.ERASURE, Matter.DP_COMPLAINT})
_WORDING: Final = {
    Kind.COMPLAINT: "a1",
    Kind.COMPLIMENT: "a2",
    Kind.COMMENT: "a3",
    Kind.SERVICE_REQUEST: "a4",
    Kind.NONE: "a1_lite",
}
_ASKS: Final = {
    Kind.COMPLAINT: None,
    Kind.COMPLIMENT: Question.CHOICE,
    Kind.COMMENT: Question.CHOICE,
    Kind.SERVICE_REQUEST: Question.CHOICE,
    Kind.NONE: Question.OUTCOME,
}
"""What the wording of each kind asks: every one but the complaint's offers to complain (Code 1.3)."""
_PICTURES: Final = ("image/", "video/")
_SOUNDS: Final = ("audio/",)
_SHORT_WORDS: Final = 3


def empty(situation: Situation) -> Decision | None:
    """Neither words nor anything else in it."""
    if not _is_wordless_message(situation) or situation.message.attachments or said(situation).strip():
        return None
    task = a_task(situation, "sort", "A message with nothing in it: see whether something was lost.", PersonBy.SAME_DAY)
    return no_case("empty", Disposition.EMPTY, "There is nothing in this message.", tasks=(task,))


def pictures_only(situation: Situation) -> Decision | None:
    """A photograph of a wall and no words: where is it, and a person looks today (situation 39)."""
    if not _is_wordless_message(situation) or not _all_of(situation.message.attachments, _PICTURES):
        return None
    task = a_task(situation, "view", "Pictures without words: look at them.", PersonBy.SAME_DAY)
    return open_new(
        situation,
        "pictures_only",
        "Pictures without words.",
        kind=Kind.SERVICE_REQUEST,
        wording="a4",
        asks=Question.ADDRESS,
        tasks=(task,),
        flags=("review",),
    )


def recording_only(situation: Situation) -> Decision | None:
    """A voice note: a person listens the same day (situation 156)."""
    if not _is_wordless_message(situation) or not _all_of(situation.message.attachments, _SOUNDS):
        return None
    task = a_task(situation, "listen", "A recording without words: listen to it.", PersonBy.SAME_DAY)
    return _provisional(situation, "recording_only", "A recording without words.", (task,))


def documents_only(situation: Situation) -> Decision | None:
    """A scanned letter, or something that cannot be opened here: its clock runs, a person reads (178, 179)."""
    if not _is_wordless_message(situation) or not situation.message.attachments:
        return None
    task = a_task(situation, "unreadable", "Documents without words: read them.", PersonBy.ONE_WORKING_DAY)
    return _provisional(situation, "documents_only", "Documents without words.", (task,))


def emoji_only(situation: Situation) -> Decision | None:
    """An angry face, a drop and a house: asked whether there is a leak (situation 13)."""
    if not is_emoji_only(said(situation)):
        return None
    task = a_task(situation, "sort", "Pictures instead of words: find out what is meant.", PersonBy.SAME_DAY)
    if not shows_water(said(situation)):
        return _provisional(situation, "emoji_only", "Pictures instead of words.", (task,))
    return open_new(
        situation,
        "emoji_only",
        "Pictures instead of words: there may be a leak.",
        kind=Kind.NONE,
        wording="neutral",
        asks=Question.LEAK,
        owed_as=Kind.COMPLAINT,
        only_acknowledge=True,
        tasks=(task,),
        flags=("review", "hazard?:flood_leak"),
    )


def not_understood(situation: Situation) -> Decision | None:
    """The model could not run: the neutral text, and a person sorts it within a working day (design 3)."""
    if situation.understanding is not None:
        return None
    task = a_task(situation, "sort", "Was not understood by machine: read and sort it.", PersonBy.ONE_WORKING_DAY)
    return open_new(
        situation,
        "not_understood",
        "It could not be understood by machine.",
        kind=Kind.NONE,
        wording="neutral",
        asks=Question.CHOICE,
        owed_as=Kind.COMPLAINT,
        only_acknowledge=True,
        tasks=(task,),
        flags=("review",),
        link=stranger_to(situation),
    )


def only_copied(situation: Situation) -> Decision | None:
    """Somebody else was written to, and nothing in it concerns us: kept; its floor has a person look (situation 171).

    Whatever may be dissatisfaction, a request or a danger goes on to open a case, whose clock runs.
    """
    understood = situation.understanding
    if not situation.message.marks.copied or understood is None or not understood.sure or has_danger(situation):
        return None
    if understood.kind is not Kind.NONE or understood.also or understood.matters:
        return None
    return no_case("only_copied", Disposition.UNCLEAR, "We were only copied in, and nothing in it concerns us.")


def legal_letter(situation: Situation) -> Decision | None:
    """A claim by letter or court: the legal team answers, the complaint stays open, repairs go on (111, 112)."""
    if not _matters(situation) & _LEGAL:
        return None
    hand = a_task(
        situation, "answer_by_hand", "No automatic answer to a claim: a person acknowledges.", PersonBy.ONE_WORKING_DAY
    )
    return open_new(
        situation,
        "legal_letter",
        "A legal claim; a complaint in it stays open.",
        kind=_kind(situation),
        wording=None,
        owed_as=Kind.COMPLAINT,
        tasks=(hand,),
        flags=("legal",),
    )


def other_route(situation: Situation) -> Decision | None:
    """For another team or body, no complaint in it: pointed there, a person confirms (41, 77, 116, 117, 123)."""
    found = _matters(situation) & _OTHER_ROUTES
    if not found or _kind(situation) is Kind.COMPLAINT or _matters(situation) & _DATA:
        return None
    names = ", ".join(sorted(matter.value.replace("_", " ") for matter in found))
    return open_new(
        situation,
        "other_route",
        f"For another route: {names}.",
        kind=_kind(situation),
        wording="a9",
        asks=Question.CHOICE,
        only_acknowledge=True,
        disposition=Disposition.OTHER_ROUTE,
        restricted=bool(found & _SECRET),
    )


def report_about_somebody(situation: Situation) -> Decision | None:
    """Somebody is worried about another person: a general text without any detail, a person now (47, 139)."""
    about = {Persons.SAFEGUARDING} & dangers_to_persons(situation).keys()
    if not about or _kind(situation) is Kind.COMPLAINT or Matter.SELF_HARM in _matters(situation):
        return None
    if situation.understanding is not None and situation.understanding.allegation is not Allegation.NONE:
        return None
    return open_new(
        situation,
        "report_about_somebody",
        "A worry about a person.",
        kind=_kind(situation),
        wording="a9_safeguarding",
        only_acknowledge=True,
        disposition=Disposition.OTHER_ROUTE,
        restricted=True,
    )


def data_request(situation: Situation) -> Decision | None:
    """A request about the writer's data and no complaint beside it: its own clock comes from its floor (120, 122)."""
    if not _matters(situation) & _DATA or _kind(situation) is Kind.COMPLAINT or represents(situation.understanding):
        return None
    return open_new(
        situation,
        "data_request",
        "A request about personal data.",
        kind=_kind(situation),
        wording="neutral",
        asks=Question.CHOICE,
        only_acknowledge=True,
        disposition=Disposition.OTHER_ROUTE,
    )


def minor_writes(situation: Situation) -> Decision | None:
    """A child writes: the clocks run as for anybody, in plain words and without personal data (situation 57)."""
    if not is_minor(said(situation)):
        return None
    return open_new(
        situation,
        "minor_writes",
        "The writer may be under 18.",
        kind=_kind(situation),
        wording="a8_minor",
        asks=None if _kind(situation) is Kind.COMPLAINT else Question.CHOICE,
        owed_as=Kind.COMPLAINT if _kind(situation) is Kind.NONE else None,
        tasks=_link_tasks(situation),
        link=stranger_to(situation) or recurrence_of(situation),
    )


def representative(situation: Situation) -> Decision | None:
    """Somebody writes for somebody else: the clock runs, and nothing personal is told before authority is checked.

    Situations 40, 51, 58, 61, 62, 66, 68, 70 to 73, 169.
    """
    understood = situation.understanding
    if understood is None or not represents(understood) or _is_nothing_new(situation):
        return None
    shown = has_shown_authority(understood)
    elected = understood.representative in ELECTED
    agency = understood.representative is RepresentativeKind.OTHER_AGENCY
    reason = "Writes for somebody else: check the authority, and speak to the person it is about."
    by = PersonBy.NORMAL if shown else PersonBy.ONE_WORKING_DAY
    return open_new(
        situation,
        "representative",
        "Writes for somebody else.",
        kind=_kind(situation),
        wording=_WORDING[_kind(situation)] if shown else "a8",
        asks=None if shown or elected or agency else Question.AUTHORITY,
        owed_as=Kind.COMPLAINT if _kind(situation) is Kind.NONE else None,
        tasks=(a_task(situation, "authority", reason, by),),
        link=stranger_to(situation),
    )


def survey_answer(situation: Situation) -> Decision | None:
    """A survey's answer is no complaint until the writer chooses (Code 1.6; situations 15, 154)."""
    understood = situation.understanding
    if understood is None or understood.intent is not Intent.SURVEY_ANSWER:
        return None
    unhappy = Kind.COMPLAINT in (understood.kind, *understood.also)
    reason = "A survey's answer that may be a complaint: the choice was offered."
    tasks = (a_task(situation, "survey", reason, PersonBy.NORMAL),) if unhappy else ()
    return open_new(
        situation,
        "survey_answer",
        "An answer to a survey; the way to complain was offered.",
        kind=Kind.COMPLIMENT if understood.kind is Kind.COMPLIMENT else Kind.COMMENT,
        wording=_WORDING[Kind.COMPLIMENT if understood.kind is Kind.COMPLIMENT else Kind.COMMENT],
        asks=Question.CHOICE,
        tasks=tasks,
        flags=("survey",),
        link=recurrence_of(situation),
    )


def nothing_in_it(situation: Situation) -> Decision | None:
    """A test, a greeting, a permission without a case: kept, nobody is sent an acknowledgement (151, 219)."""
    if not _is_nothing_new(situation) or has_danger(situation) or represents(situation.understanding):
        return None
    task = a_task(situation, "sort", "No feedback was found in this message: see whether there is.", PersonBy.NORMAL)
    return no_case("nothing_in_it", Disposition.UNCLEAR, "No feedback was found in it.", tasks=(task,))


def by_kind(situation: Situation) -> Decision:
    """A new case of the kind that was understood; the last rule, which fits every message."""
    understood = situation.understanding
    kind = _kind(situation)
    unsure = understood is None or not understood.sure
    vague = kind in {Kind.NONE, Kind.COMPLAINT, Kind.COMMENT} and unsure
    anonymous = is_anonymous(situation)
    return open_new(
        situation,
        "by_kind",
        f"A new matter: {kind.value.replace('_', ' ')}.",
        kind=kind,
        wording=None if anonymous else ("a1_lite" if vague else _WORDING[kind]),
        asks=Question.OUTCOME if vague else _ASKS[kind],
        owed_as=Kind.COMPLAINT if kind is Kind.NONE else None,
        only_acknowledge=kind is Kind.NONE,
        tasks=(*_review(situation, unsure=unsure), *_link_tasks(situation)),
        flags=(*(("review",) if unsure else ()), *(("anonymous",) if anonymous else ())),
        link=stranger_to(situation) or recurrence_of(situation),
    )


def _review(situation: Situation, *, unsure: bool) -> tuple[NewTask, ...]:
    if not unsure and _kind(situation) is not Kind.NONE:
        return (a_task(situation, "confirm", "A new case: confirm or correct what it is.", PersonBy.NORMAL),)
    return (a_task(situation, "sort", "Not sure what this is: sort it.", PersonBy.ONE_WORKING_DAY),)


def _link_tasks(situation: Situation) -> tuple[NewTask, ...]:
    """A person decides whether two cases are one; the machine only links them."""
    if stranger_to(situation) is not None:
        reason = "Quotes the reference of somebody else's case: check who writes; nothing was told."
        return (a_task(situation, "verify_reference", reason, PersonBy.SAME_DAY),)
    same = recurrence_of(situation)
    if same is None:
        return ()
    again = same.state is CaseState.CLOSED or _intent(situation) not in FOLLOWING
    reason = (
        "May be the return of an earlier case." if again else "May belong to the sender's other case: merge or not."
    )
    return (a_task(situation, "same_matter", reason, PersonBy.ONE_WORKING_DAY),)


def _provisional(situation: Situation, rule: str, reason: str, tasks: tuple[NewTask, ...]) -> Decision:
    """What a machine cannot read may be a complaint: its acknowledgement and its clock are a complaint's."""
    return open_new(
        situation,
        rule,
        reason,
        kind=_kind(situation),
        wording="a1_lite",
        asks=Question.OUTCOME,
        owed_as=Kind.COMPLAINT,
        tasks=tasks,
        flags=("review",),
    )


def _is_wordless_message(situation: Situation) -> bool:
    text, subject = said(situation), situation.message.subject or ""
    return is_wordless(text) and not is_emoji_only(text) and len(subject.split()) <= _SHORT_WORDS


def _all_of(attachments: tuple[MediaReference, ...], prefixes: tuple[str, ...]) -> bool:
    return bool(attachments) and all(each.content_type.startswith(prefixes) for each in attachments)


def _is_nothing_new(situation: Situation) -> bool:
    understood = situation.understanding
    if understood is None or understood.kind is not Kind.NONE or understood.also or understood.matters:
        return False
    if not understood.sure:  # a doubt is answered and sorted, never met with silence (invariant 9)
        return False
    return understood.intent not in {Intent.NEW, Intent.CHASE, Intent.ESCALATE, Intent.STATUS_QUERY}


def _kind(situation: Situation) -> Kind:
    return situation.understanding.kind if situation.understanding else Kind.NONE


def _intent(situation: Situation) -> Intent:
    return situation.understanding.intent if situation.understanding else Intent.UNCLEAR


def _matters(situation: Situation) -> frozenset[Matter]:
    return frozenset(situation.understanding.matters) if situation.understanding else frozenset()
