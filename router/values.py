"""The placeholder values of automatic answers: what a policy and its clocks say, in plain words.

No personal data goes in, and no word of any message.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from domain.decisions import Situation
from domain.duties import DutyRow
from domain.labels import Hazard, Kind, Matter, Topic
from domain.uktime import format_date, format_moment, local_date
from router.phrases import hazard_words, items_words, understood_as

_DATE_OF: Final = {
    "acknowledge": "acknowledge_on",
    "contact": "contact_on",
    "respond": "respond_on",
    "draft": "draft_on",
    "hazard_safe": "safe_by",
    "hazard_investigate": "investigate_on",
}
_EMPTY: Final = dict.fromkeys(
    (
        *("acknowledge_on", "contact_on", "respond_on", "draft_on", "safe_by", "investigate_on", "escalate_until"),
        *("name", "definition", "items", "corrected", "stage", "next_stage", "topic", "options", "question", "support"),
        *("support_nhs", "two_way", "one_way", "asks_home", "asks_leak"),
        *("hazard", "hazard_phone", "hazard_advice", "team", "handler", "handler_phone", "track_link", "feedback_link"),
        *("policy_link", "privacy_link", "other_body", "other_body_contact", "outcome_sought", "missing", "formats"),
    ),
    "",
)
"""Every wording of the router may use these; what has nothing to say stays empty."""


def landlord_values(situation: Situation, language: str, matter: str) -> dict[str, str]:
    """What is the same in every answer of a landlord on a day: its own, and the Ombudsman's for that matter."""
    policy = situation.policy
    ombudsman = policy.ombudsman(matter)
    gas = policy.emergency_line(Hazard.GAS)
    crisis = policy.emergency_line("crisis")
    nhs = policy.emergency_line("mental_health")
    return _EMPTY | {
        "landlord": policy.name,
        "landlord_short": policy.short_name or policy.name,
        "team": policy.teams.get("complaints", policy.name),
        "phone": policy.phone,
        "email": policy.email,
        "website": policy.website,
        "post": policy.post,
        "hours": policy.hours,
        "emergency_phone": policy.emergency_phone or policy.phone,
        "ombudsman": ombudsman.called(language),
        "ombudsman_phone": ombudsman.phone,
        "ombudsman_website": ombudsman.site,
        "ombudsman_post": ombudsman.post,
        "hazard_phone": gas.phone if gas else "",
        "support": crisis.phone if crisis else "",
        "support_nhs": nhs.phone if nhs else "",
        "today": format_date(local_date(situation.now), language),
        "received_on": format_date(local_date(situation.message.received_at), language),
    }


def date_values(rows: Iterable[DutyRow], language: str) -> dict[str, str]:
    """By when what is due: the effective clock of each duty that tenants are told of."""
    found: dict[str, str] = {}
    for row in sorted((row for row in rows if row.effective), key=lambda row: row.due):
        name = _DATE_OF.get(row.name)
        if name and name not in found:
            in_hours = row.clock.value == "hours"
            found[name] = format_moment(row.due, language) if in_hours else format_date(local_date(row.due), language)
    return found


def stage_values(situation: Situation, stage: int, language: str) -> dict[str, str]:
    """The stage's name and the next one's under the policy."""
    return {
        "stage": situation.policy.stage_name(stage, language),
        "next_stage": situation.policy.stage_name(stage + 1, language),
    }


def understood_values(
    kind: Kind, topic: Topic, items: Iterable[Kind | Matter], team: str, language: str
) -> dict[str, str]:
    """What we took it for and who deals with it."""
    return {
        "definition": understood_as(kind, topic, language),
        "items": items_words(items, language),
        "team": team,
    }


def hazard_values(situation: Situation, hazard: Hazard, language: str) -> Mapping[str, str]:
    """The danger in plain words, and the public number for it where there is one."""
    line = situation.policy.emergency_line(hazard)
    return {"hazard": hazard_words(hazard, language)} | ({"hazard_phone": line.phone} if line else {})
