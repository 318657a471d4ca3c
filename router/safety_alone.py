"""What cannot wait in a message whose routing failed, from the danger phrases alone. A person places the message."""

from collections.abc import Iterable
from typing import Final

from domain.decisions import Disposition, Draft, NewAlert, Situation
from domain.labels import Hazard, Urgency
from domain.understanding import SafetyFinding
from router import floors
from router.alerts import alert
from router.dangers import Persons, persons_in
from router.making import no_case

_CAUSE: Final = {
    Persons.SELF_HARM: "self_harm",
    Persons.SAFEGUARDING: "safeguarding",
    Persons.THREAT: "threat",
    Persons.DOMESTIC_ABUSE: "safeguarding",
}
_GRAVEST_FIRST: Final = (floors.self_harm, floors.hazard, floors.safeguarding)


def alerts_from(findings: Iterable[SafetyFinding]) -> tuple[NewAlert, ...]:
    """An alert for each emergency, wherever in the message it stands: whose words they are is not known here."""
    urgent = (finding for finding in findings if finding.urgency is Urgency.EMERGENCY)
    return tuple(alert(cause) for cause in dict.fromkeys(cause for each in urgent for cause in _causes(each)))


def first_words(situation: Situation) -> tuple[Draft, ...]:
    """The emergency words that the writer would get anyhow: the gravest first, and none where none may go out."""
    if situation.duplicate_of is not None or situation.message.marks.bounce:
        return ()
    alone = situation.model_copy(update={"understanding": None})
    unplaced = no_case("safety_alone", Disposition.UNCLEAR, "It could not be routed.")
    raises = [more for floor in _GRAVEST_FIRST if (more := floor(alone, unplaced))]
    return tuple(draft for more in raises for draft in more.drafts_first)


def _causes(finding: SafetyFinding) -> list[str]:
    persons = [_CAUSE[danger] for danger in persons_in(finding)]
    return persons or [finding.hazard.value if finding.hazard is not Hazard.NONE else "danger"]
