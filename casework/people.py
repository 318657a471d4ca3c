"""Who acts on a case. There is no machine among them: whatever changes a case's life is done by a person."""

from enum import StrEnum

from domain.labels import Topic
from domain.values import Value


class Role(StrEnum):
    """What somebody is in the landlord's organisation. Which stage or approval needs which is the policy's to say."""

    ADVISER = "adviser"
    OFFICER = "officer"
    MANAGER = "manager"
    DIRECTOR = "director"
    CHIEF_EXECUTIVE = "chief_executive"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    BOARD_MEMBER = "board_member"
    COMPANY_SECRETARY = "company_secretary"


SENIORITY = (Role.ADVISER, Role.OFFICER, Role.MANAGER, Role.DIRECTOR, Role.CHIEF_EXECUTIVE)
"""From the first to the last whom an officer answers to. The Board stands beside it."""

BOARD = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.BOARD_MEMBER})


class Person(Value):
    """A member of staff or of the Board, as far as rules look at them."""

    id: str
    name: str
    roles: frozenset[Role]
    team: str = ""
    competences: frozenset[Topic] = frozenset()
    """What they are trained and authorised to look into; empty: everything of their team's (CCBC-14)."""

    def has(self, role: Role) -> bool:
        """Whether they hold this role, or one above it in the line of ``SENIORITY``."""
        if role in self.roles:
            return True
        return role in SENIORITY and self.rank >= SENIORITY.index(role)

    @property
    def rank(self) -> int:
        """Place in the line of ``SENIORITY``; -1 outside it."""
        return max((SENIORITY.index(role) for role in self.roles if role in SENIORITY), default=-1)
