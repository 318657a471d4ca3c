"""``tenantline case letter``: a letter as the case fills it, and what it still lacks."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.logs import set_up_logs
from app.node_for_acts import node_for_acts
from app.place import place_of
from app.terminal import say, tell
from app.wiring import SystemClock
from casework.composing import compose
from casework.letters import Letter
from casework.short_forms import short_form, spoken
from channels.letter import Settings, build
from domain.letters import LetterType
from domain.messages import Address, AddressKind, OutboundMessage
from scheduler.acting import dossier_of, stands
from scheduler.node import LandlordSetup, Node

EXAMPLE = "For example: tenantline case letter CES-26-00001X --type outcome --as pdf --out answer.pdf"
_LACKS = 1
"""The command's exit status where the letter may not leave yet."""


class Form(StrEnum):
    """What the letter is shown as."""

    TEXT = "text"
    SMS = "sms"
    PHONE = "phone"
    PDF = "pdf"


def letter(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="In any spelling.")],
    *,
    kind: Annotated[LetterType, typer.Option("--type", help="Which letter.")] = LetterType.OUTCOME,
    language: Annotated[str, typer.Option(help="en or cy; left out: the addressee's.")] = "",
    form: Annotated[Form, typer.Option("--as", help="As text, text message, telephone script or PDF.")] = Form.TEXT,
    out: Annotated[Path | None, typer.Option(help="A file to write to; a PDF needs one.")] = None,
) -> None:
    """A letter filled with what the case knows, and what is still missing. Nothing is sent."""
    set_up_logs()
    if form is Form.PDF and out is None:
        raise typer.BadParameter("say with --out where the PDF is to be written", param_hint="--as pdf")
    with node_for_acts(place_of(context), with_channels=False) as node:
        now = SystemClock().now()
        with node.database.reading() as tx:
            standing = stands(tx, reference)
        setup = node.landlords[standing.row["landlord"]]
        dossier = dossier_of(standing, setup, now)
        if language:
            wanted = dossier.letter.model_copy(update={"language": language})
            dossier = dossier.model_copy(update={"letter": wanted})
        found = compose(dossier, kind, node.letters)
        shown = _shown(node, setup, found, standing.row["reference"], form)
    if out is not None:
        out.write_bytes(shown)
    else:
        say(shown.decode())
    for each in found.missing:
        clause = f" [{each.clause}: {each.quote}]" if each.clause else ""
        tell(f"{'Missing' if each.blocks else 'Think of it'}: {each.words}{clause}")
    if not found.is_whole:
        sys.exit(_LACKS)


def _shown(node: Node, setup: LandlordSetup, found: Letter, reference: str, form: Form) -> bytes:
    if form is Form.PDF:
        return _printed(setup, found, reference)
    texts = {Form.TEXT: lambda: found.text, Form.SMS: lambda: short_form(found, node.letters)}
    return texts.get(form, lambda: spoken(found, node.letters))().encode()


def _printed(setup: LandlordSetup, found: Letter, reference: str) -> bytes:
    """As the letter channel prints it, with no address in the window."""
    policy = setup.policy
    lines = tuple(line for line in (policy.phone, policy.email) if line)
    channel = build(policy.slug, "preview", Settings(folder=Path(), landlord_name=policy.name, sender_lines=lines))
    outbound = OutboundMessage(
        id="preview",
        dedupe_key="preview",
        landlord=policy.slug,
        channel="preview",
        purpose="letter",
        to=Address(kind=AddressKind.POST, value=""),
        subject=found.subject,
        body=found.text,
        reference=reference,
        language=found.language,
        headings=tuple(part.heading for part in found.parts),
    )
    return channel.render(outbound, SystemClock().now()).pdf
