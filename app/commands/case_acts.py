"""``tenantline case act / acts``: what people do with a case, allowed or not."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from app.logs import set_up_logs
from app.node_for_acts import node_for_acts
from app.place import place_of
from app.seeing import seen_case, somebody
from app.terminal import say, show_table, write_json, written
from app.wiring import SystemClock
from casework.acts import Act
from casework.perform import Objection, Refused, objections_to
from domain.errors import ConfigurationError
from scheduler.acting import act_on, dossier_of, other_case, stands
from scheduler.standing import setup_for
from store.case_acts import load_acts

ACT: TypeAdapter[Act] = TypeAdapter(Act)
ACT_EXAMPLE = """For example: tenantline case act CES-26-00001X '{"act": "assign", "to": ["mia"]}' --by mia"""
ACTS_EXAMPLE = "For example: tenantline case acts CES-26-00001X"
_REFUSED = 1
"""The command's exit status where the act was not done."""


def act(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="In any spelling.")],
    what: Annotated[str, typer.Argument(help="The act as a JSON object; `act` names it (docs/casework.md).")],
    *,
    by: Annotated[
        str, typer.Option(help="Who does it: the id of somebody on the staff list of the landlord's site file.")
    ],
    only_look: Annotated[bool, typer.Option("--only-look", help="Say what stands against it, and do nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Do something with a case, or hear why not and by which clause."""
    set_up_logs()
    wanted = read_act(what)
    now = SystemClock().now()
    other_reference = ""
    with node_for_acts(place_of(context), with_channels=not only_look) as node, node.database.writing() as tx:
        standing = stands(tx, reference)
        setup = setup_for(node, standing.row)
        person = somebody(setup.staff, by, setup.policy.slug)
        if only_look:
            other = other_case(tx, standing, wanted)
            found = objections_to(dossier_of(standing, setup, now, other), wanted, person)
            done = False
        else:
            answer = act_on(node, tx, reference, wanted, by=person, now=now)
            done = not isinstance(answer, Refused)
            other_reference = "" if isinstance(answer, Refused) else getattr(answer.done.act, "into", "")
            found = answer.objections if isinstance(answer, Refused) else answer.warnings
    _tell(found, done=done, as_json=as_json, other=other_reference)
    if not done and (not only_look or any(each.blocks for each in found)):
        sys.exit(_REFUSED)


def acts(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="In any spelling.")],
    *,
    by: Annotated[str, typer.Option(help="Who looks: an id of the staff list; left out: the operator.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """What people did with a case, the first first. The look is on record."""
    with seen_case(place_of(context), reference, by=by, what="acts") as (tx, standing):
        rows = load_acts(tx, standing.row["id"])
        if as_json:
            for row in rows:
                write_json({name: row[name] for name in ("number", "at", "by", "roles", "act")})
            return
        lines = [(str(row["number"]), written(row["at"]), row["by"], row["name"].replace("_", " ")) for row in rows]
    show_table(headings=("No.", "When", "Who", "What"), rows=lines)


def read_act(words: str) -> Act:
    """An act from JSON.

    Raises:
        ConfigurationError: it is no JSON, names no act, or lacks something; the sentence says what.
    """
    try:
        found: Act = ACT.validate_python(json.loads(words))
    except json.JSONDecodeError as problem:
        raise ConfigurationError(f"the act is no JSON ({problem.msg}): quote it as '{{\"act\": ...}}'") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "act"
        raise ConfigurationError(f"the act cannot be read: {where}: {first['msg']}") from problem
    return found


def _tell(found: Sequence[Objection], *, done: bool, as_json: bool, other: str) -> None:
    if as_json:
        write_json({"done": done, "other": other, "objections": [_as_line(each) for each in found]})
        return
    say("Done." if done else "Not done." if any(each.blocks for each in found) else "Nothing stands against it.")
    if done and other:
        say(f"The other case: {other}")
    for each in found:
        clause = f" [{each.clause}: {each.quote}]" if each.clause else ""
        say(f"  {'' if each.blocks else 'Think of it: '}{each.words}{clause}")


def _as_line(each: Objection) -> dict[str, Any]:
    return {"words": each.words, "clause": each.clause, "quote": each.quote, "blocks": each.blocks}
