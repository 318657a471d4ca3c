"""What people did with a case, a plain sentence an act, for whoever reads the case whole."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from casework.acts import Act
from casework.life import Done
from domain.uktime import format_date, format_moment

Piece = str | tuple[str, str]
"""Words with ``{fields}`` of the act; with a field's name before them only where that field says something."""

SENTENCES: Final[Mapping[str, tuple[Piece, ...]]] = {
    "set_kind": ("set the kind to {kind}", ("reason", ": {reason}")),
    "wish_for_complaint": ("noted that they wish to complain, {at}: “{words}”",),
    "assign": ("gave this stage to {to}", ("declared_impartial", ", who had no part in the matter")),
    "log_contact": (
        "tried to reach them by {way}, {at}",
        ("reached", ", and did"),
        ("discussed", "; they talked about how to resolve it"),
        ("note", ": {note}"),
    ),
    "record_outcome_sought": ("noted what they would like to happen: {words}",),
    "add_point": ("put down a point of complaint ({point}): {words}",),
    "investigate": ("found out about {point}: {findings}",),
    "add_evidence": ("added evidence ({evidence}): {what}",),
    "consider_evidence": (
        "considered the evidence {evidence}",
        ("relevant", ", which matters here"),
        ("note", ": {note}"),
    ),
    "resolve_quickly": (
        "put it right there and then: {done}",
        ("apologised", "; apologised"),
        ("accepted", "; they say that this settles it"),
    ),
    "offer_discussion": ("offered a talk before the decision, {at}",),
    "end_discussion": ("noted that the talk was {how}, {at}", ("note", ": {note}")),
    "issue_draft": ("sent a draft for comments, {at}, because {because}",),
    "record_comment": ("noted a comment on the draft ({comment}), {at}",),
    "consider_comment": ("took the comment {comment} into account: {how}",),
    "close_comments": ("closed the comments, {at}: they have said all there is to say",),
    "decide": ("decided {point}: {verdict}. {reasons}",),
    "state_fault": ("stated whether we were at fault: {fault}", ("words", ". {words}")),
    "propose_remedy": (
        "proposed a remedy ({remedy}, {kind}): {what}",
        ("pence", ", £{pence}"),
        ("asked_for", "; they had asked for it"),
        ("proportionate_because", "; it fits because {proportionate_because}"),
    ),
    "approve_remedy": ("approved the remedy {remedy}", ("consulted", "; asked {consulted}"), ("view", ": {view}")),
    "add_action": ("promised ({action}, {kind}): {what} by {due_on}, {officer}, {contact}",),
    "complete_action": ("saw {action} done on {on}",),
    "record_learning": ("noted what was learnt: {words}",),
    "send_outcome": ("sent the outcome by {way}, {at}", ("instead_of_preferred", ", because {instead_of_preferred}")),
    "confirm_in_writing": ("confirmed in writing what was said, {at}",),
    "extend": ("put the answer off to {to}: {reason}", ("good_reason", "; {good_reason}")),
    "escalate": ("noted that they ask for the next stage, {at}", ("reasons", ": {reasons}")),
    "refuse_escalation": ("refused the next stage on the ground {ground}: {evidence}; {reasons}",),
    "assess_vulnerability": ("assessed what makes this harder for them: {found}. Support: {support}",),
    "handle_specially": (
        "took it out of the usual steps, to be looked at again on {review_on}: {reasons}",
        ("answer_by", "; its answer by {answer_by}"),
    ),
    "set_stage": ("set the stage to {stage}, {at}: {reasons}",),
    "offer_mediation": ("noted of mediation: {answer}",),
    "withdraw": ("noted that they take it back, {at}: “{words}”",),
    "close": ("closed the case",),
    "reopen": ("reopened the case: {reason}",),
    "record_ombudsman": (
        "noted of the Ombudsman: {what}",
        ("words", ": {words}"),
        ("wish", " ({wish})"),
        ("due_on", ", to be done by {due_on}"),
        ("proof", "; proof: {proof}"),
    ),
    "note_hazard": ("noted a danger ({hazard}), {at}", ("emergency", ", an emergency"), ("words", ": {words}")),
    "investigate_hazard": ("looked into the danger ({hazard}), {at}: {found}. {findings}",),
    "make_safe": ("made it safe ({hazard}), {at}: {what}", ("more_to_do", "; more is to be done")),
    "begin_hazard_works": ("began the works on the danger ({hazard}), {at}", ("what", ": {what}")),
    "send_hazard_summary": ("sent what was found about the danger ({hazard}) by {way}, {at}",),
    "offer_alternative": ("offered another place to stay ({hazard}), {at}: {where}; answer: {answer}",),
    "write_part": ("wrote the part “{content}” of the {letter} letter: {words}",),
    "review_special_handling": ("kept it out of the usual steps until {review_on}: {reasons}",),
    "end_special_handling": ("took it back into the usual steps", ("reasons", ": {reasons}")),
    "split_case": (
        "split it: another case of its own ({kind})",
        ("points", " with {points}"),
        ("words", ": {words}"),
        ("into", ", {into}"),
    ),
    "split_from": ("began this case with what was split from {of}", ("words", ": {words}")),
    "join_case": ("joined it to {into}, which goes on", ("reason", ": {reason}"), ("consent", "; consent: {consent}")),
    "take_in": ("took {of} in, received {own_received_at}",),
    "undo_join": ("undid the joining: {reason}",),
    "give_back": ("gave {of} back",),
    "refuse_complaint": (
        "refused the complaint on the ground {ground}, {at}: {evidence}; {reasons}",
        ("told_of_ombudsman", "; told them of the Ombudsman"),
    ),
    "accept_complaint": ("took the complaint on after all: {reasons}",),
    "set_route": ("set the route {route}", ("stage", ", to stage {stage}"), ("reasons", ": {reasons}")),
    "leave_route": ("left the route {route} ({how})", ("reasons", ": {reasons}")),
    "answer_by_law": ("gave the answer that the law asks for ({duty}), {at}", ("note", ": {note}")),
    "add_party": (
        "added somebody ({party}, {role})",
        ("name", ": {name}"),
        ("bond", ", {bond}"),
        ("homes", ", {homes}"),
    ),
    "set_bond": ("noted what {party} is to the landlord: {bond}", ("found_by", " ({found_by})")),
    "set_lead": ("noted that {party} leads the group: {agreed}",),
    "record_authority": (
        "recorded that {party} may act for {for_party} ({evidence}, {scope}), from {from_at}",
        ("until", " until {until}"),
        ("note", ": {note}"),
    ),
    "check_authority": (
        "checked the authority of {party}",
        ("shown", "; it is shown"),
        ("wanted", "; it is wanted"),
        ("how", ": {how}"),
    ),
    "withdraw_authority": ("noted that the authority of {party} was taken back, {at}: “{words}”",),
    "record_death": (
        "noted that {party} died",
        ("on", " on {on}"),
        ("told_by", ", told by {told_by}"),
        ("acts", "; {acts} acts"),
    ),
    "record_capacity": (
        "noted an assessment of whether {party} can decide: {how}",
        ("lacks", "; they cannot"),
        ("decided_by", "; {decided_by} decides"),
    ),
    "set_wishes": (
        "noted how {party} wishes to be met",
        ("way", ": by {way}"),
        ("language", ", in {language}"),
        ("formats", ", {formats}"),
        ("avoid", "; never {avoid}"),
        ("safe_contact_only", "; safe contact only"),
        ("mind", "; to mind: {mind}"),
    ),
    "record_interest": ("noted an interest of {person} in the matter: {interest}",),
    "send_acknowledgement": ("acknowledged it by {way}, {at}", ("to", " (to {to})")),
    "send_leaflet": ("sent the {what} that was asked for by {way}, {at}", ("formats", ", {formats}")),
    "agree_updates": ("agreed on news every {every} working days",),
    "send_update": ("told them how it stands by {way}, {at}: {words}", ("to", " (to {to})")),
    "tell_new_date": ("told them a new day for the reply, {until}, {at}: {reason}",),
    "name_cause": ("named the cause: {cause}", ("standard", " ({standard})")),
    "pass_on_thanks": (
        "passed the thanks on, {on}",
        ("people", ", to {people}"),
        ("team", ", to the team {team}"),
        ("service", ", for {service}"),
        ("manager", "; told {manager}"),
        ("good_practice", "; good practice: {good_practice}"),
    ),
    "arrange_meeting": ("arranged a meeting ({meeting}, {where}) with {who}, {when}",),
    "hold_meeting": (
        "noted of the meeting {meeting}",
        ("held", " that it took place"),
        ("identified", ", identification shown"),
        ("note", ": {note}"),
    ),
    "name_staff": ("noted whom it is about: {people}", ("team", ", team {team}")),
    "hear_account": ("asked {person} for their account", ("given", ", which they gave"), ("words", ": {words}")),
    "let_see": ("let {people} see the case: {reasons}",),
    "set_area": ("said where the home is", ("area", " ({area})"), ("reasons", ": {reasons}")),
    "unname_staff": ("noted that it is not about {people}: {reasons}",),
}
"""By the act's name. One that is not here is told by its name and what it says."""


