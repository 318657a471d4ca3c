"""Rules about the outside of a message: copies, machines, mail systems, bulk, spam."""

from typing import Final

from domain.addresses import official_body
from domain.cases import CaseFacts, CaseState
from domain.decisions import Decision, Disposition, PersonBy, Situation
from domain.labels import Intent, Kind
from domain.messages import AddressKind
from domain.understanding import Understanding
from router.colleagues import is_colleague, passed_on
from router.dangers import is_serious
from router.making import join, no_case
from router.times import a_task
from router.words import is_nod, said


def duplicate_delivery(situation: Situation) -> Decision | None:
    """The same mail by a second way: kept, never answered (situation 174)."""
    if situation.duplicate_of is None:
        return None
    return no_case("duplicate_delivery", Disposition.DUPLICATE, "The same message is stored already.")


def our_own_mail(situation: Situation) -> Decision | None:
    """Our own mail come back."""
    if not situation.message.marks.loop:
        return None
    return no_case("our_own_mail", Disposition.AUTOMATIC, "Our own mail came back: answering it would make a loop.")


def bounce(situation: Situation) -> Decision | None:
    """A mail system says that ours did not arrive. What it quotes is not read as a message (situations 162 to 165)."""
    marks = situation.message.marks
    if not marks.bounce:
        return None
    reported = any(reason.startswith("a delivery report") for reason in marks.reasons)
    tasks = (
        ()
        if reported
        else (a_task(situation, "bounce", "A bounce without a report that a machine can read.", PersonBy.SAME_DAY),)
    )
    return no_case("bounce", Disposition.BOUNCE, "A mail system returned a message.", tasks=tasks)


def read_receipt(situation: Situation) -> Decision | None:
    """Evidence that ours was displayed, attached to its case (situation 187)."""
    if not situation.message.marks.read_receipt:
        return None
    return _attached(situation, "read_receipt", "A read receipt.")


def calendar_reply(situation: Situation) -> Decision | None:
    """Yes or no to an appointment; a no is for a person to rebook (situation 186)."""
    if not situation.message.marks.calendar_reply or is_serious(situation):
        return None
    task = a_task(
        situation, "appointment", "An answer to an appointment came: rebook if it is a no.", PersonBy.SAME_DAY
    )
    decision = _attached(situation, "calendar_reply", "An answer to an appointment.")
    return decision.model_copy(update={"effects": decision.effects.model_copy(update={"tasks": (task,)})})


_SURE_IN_BULK: Final = 0.9
"""How likely a request must be in mail to many to open a case; of a less likely one a person looks."""


def automatic_mail(situation: Situation) -> Decision | None:
    """Class (a): a machine wrote it and nobody wants anything in it (situations 159 to 161)."""
    nothing = _surely_nothing(situation)
    by_words = nothing is not None and nothing.intent is Intent.AUTO
    if not (situation.message.marks.automatic or by_words) or is_serious(situation) or _asks_for_work(situation):
        return None
    return _attached(situation, "automatic_mail", "Automatic mail: no case and no answer.")


def bulk_mail(situation: Situation) -> Decision | None:
    """Newsletters and lists, unless somebody wants something in the new words (situations 166 to 168).

    Advertisements for repairs read a little like requests, so in mail to many only a sure one opens a case.
    """
    if not situation.message.marks.bulk or is_serious(situation):
        return None
    asks = _asks_for_work(situation)
    understood = situation.understanding
    if asks and understood and understood.sure and understood.kinds[Kind.SERVICE_REQUEST] >= _SURE_IN_BULK:
        return None
    look = a_task(situation, "look", "Mail sent to many that may ask for something: look.", PersonBy.ONE_WORKING_DAY)
    reason = "Mail sent to many: no case and no answer."
    return no_case("bulk_mail", Disposition.BULK, reason, tasks=(look,) if asks else ())


def spam(situation: Situation) -> Decision | None:
    """Advertisements and fraud: kept and sampled; never the words of somebody with a case here (situation 22)."""
    nothing = _surely_nothing(situation)
    by_words = nothing is not None and nothing.intent is Intent.SPAM
    filtered = situation.message.marks.spam and (situation.understanding is None or nothing is not None)
    if not (by_words or filtered) or is_serious(situation) or situation.own_cases or situation.thread:
        return None
    return no_case("spam", Disposition.SPAM, "Advertisement or fraud: no case and no answer.")


