"""What makes no sense about promises: days that have been, meetings that nobody made, thanks to nobody."""

from collections.abc import Iterator

from casework.acts import Act
from casework.acts_promising import ArrangeMeeting, Cause, HoldMeeting, NameCause, PassOnThanks, TellNewDate
from casework.dossier import Dossier
from domain.uktime import local_date


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why such an act cannot be, in sentences for staff."""
    today = local_date(dossier.now)
    if isinstance(act, TellNewDate) and act.until <= today:
        yield "the new day lies ahead: set one after today"
    if isinstance(act, NameCause) and act.cause is Cause.STANDARD_NOT_KEPT and not act.standard.strip():
        yield "say which standard or policy was not kept"
    if isinstance(act, PassOnThanks):
        yield from _of_thanks(dossier, act)
    if isinstance(act, ArrangeMeeting | HoldMeeting):
        yield from _of_meetings(dossier, act)


def _of_thanks(dossier: Dossier, act: PassOnThanks) -> Iterator[str]:
    if not (act.people or act.team or act.service):
        yield "say who is thanked: somebody, a team or a service"
    yield from (
        f"{each} is nobody who works here"
        for each in (*act.people, *filter(None, [act.manager]))
        if each not in dossier.people
    )
    if act.on > local_date(dossier.now):
        yield "that lies in the future"


def _of_meetings(dossier: Dossier, act: ArrangeMeeting | HoldMeeting) -> Iterator[str]:
    made = {each.id: each for each in dossier.life.promises.meetings}
    if isinstance(act, HoldMeeting):
        if act.meeting not in made:
            yield f"the case has no meeting {act.meeting!r}; it has {', '.join(made) or 'none'}"
        elif made[act.meeting].is_over:
            yield "that meeting is over"
        return
    if act.meeting in made:
        yield f"there is {act.meeting!r} already: give another name"
    if act.when <= dossier.now:
        yield "a meeting lies ahead: set a time that is still to come"
    yield from (f"{each} is nobody who works here" for each in act.who if each not in dossier.people)
