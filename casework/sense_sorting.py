"""What makes no sense about splitting and joining: points that there are not, cases that cannot be one."""

from collections.abc import Iterator

from casework.acts import Act
from casework.acts_sorting import OTHER_SIDE, JoinCase, SplitCase, UndoJoin
from casework.dossier import Dossier
from domain.cases import CaseState
from domain.labels import Kind


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why such an act cannot be, in sentences for staff."""
    life = dossier.life
    if life.joined_into and not isinstance(act, UndoJoin):
        yield f"this goes on as {life.joined_into}: act there, or undo the join"
    if isinstance(act, OTHER_SIDE):
        yield "that is put down by the program, with the act in the other case"
    if isinstance(act, UndoJoin) and not life.joined_into:
        yield "this case was joined with no other"
    if isinstance(act, SplitCase):
        yield from _split(dossier, act)
    if isinstance(act, JoinCase):
        yield from _join(dossier, act)


def _split(dossier: Dossier, act: SplitCase) -> Iterator[str]:
    life = dossier.life
    there = [each.id for each in life.points]
    yield from (f"the case has no point {each!r}" for each in act.points if each not in there)
    if not act.points and not act.words.strip():
        yield "say what goes: points of the case, or words of the message"
    if act.kind is Kind.NONE:
        yield "say what it becomes: a complaint, a request, a compliment or a comment"
    if there and set(there) <= set(act.points):
        yield "something has to stay here: where all of it is something else, correct the kind"
    if any(each.verdict for each in life.points if each.id in act.points):
        yield "what was decided here stays here"


def _join(dossier: Dossier, act: JoinCase) -> Iterator[str]:
    other = dossier.other
    if other is None:
        yield f"no case has the reference {act.into!r}"
        return
    if other.is_this:
        yield "a case cannot be joined with itself"
        return
    if not other.same_landlord:
        yield "that case is another landlord's"
    if other.state is CaseState.CLOSED:
        yield "that case is closed: reopen it first, or let this one go on"
    if dossier.life.stage.outcome_at:
        yield "this case was answered: what comes after the answer is no duplicate"
    if not other.same_people and not act.consent.strip():
        yield "these are different people: note that they want one case"
