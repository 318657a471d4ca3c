"""What makes no sense about routes and named people: ways that there are not, people who do not work here."""

from collections.abc import Iterator

from casework.acts import Act, SetStage
from casework.acts_routes import AnswerByLaw, HearAccount, LeaveRoute, LetSee, NameStaff, SetArea, SetRoute, UnnameStaff
from casework.dossier import Dossier
from casework.routes import proposed, routes


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why such an act cannot be, in sentences for staff."""
    match act:
        case SetStage() | SetRoute() | LeaveRoute() | UnnameStaff() | LetSee() | SetArea() if not act.reasons.strip():
            yield "note the reasons"
        case _:
            pass
    match act:
        case SetRoute():
            yield from _set(dossier, act)
        case LeaveRoute():
            yield from _leave(dossier, act)
        case AnswerByLaw():
            known = sorted({clock.name for clock in dossier.policy.lawful_clocks})
            if act.duty not in known:
                yield f"the law names no {act.duty!r}; it names {', '.join(known)}"
        case NameStaff() | HearAccount() | UnnameStaff():
            yield from _named(dossier, act)
        case SetArea():
            known = [each.name for each in dossier.policy.areas]
            if act.area and act.area not in known:
                yield f"there is no area {act.area!r}; there are {', '.join(known) or 'none'}"
        case LetSee():
            yield from (f"{each} is nobody who works here" for each in act.people if each not in dossier.people)
            about = sorted(set(act.people) & dossier.life.named)
            yield from (f"the complaint is about {each}" for each in about)
        case _:
            return


def _set(dossier: Dossier, act: SetRoute) -> Iterator[str]:
    known = routes(dossier.policy)
    route = known.get(act.route)
    if route is None:
        yield f"there is no route {act.route!r} here; there are {', '.join(sorted(known)) or 'none'}"
        return
    if dossier.life.is_on(act.route):
        yield "it goes that way already"
    if act.stage != route.stage:
        yield f"this route leads to {route.where}: " + (
            f"say so with stage = {route.stage}" if route.stage else "it is no stage of the complaint"
        )


def _leave(dossier: Dossier, act: LeaveRoute) -> Iterator[str]:
    on = dossier.life.is_on(act.route)
    if not on and (act.how == "ended" or act.route not in proposed(dossier.policy, dossier.flags)):
        yield f"it does not go that way, and nothing proposes it: {act.route}"


def _named(dossier: Dossier, act: NameStaff | HearAccount | UnnameStaff) -> Iterator[str]:
    named = dossier.life.named
    match act:
        case NameStaff():
            yield from (f"{each} is nobody who works here" for each in act.people if each not in dossier.people)
        case HearAccount():
            if act.person not in named:
                yield f"{act.person} is not named here"
            if act.given and not act.words.strip():
                yield "note the account that was given"
        case UnnameStaff():
            yield from (f"{each} is not named here" for each in act.people if each not in named)