def told(done: Done, names: Mapping[str, str]) -> str:
    """What somebody did, as in "Mia Hughes closed the case".

    Args:
        done: the act on record.
        names: of people who work here, by id; others are called by their id.
    """
    said = {name: _written(value, names) for name, value in _fields(done.act)}
    pieces = SENTENCES.get(done.act.act)
    words = "".join(_filled(pieces, said)) if pieces else _plainly(done.act.act, said)
    return f"{names.get(done.by, done.by)} {words.rstrip('.')}."


def _fields(act: Act) -> Iterator[tuple[str, Any]]:
    for name in type(act).model_fields:
        if name != "act":
            value = getattr(act, name)
            yield name, f"{value / 100:.2f}" if name == "pence" and value else value


def _filled(pieces: tuple[Piece, ...], said: Mapping[str, str]) -> Iterator[str]:
    for piece in pieces:
        needs, words = piece if isinstance(piece, tuple) else ("", piece)
        if not needs or said[needs]:
            yield words.format_map(said)


def _plainly(name: str, said: Mapping[str, str]) -> str:
    details = "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in said.items() if value)
    return f"noted: {name.replace('_', ' ')}" + (f" ({details})" if details else "")


def _written(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, tuple | frozenset):
        return ", ".join(_written(each, names) for each in value)
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return names.get(value, value) if isinstance(value, str) else str(value or "")
