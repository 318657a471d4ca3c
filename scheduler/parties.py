"""Who is in a case: the rows that messages brought as people of its life, and what acts about them change in rows."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping

from casework.acts import Act
from casework.acts_parties import CheckAuthority, RecordAuthority, SetWishes, WithdrawAuthority
from casework.life import Life
from casework.life_parties import CaseParty, Role
from domain.labels import AuthorityShown
from store.case_parties import change_party, keep_wishes, party_rows

_AUTHORITY: Final = (RecordAuthority, CheckAuthority, WithdrawAuthority)


def parties_of(rows: Sequence[RowMapping]) -> tuple[CaseParty, ...]:
    """People of a case as its messages brought them, by their roles: complainant, representative, representative2 ...

    What a message claims is no authority: that is for people to record.
    """
    return tuple(
        CaseParty(id=name, role=Role(row["role"]), name=row["name"] or "")
        for name, row in zip(_names(rows), rows, strict=True)
    )


def _names(rows: Sequence[RowMapping]) -> list[str]:
    seen: Counter[str] = Counter()
    names = []
    for row in rows:
        seen[row["role"]] += 1
        number = seen[row["role"]]
        names.append(row["role"] if number == 1 else f"{row['role']}{number}")
    return names


def rows_by_name(tx: Connection, case_id: str) -> dict[str, RowMapping]:
    """The rows of a case's people by the names that the case gives them."""
    rows = party_rows(tx, case_id)
    return dict(zip(_names(rows), rows, strict=True))


def follow_parties(tx: Connection, case_id: str, act: Act, life: Life) -> None:
    """Write what an act about somebody changes for messages to come: authority, language, formats, the safe contact."""
    if not isinstance(act, (*_AUTHORITY, SetWishes)):
        return
    row = rows_by_name(tx, case_id).get(act.party)
    if row is None:
        return  # a person added them: no message of theirs came, and none goes to them by itself
    if isinstance(act, SetWishes):
        locked = act.safe_contact_only
        keep_wishes(tx, row, language=act.language, formats=act.formats, way=act.way, locked=locked)
        return
    party = life.party(act.party)
    mandate = party.mandate if party else None
    holds = mandate is not None and mandate.shown and mandate.wanted and mandate.withdrawn_at is None
    behind = life.party(mandate.for_party) if mandate else None
    shown = AuthorityShown.ATTACHED if holds else AuthorityShown.ABSENT
    changes = {"authority": shown.value, "verified": holds}
    if behind and behind.name:
        changes["on_behalf_of"] = behind.name
    change_party(tx, row["id"], changes)
