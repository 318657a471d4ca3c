"""Whether somebody may do something with a case, and why not: every act of staff goes through here."""

from pydantic import Field

from casework.acts import Act, Assign, Escalate, OfferDiscussion, SendOutcome
from casework.acts_promising import ArrangeMeeting
from casework.checklist import against, merged
from casework.dossier import Dossier
from casework.fold import after
from casework.life import Done, Life
from casework.musts import CHECKS
from casework.musts_parties import minded
from casework.objections import Objection
from casework.people import Person
from casework.seeing import why_unseen
from casework.sense import nonsense
from domain.clauses import Requirement
from domain.values import Value

__all__ = ["Objection", "Performed", "Refused", "objections_to", "perform"]


class Refused(Value):
    """The act was not done; nothing changed."""

    objections: tuple[Objection, ...]


class Performed(Value):
    """The act is done."""

    done: Done
    life: Life
    warnings: tuple[Objection, ...] = Field(default=())


def perform(dossier: Dossier, act: Act, by: Person) -> Performed | Refused:
    """Do something with a case, if everything that the policy asks for before it is there.

    Args:
        dossier: the case as it stands, the policy, the people, the time.
        act: what is to be done.
        by: who does it: always a person.
    """
    objections = objections_to(dossier, act, by)
    if any(each.blocks for each in objections):
        return Refused(objections=objections)
    done = Done(act=act, by=by.id, roles=by.roles, at=dossier.now)
    return Performed(done=done, life=after(dossier.life, done), warnings=objections)


def objections_to(dossier: Dossier, act: Act, by: Person) -> tuple[Objection, ...]:
    """All that stands against an act, the gravest first; what blocks it and what is only advised."""
    found = [Objection(words=words) for words in (*nonsense(dossier, act), *_handlers(dossier, act))]
    if unseen := _unseen(dossier, by):
        found.append(Objection(words=unseen))
    if not found:
        found = [*_asked(dossier, act, by), *_late(dossier, act), *_minded(dossier, act)]
        found = list(merged([*found, *against(dossier, act, by)]))
    return tuple(sorted(found, key=lambda each: not each.blocks))


def _unseen(dossier: Dossier, by: Person) -> str:
    staff, about = list(dossier.people.values()), dossier.complained_about
    return why_unseen(dossier.life, by, staff, marked=dossier.restricted, about=about)


def _asked(dossier: Dossier, act: Act, by: Person) -> list[Objection]:
    """What the landlord's policy and its regimes ask for before this act."""
    stage = dossier.life.stage.number
    found: dict[str, Objection] = {}
    for must, (acts, check) in CHECKS.items():
        if not isinstance(act, acts):
            continue
        for rule in dossier.policy.demands(must, stage=stage, matter=dossier.matter):
            if words := check(dossier, act, by, rule):
                # Of two clauses that ask for the same the landlord's own is named.
                found.setdefault(words, _objection(rule, words))
    return list(found.values())


def _objection(rule: Requirement, words: str) -> Objection:
    own = rule.basis.wording == "quote"
    return Objection(words=words, clause=rule.basis.clause, quote=rule.basis.text, blocks=not rule.advice, own=own)


def _handlers(dossier: Dossier, act: Act) -> list[str]:
    """A stage is one person's, or a panel's of the size that the policy says."""
    stage = dossier.policy.stage(dossier.life.stage.number)
    size = max(stage.panel, 1) if stage else 1
    if not isinstance(act, Assign) or len(set(act.to)) == size == len(act.to):
        return []
    return [f"this stage is decided by {size} people, not {len(act.to)}" if size > 1 else "give it to one person"]


def _minded(dossier: Dossier, act: Act) -> list[Objection]:
    """What people asked us to mind stands before whoever takes it on, meets them or answers."""
    words = minded(dossier) if isinstance(act, Assign | ArrangeMeeting | OfferDiscussion | SendOutcome) else ""
    return [Objection(words=words, blocks=False)] if words else []


def _late(dossier: Dossier, act: Act) -> list[Objection]:
    """An escalation after its window is never refused by itself: a person looks at it (POOL-34)."""
    window = dossier.due("escalation_window")
    if not isinstance(act, Escalate) or window is None or act.at <= window.due_at:
        return []
    words = "the time to ask for the next stage is over: ask why it comes late, and think of illness or a lost letter"
    return [Objection(words=words, clause=window.basis, blocks=False)]
