"""What makes no sense about refusing a complaint: one that there is not, one that was answered."""

from collections.abc import Iterator

from casework.acts import Act, SendOutcome
from casework.acts_refusing import AcceptComplaint, RefuseComplaint
from casework.dossier import Dossier
from domain.labels import Kind


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why such an act cannot be, in sentences for staff."""
    life = dossier.life
    if isinstance(act, RefuseComplaint):
        if life.kind is not Kind.COMPLAINT:
            yield "this is no complaint: there is nothing to refuse"
        if life.refused_at:
            yield "it was refused already"
        if life.stages[0].outcome_at or life.stage.number > 1:
            yield "it was taken on: what comes after an answer is an escalation"
    if isinstance(act, SendOutcome) and life.refused_at:
        yield "it was refused: take it on first"
    if isinstance(act, AcceptComplaint) and not act.reasons.strip():
        yield "note why it is taken on"
