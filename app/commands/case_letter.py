"""``tenantline case letter``: a letter as the case fills it, and what it still lacks."""

import sys
from dataclasses import dataclass
from email.utils import formataddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection, RowMapping

from app.logs import set_up_logs
from app.node_for_acts import node_for_acts
from app.place import place_of
from app.seeing import put_on_record
from app.terminal import say, tell
from app.wiring import SystemClock
from casework.composing import compose
from casework.dossier import Dossier
from casework.letters import Letter
from casework.short_forms import short_form, spoken
from channels.letter import Settings, build
from domain.letters import LetterType
from domain.messages import NO_ADDRESS, Address, OutboundMessage
from domain.policies import Policy
from scheduler.acting import dossier_of, stands
from scheduler.letters import reader_of
from scheduler.node import Node
from scheduler.standing import Standing, setup_for

EXAMPLE = "For example: tenantline case letter CES-26-00001X --type outcome --as pdf --out answer.pdf"
_LACKS = 1
"""The command's exit status where the letter may not leave yet."""


class Form(StrEnum):
    """What the letter is shown as."""

    TEXT = "text"
    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    PDF = "pdf"


def letter(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="In any spelling.")],
    *,
    kind: Annotated[LetterType, typer.Option("--type", help="Which letter.")] = LetterType.OUTCOME,
    language: Annotated[str, typer.Option(help="en or cy; left out: the addressee's.")] = "",
    form: Annotated[
        Form, typer.Option("--as", help="As text, email, text message, telephone script or PDF.")
    ] = Form.TEXT,
    by: Annotated[str, typer.Option(help="Who looks: an id of the staff list; left out: the operator.")] = "",
    out: Annotated[Path | None, typer.Option(help="A file to write to; a PDF needs one.")] = None,
) -> None:
    """A letter filled with what the case knows, and what is still missing. Nothing is sent; the look is on record."""
    set_up_logs()
    if form is Form.PDF and out is None:
        raise typer.BadParameter("say with --out where the PDF is to be written", param_hint="--as pdf")
    with node_for_acts(place_of(context), with_channels=False) as node:
        now = SystemClock().now()
        put_on_record(node.database, place_of(context), reference, by=by, what=f"letter {kind.value}")
        with node.database.reading() as tx:
            standing = stands(tx, reference)
            setup = setup_for(node, standing.row)
            dossier = dossier_of(standing, setup, now)
            to = _addressee(tx, standing.row, dossier, form)
        if language:
            wanted = dossier.letter.model_copy(update={"language": language})
            dossier = dossier.model_copy(update={"letter": wanted})
        found = compose(dossier, kind, node.letters)
        shown = _shown(node, standing, found, to, form)
    if out is not None:
        out.write_bytes(shown)
    else:
        say(shown.decode())
    for each in found.missing:
        clause = f" [{each.clause}: {each.quote}]" if each.clause else ""
        tell(f"{'Missing' if each.blocks else 'Think of it'}: {each.words}{clause}")
    if not found.is_whole:
        sys.exit(_LACKS)


@dataclass(frozen=True, kw_only=True)
class _Addressee:
    """Whom a letter would go to; no address where none is known that may be used."""

    name: str = ""
    address: Address = NO_ADDRESS
    large_print: bool = False


def _addressee(tx: Connection, case: RowMapping, dossier: Dossier, form: Form) -> _Addressee:
    reader = reader_of(tx, case, dossier)
    if reader is None:
        return _Addressee()
    addresses = reader.addresses(tx, "letter" if form is Form.PDF else "email", dossier.now)
    return _Addressee(
        name=reader.party.name,
        address=addresses[0] if addresses else NO_ADDRESS,
        large_print=reader.in_large_print,
    )


def _shown(node: Node, standing: Standing, found: Letter, to: _Addressee, form: Form) -> bytes:
    if form is Form.PDF:
        row = standing.row
        return _printed(setup_for(node, row).policy, row["reference"], found, to)
    texts = {
        Form.TEXT: lambda: found.text,
        Form.EMAIL: lambda: _mail(found, to),
        Form.SMS: lambda: short_form(found, node.letters),
        Form.PHONE: lambda: spoken(found, node.letters),
    }
    return texts[form]().encode()


def _mail(found: Letter, to: _Addressee) -> str:
    """Head and words of the mail."""
    known = to.address is not NO_ADDRESS
    address = formataddr((to.name, to.address.value)) if known else "(no email address that may be used)"
    return f"To: {address}\nSubject: {found.subject}\n\n{found.text}"


def _printed(policy: Policy, reference: str, found: Letter, to: _Addressee) -> bytes:
    """As the letter channel prints it; the window is empty where no postal address is known."""
    lines = tuple(line for line in (policy.phone, policy.email) if line)
    channel = build(policy.slug, "preview", Settings(folder=Path(), landlord_name=policy.name, sender_lines=lines))
    outbound = OutboundMessage(
        id="preview",
        dedupe_key="preview",
        landlord=policy.slug,
        channel="preview",
        purpose="letter",
        to=to.address,
        to_name=to.name or None,
        subject=found.subject,
        body=found.text,
        reference=reference,
        language=found.language,
        headings=tuple(part.heading for part in found.parts),
        large_print=to.large_print,
    )
    return channel.render(outbound, SystemClock().now()).pdf
