"""The page behind an alert's link: what it is about without anybody's words, and a button that takes it on."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from console.templating import render_page
from domain.uktime import format_moment
from store.tables import ALERT, CASE


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """What the link's holder may see: no name, no address, no text."""

    landlord: str
    cause: str
    reference: str | None
    since: str
    acknowledged: bool


def load_alert(tx: Connection, token: str, names: Mapping[str, str]) -> AlertView | None:
    """The alert of a link, None where there is none; ``names`` are the landlords' by slug."""
    wanted = (
        select(ALERT, CASE.c.reference)
        .select_from(ALERT.outerjoin(CASE, CASE.c.id == ALERT.c.case_id))
        .where(ALERT.c.token == token)
    )
    row = tx.execute(wanted).mappings().first()
    if row is None:
        return None
    return AlertView(
        landlord=names.get(row["landlord"], row["landlord"]),
        cause=str(row["cause"]).replace("_", " "),
        reference=row["reference"],
        since=format_moment(row["created_at"]),
        acknowledged=row["state"] == "acknowledged",
    )


def render_alert(alert: AlertView, token: str) -> str:
    """The page, with the button only while nobody has pressed it."""
    return render_page("alert.html", alert=alert, here=f"/alert/{token}")
