"""What makes no sense about a danger: one that nobody knows of, a step before another."""

from collections.abc import Iterator

from casework.acts import Act
from casework.acts_hazards import (
    BeginHazardWorks,
    InvestigateHazard,
    MakeSafe,
    NoteHazard,
    OfferAlternative,
    SendHazardSummary,
)
from casework.dossier import Dossier
from domain.labels import Hazard


def nonsense(dossier: Dossier, act: Act) -> Iterator[str]:
    """Why an act about a danger cannot be, in sentences for staff."""
    if isinstance(act, NoteHazard):
        if act.hazard is Hazard.NONE:
            yield "name the danger"
        return
    if not isinstance(act, InvestigateHazard | MakeSafe | BeginHazardWorks | SendHazardSummary | OfferAlternative):
        return
    known = dossier.life.hazard(act.hazard)
    if known is None:
        names = ", ".join(each.hazard.value for each in dossier.life.hazards) or "none"
        yield f"no such danger is known in this case; known are: {names}; note it first"
        return
    if act.at < known.known_at:
        yield "that was before the danger was known"
    if isinstance(act, InvestigateHazard) and not act.findings:
        yield "note what was found: it is judged on who lives there"
    if isinstance(act, SendHazardSummary) and not known.investigated_at:
        yield "there is no investigation yet to sum up"
    if isinstance(act, MakeSafe) and not act.what:
        yield "note what made it safe"
