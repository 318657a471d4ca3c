"""Who is in a new case: the writer first, who hears from us, then whomever the writer speaks for."""

from typing import Final

from domain.cases import PartyRole
from domain.decisions import NewParty, Situation
from domain.labels import AuthorityShown, RepresentativeKind
from domain.messages import NO_ADDRESS, AddressKind
from domain.senders import typed_addresses
from domain.understanding import Understanding
from router.answers import language_of
from router.colleagues import is_colleague, passed_on

ELECTED: Final = frozenset({RepresentativeKind.COUNCILLOR, RepresentativeKind.MP})
_ROLES: Final = {
    RepresentativeKind.COUNCILLOR: PartyRole.ELECTED_MEMBER,
    RepresentativeKind.MP: PartyRole.ELECTED_MEMBER,
    RepresentativeKind.RESIDENTS_GROUP: PartyRole.GROUP_LEAD,
    RepresentativeKind.OTHER_AGENCY: PartyRole.PROFESSIONAL,
}


def represents(understood: Understanding | None) -> bool:
    """Whether the writer speaks for somebody else. A group's lead speaks for a group and is a complainant."""
    return understood is not None and understood.representative not in {
        RepresentativeKind.NONE,
        RepresentativeKind.RESIDENTS_GROUP,
    }


def has_shown_authority(understood: Understanding | None) -> bool:
    """A paper is with the message. A person looks at it before anything about the case is told (situation 61)."""
    return (
        understood is not None
        and understood.authority is AuthorityShown.ATTACHED
        and understood.representative not in ELECTED
    )


def parties_of(situation: Situation) -> tuple[NewParty, ...]:
    """The parties of the case that this message opens."""
    if is_colleague(situation):
        return _passed_on_by_staff(situation)
    understood = situation.understanding
    kind = understood.representative if understood else RepresentativeKind.NONE
    authority = understood.authority if understood and represents(understood) else AuthorityShown.NOT_APPLICABLE
    known = situation.sender
    writer = NewParty(
        role=_ROLES.get(kind, PartyRole.REPRESENTATIVE if represents(understood) else PartyRole.COMPLAINANT),
        name=situation.message.sender_name or (known.name if known else None) or situation.message.form.get("name"),
        address=situation.message.sender,
        also=tuple(each for each in typed_addresses(situation.message.form) if each != situation.message.sender),
        representative=kind,
        on_behalf_of=understood.on_behalf_of if understood and represents(understood) else None,
        authority=authority,
        language=language_of(situation),
        adjustments=known.adjustments if known else (),
    )
    if not represents(understood):
        return (writer,)
    behind = NewParty(
        role=PartyRole.COMPLAINANT,
        name=understood.on_behalf_of if understood else None,
        address=NO_ADDRESS,
    )
    return writer, behind


def _passed_on_by_staff(situation: Situation) -> tuple[NewParty, ...]:
    """The colleague, and whoever wrote first, who is a lead for a person: that address is not one to write to."""
    found, understood = passed_on(situation), situation.understanding
    named = understood.on_behalf_of if understood else None
    lead = " ".join(filter(None, (found.name, f"<{found.address}>" if found.address else ""))) if found else named
    staff = NewParty(
        role=PartyRole.STAFF,
        name=situation.message.sender_name or (situation.sender.name if situation.sender else None),
        address=situation.message.sender,
        on_behalf_of=lead or None,
    )
    name = (found.name if found else None) or named
    return staff, NewParty(role=PartyRole.COMPLAINANT, name=name, address=NO_ADDRESS, language=language_of(situation))


def is_anonymous(situation: Situation) -> bool:
    """Nobody who could be answered and no name (situation 76). A note that staff took is a person's word."""
    message = situation.message
    named = message.sender_name or message.form.get("name") or message.form.get("address") or message.noted_by
    return message.sender.kind is AddressKind.NONE and not named