def letter_of_a_body(situation: Situation) -> Decision | None:
    """The Ombudsman writes: no automatic answer, its own date counts, a person today (situation 89)."""
    if not _is_from_ombudsman(situation):
        return None
    task = a_task(situation, "ombudsman", "The Ombudsman wrote: its own date counts.", PersonBy.SAME_DAY)
    reason = "A letter of the Ombudsman: a person answers."
    found = [each.case for each in situation.references if each.valid and each.case]
    if situation.thread:
        found.insert(0, situation.thread.case)
    if found:
        return join("letter_of_a_body", found[0], reason, tasks=(task,), flags=("ombudsman",))
    return no_case("letter_of_a_body", Disposition.OTHER_ROUTE, reason, tasks=(task,), flags=("ombudsman",))


def colleague(situation: Situation) -> Decision | None:
    """On a case that is there: added, not answered. Nothing in it: kept. Else a new case of theirs opens (173)."""
    if not is_colleague(situation):
        return None
    found = [each.case for each in situation.references if each.valid and each.case]
    cases = ([situation.thread.case] if situation.thread else []) + found
    if cases:
        reason = "A colleague wrote on this case: see whether it passes on a tenant's words, and what they ask for."
        task = a_task(situation, "read", reason, PersonBy.ONE_WORKING_DAY)
        return join("colleague", cases[0], "A colleague wrote on this case.", tasks=(task,), flags=("staff",))
    understood = situation.understanding
    is_nothing = understood is not None and understood.sure and understood.kind is Kind.NONE and not understood.also
    if not is_nothing or _has_more(situation):
        return None
    task = a_task(situation, "sort", "A colleague wrote, and no feedback was found in it: see.", PersonBy.NORMAL)
    return no_case("colleague", Disposition.UNCLEAR, "A colleague's mail without feedback.", tasks=(task,))


def bare_thanks(situation: Situation) -> Decision | None:
    """Thanks or a thumbs-up and nothing else: attached, not answered, or two machines thank for ever (14, 20)."""
    understood = situation.understanding
    thanks = understood is not None and understood.intent is Intent.THANKS and understood.kind is Kind.NONE
    if not (thanks or is_nod(said(situation))) or is_serious(situation) or situation.message.attachments:
        return None
    case = _only_place(situation)
    if case is None:
        return no_case("bare_thanks", Disposition.UNCLEAR, "Thanks, and no one case that they belong to.")
    return join("bare_thanks", case, "Thanks: attached, no answer needed.")


def _surely_nothing(situation: Situation) -> Understanding | None:
    """What was understood, where it is surely no feedback."""
    understood = situation.understanding
    return understood if understood and understood.kind is Kind.NONE and understood.sure else None


def _asks_for_work(situation: Situation) -> bool:
    """What an automatic or bulk mail may carry beside complaints and dangers: class (b) then (design 4)."""
    understood = situation.understanding
    return understood is not None and understood.kind is Kind.SERVICE_REQUEST


def _has_more(situation: Situation) -> bool:
    """Something beside plain words of a colleague."""
    matters = situation.understanding.matters if situation.understanding else ()
    return bool(matters or situation.message.attachments or passed_on(situation)) or is_serious(situation)


def _attached(situation: Situation, rule: str, reason: str) -> Decision:
    """Kept with the case that it answers, where it came from whom we had written to."""
    thread = situation.thread
    if thread is None or thread.sent_to != situation.message.sender:
        return no_case(rule, Disposition.AUTOMATIC, reason)
    return join(rule, thread.case, reason, disposition=Disposition.AUTOMATIC)


def _only_place(situation: Situation) -> CaseFacts | None:
    if situation.thread and situation.thread.case.own:
        return situation.thread.case
    if situation.last_from_sender:
        return situation.last_from_sender
    mine = [case for case in situation.own_cases if case.own]
    still_open = [case for case in mine if case.state is CaseState.OPEN]
    return next((cases[0] for cases in (still_open, mine) if len(cases) == 1), None)


def _is_from_ombudsman(situation: Situation) -> bool:
    sender = situation.message.sender
    if sender.kind is not AddressKind.EMAIL or official_body(sender.value) is not None:
        return False
    domain = sender.value.rpartition("@")[2]
    sites = {_host(each.site) for each in situation.policy.ombudsmen.values()}
    return any(site and (domain == site or domain.endswith(f".{site}")) for site in sites)


def _host(site: str) -> str:
    return site.removeprefix("https://").removeprefix("http://").partition("/")[0].removeprefix("www.").casefold()
