"""What cannot wait in a message whose routing failed, from the danger phrases alone. A person places the message."""

from collections.abc import Iterable
from typing import Final

from domain.decisions import Disposition, Draft, NewAlert, Situation
from domain.labels import Urgency
from domain.understanding import SafetyFinding
from router import floors
from router.alerts import alert, causes_of
from router.making import no_case

_GRAVEST_FIRST: Final = (floors.self_harm, floors.hazard, floors.safeguarding)


def alerts_from(findings: Iterable[SafetyFinding]) -> tuple[NewAlert, ...]:
    """An alert for each emergency, wherever in the message it stands: whose words they are is not known here."""
    return tuple(alert(cause) for cause in causes_of(each for each in findings if each.urgency is Urgency.EMERGENCY))


def first_words(situation: Situation) -> tuple[Draft, ...]:
    """The emergency words that the writer would get anyhow: the gravest first, and none where none may go out."""
    if situation.duplicate_of is not None or situation.message.marks.bounce:
        return ()
    alone = situation.model_copy(update={"understanding": None})
    unplaced = no_case("safety_alone", Disposition.UNCLEAR, "It could not be routed.")
    raises = [more for floor in _GRAVEST_FIRST if (more := floor(alone, unplaced))]
    return tuple(draft for more in raises for draft in more.drafts_first)
