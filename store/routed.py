"""What became of a message, written into its row."""

from functools import lru_cache

from sqlalchemy import Update, bindparam, update

from domain.decisions import Decision, Effects
from domain.understanding import SafetyFinding, Understanding
from store.statements import NewRows
from store.tables import MESSAGE


def mark_routed(
    rows: NewRows,
    message_id: str,
    *,
    case_id: str | None,
    effects: Effects,
    decision: Decision | None,
    understanding: Understanding | None,
    safety: tuple[SafetyFinding, ...],
    policy_version: str,
) -> None:
    """Keep with a message where it went and why. ``NewRows.write`` finds out whether it still waited."""
    values = {
        "row_id": message_id,
        "case": case_id,
        "what": effects.disposition.value if effects.disposition else None,
        "why": effects.reason or None,
        "by_rule": decision.rule if decision else None,
        "policy": policy_version,
        "understood": understanding.model_dump(mode="json") if understanding else None,
        "found": [finding.model_dump(mode="json", exclude_defaults=True) for finding in safety],
        "marked": [*effects.flags, *([f"corrected:{effects.corrected_reference}"] * bool(effects.corrected_reference))],
    }
    rows.change(_routed(), values)


@lru_cache
def _routed() -> Update:
    """Only a message that still waits: a worker whose lease ran out finds it done."""
    return (
        update(MESSAGE)
        .where(MESSAGE.c.id == bindparam("row_id"), MESSAGE.c.state == "waiting")
        .values(
            state="routed",
            lease_until=None,
            case_id=bindparam("case"),
            disposition=bindparam("what"),
            reason=bindparam("why"),
            rule=bindparam("by_rule"),
            policy_version=bindparam("policy"),
            understanding=bindparam("understood", type_=MESSAGE.c.understanding.type),
            safety=bindparam("found", type_=MESSAGE.c.safety.type),
            flags=bindparam("marked", type_=MESSAGE.c.flags.type),
        )
    )
