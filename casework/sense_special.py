"""What makes no sense about special handling and the Ombudsman: dates that have been, wishes that nobody has."""

from collections.abc import Iterator

from casework.acts import Act, HandleSpecially, RecordOmbudsman
from casework.acts_special import EndSpecialHandling, ReviewSpecialHandling
from casework.dossier import Dossier
from domain.uktime import local_date


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why such an act cannot be, in sentences for staff."""
    today = local_date(dossier.now)
    if isinstance(act, HandleSpecially | ReviewSpecialHandling) and act.review_on <= today:
        yield "the review lies ahead: set a day after today"
    if isinstance(act, ReviewSpecialHandling | EndSpecialHandling):
        special = dossier.life.special
        if special is None or special.ended_at:
            yield "this case is not handled specially"
        elif isinstance(act, ReviewSpecialHandling) and not special.is_in_force(today):
            yield "its review was missed and it is over: begin it anew, with its reasons"
    if isinstance(act, RecordOmbudsman):
        yield from _of_the_ombudsman(dossier, act)


def _of_the_ombudsman(dossier: Dossier, act: RecordOmbudsman) -> Iterator[str]:
    life = dossier.life
    if act.what in {"asked", "ordered", "recommended"}:
        if act.due_on is None:
            yield "give the day until which it is to be done"
        if act.wish and act.wish in {each.id for each in life.ombudsman}:
            yield f"there is {act.wish!r} already: give another name"
    if act.what in {"answered", "complied"}:
        waiting = [each.id for each in life.open_wishes(act.what)]
        if act.wish and act.wish not in waiting:
            yield f"the Ombudsman waits for no {act.wish!r}; open are: {', '.join(waiting) or 'none'}"
        elif not act.wish and len(waiting) != 1:
            yield f"say which: open are {', '.join(waiting)}" if waiting else "the Ombudsman waits for nothing"
