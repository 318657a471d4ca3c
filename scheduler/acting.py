"""T8: a person acts on a case. ``casework`` says whether they may; act, case, duties and audit are one transaction."""

from datetime import datetime

from sqlalchemy import Connection

from casework.acts import Act, Close
from casework.clocks import deadlines, events_of
from casework.dossier import Dossier, OtherCase
from casework.letter_facts import LetterFacts
from casework.people import Person
from casework.perform import Performed, Refused, perform
from domain.errors import Conflict
from domain.labels import Topic
from scheduler.letters import send_letter
from scheduler.node import LandlordSetup, Node
from scheduler.parties import follow_parties
from scheduler.recording import record
from scheduler.routes import follow_route
from scheduler.sorting import follow, hold_both, other_case
from scheduler.standing import Standing, clocks_of, setup_for, stands
from scheduler.surveys import ask_how_it_was

__all__ = ["Standing", "act_on", "dossier_of", "other_case", "stands"]


def dossier_of(standing: Standing, setup: LandlordSetup, now: datetime, other: OtherCase | None = None) -> Dossier:
    """What rules may look at before an act; ``other`` is the case that the act names (``other_case``)."""
    events = events_of(standing.life, standing.acknowledged, standing.told)
    rows = clocks_of(standing, setup, standing.life, events)
    return Dossier(
        life=standing.life,
        policy=setup.policy,
        calendar=setup.calendar,
        matter=standing.row["matter"],
        people=setup.staff,
        restricted=standing.row["restricted"],
        preferred_way=standing.life.complainants_way,
        needs_support=any(flag.startswith("vulnerable") for flag in standing.row["flags"]),
        topic=Topic(standing.row["topic"]),
        flags=frozenset(standing.row["flags"]),
        complained_about=standing.life.named,
        team_complained_about=standing.life.named_team,
        deadlines=deadlines(rows, events),
        letter=LetterFacts(reference=standing.row["reference"], team=standing.row["team"]),
        other=other,
        now=now,
    )


def act_on(
    node: Node,
    tx: Connection,
    reference: str,
    act: Act,
    *,
    by: Person,
    now: datetime,
    expected_version: int | None = None,
) -> Performed | Refused:
    """Do something with a case, or say what stands against it; then nothing was written.

    Args:
        node: ids, keys and the landlords' rules.
        tx: a writing transaction.
        reference: the case's, in any spelling.
        act: what is to be done.
        by: who does it.
        now: when.
        expected_version: the case as that person saw it.

    Raises:
        NotFound: there is no such case.
        Conflict: somebody else changed it since.
    """
    hold_both(tx, reference, act)
    standing = stands(tx, reference, hold=True)
    if expected_version is not None and standing.row["version"] != expected_version:
        raise Conflict("somebody else changed this case first; look at it again")
    setup = setup_for(node, standing.row)
    answer = perform(dossier_of(standing, setup, now, other_case(tx, standing, act)), act, by)
    if isinstance(answer, Refused):
        return answer
    if followed := follow(node, tx, standing, answer, now=now):
        return followed
    record(node, tx, standing, answer.done, answer.life, now=now)
    follow_route(node, tx, standing, act, by=by, now=now)
    follow_parties(tx, standing.row["id"], act, answer.life)
    after = stands(tx, reference)
    if isinstance(act, Close):
        ask_how_it_was(node, tx, after.row, after.life, now=now)
    send_letter(node, tx, after.row, act, dossier_of(after, setup, now), now=now)
    return answer
