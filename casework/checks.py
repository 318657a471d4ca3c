"""The shape of a check behind a policy's requirement. What is checked stands in ``casework.musts`` and its like."""

from collections.abc import Callable

from casework.acts import Act
from casework.dossier import Dossier
from casework.people import Person
from domain.clauses import Must, Requirement

Check = Callable[[Dossier, Act, Person, Requirement], str]
"""What is missing, as a sentence for staff; empty where nothing is."""

Checks = dict[Must, tuple[tuple[type, ...], Check]]
"""The acts before which each is asked."""
