"""Where a policy contradicts itself or its regime (rules A6): each with the clause, why, and what is done about it.

One small function a finding; ``FINDERS`` is the list. They read stages, duties and terms, never a landlord's name, so
a new landlord's policy is found out in the same way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.clauses import Duty, Term, TermName
from domain.deadlines import ClockUnit
from domain.labels import Kind
from domain.policies import Policy
from domain.uktime import format_date


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of ``policy check``."""

    level: str
    """error, warning or info."""
    landlord: str
    clause: str
    finding: str


Found = Iterator[tuple[str, str]]
"""Clause and sentence."""


def contradictions(policy: Policy, today: date) -> Iterator[tuple[str, str, str]]:
    """Every finding of rules A6, in its order, as (level, clause, sentence)."""
    for finder in FINDERS:
        for clause, words in finder(policy, today):
            yield "warning", clause, words


def _draft_outlasts_the_target(policy: Policy, _today: date) -> Found:
    """A6 row 1."""
    for stage in policy.stages:
        chain = [_own(policy, name, stage.number) for name in ("draft", "comment_window", "final")]
        target = _own(policy, "respond", stage.number)
        days = sum(duty.amount for duty in chain if duty)
        if target and all(chain) and days > target.amount and chain[0]:
            yield (
                chain[0].basis.clause,
                (
                    f"draft, comments and final answer take {days} working days of stage {stage.number}, its target is "
                    f"{target.amount} ({target.basis.clause}): the draft must leave so early that comments end "
                    "by the target, or an extension be sent"
                ),
            )


def _too_many_stages(policy: Policy, _today: date) -> Found:
    """A6 row 2."""
    most = _regime_value(policy, TermName.MOST_STAGES)
    if most and len(policy.stages) > int(most.value):
        own = _terms(policy, TermName.MOST_STAGES)
        yield (
            _clause(own[0]) if own else policy.stages[-1].basis.clause,
            f"{len(policy.stages)} stages; {_at(most)} allows {most.value}: shown, run as written, reported",
        )
    informal = _regime_value(policy, TermName.INFORMAL_STAGE)
    duty = _own(policy, "informal_reply", 0)
    if informal and informal.value == "forbidden" and duty:
        yield (
            duty.basis.clause,
            f"a named informal step; {_at(informal)} forbids one: it counts as part of stage 1 and the clock runs",
        )


def _reasons_demanded(policy: Policy, _today: date) -> Found:
    """A6 row 3."""
    code = _regime_value(policy, TermName.ESCALATION_REASONS)
    for term in _terms(policy, TermName.ESCALATION_REASONS):
        if term.value == "required" and code and code.value == "not_required":
            yield (
                _clause(term),
                f"reasons are demanded for the next stage; {_at(code)} forbids that: asked for, never a condition",
            )


def _weak_refusal(policy: Policy, _today: date) -> Found:
    """A6 rows 4 and 14."""
    allowed = {term.value for term in policy.regime_terms if term.name is TermName.REFUSAL_GROUND}
    own = (*_terms(policy, TermName.REFUSAL_GROUND), *_terms(policy, TermName.ESCALATION_REFUSAL_GROUND))
    for term in own:
        if not allowed or term.value in allowed:
            continue
        if term.value == "unreasonable":
            yield (
                _clause(term),
                (
                    "a complaint may be refused for the way it is made; the regime wants each taken on its own merits: "
                    "only a named person decides, with reasons and after a vulnerability assessment"
                ),
            )
        else:
            words = term.value.replace("_", " ")
            yield (
                _clause(term),
                f"'{words}' is no ground of refusal under {policy.regime}: the person who decides is warned",
            )


def _ombudsman_only_afterwards(policy: Policy, _today: date) -> Found:
    """A6 row 5."""
    code = _regime_value(policy, TermName.OMBUDSMAN_ACCESS)
    for term in _terms(policy, TermName.OMBUDSMAN_ACCESS):
        if term.value == "after_procedure" and code and code.value == "any_time":
            yield (
                _clause(term),
                f"the Ombudsman only after the procedure; {_at(code)} says at any time: named in every message",
            )


def _clocks_start_apart(policy: Policy, _today: date) -> Found:
    """A6 row 6."""
    for duty in _responses(policy):
        theirs = [other for other in policy.duties if _same(duty, other) and other.source != "landlord"]
        for other in theirs:
            if other.counted_from != duty.counted_from:
                yield (
                    duty.basis.clause,
                    (
                        f"stage {duty.stage} runs from {_words(duty.counted_from)}, under {other.basis.clause} from "
                        f"{_words(other.counted_from)}: both run, the earlier alarms"
                    ),
                )


def _days_of_two_kinds(policy: Policy, _today: date) -> Found:
    """A6 row 7."""
    own = [duty for duty in policy.duties if duty.source == "landlord" and not duty.tenant_window]
    if any(duty.clock is ClockUnit.WORKING_DAYS for duty in own):
        for duty in own:
            if duty.clock is ClockUnit.CALENDAR_DAYS and duty.amount:
                yield duty.basis.clause, f"'{duty.amount} days' beside working days elsewhere: counted as calendar days"


def _two_approvers(policy: Policy, _today: date) -> Found:
    """A6 row 8."""
    approvals = {term.value.partition(":")[0]: term for term in _terms(policy, TermName.APPROVAL)}
    remedy, payment = approvals.get("remedy"), approvals.get("payment")
    if remedy and payment and remedy.value.partition(":")[2] != payment.value.partition(":")[2]:
        yield (
            _clause(payment),
            (
                f"remedies are decided by {remedy.value.partition(':')[2]} ({_clause(remedy)}), payments by "
                f"{payment.value.partition(':')[2]}: a payment needs both"
            ),
        )


def _thanked_without_a_reply(policy: Policy, _today: date) -> Found:
    """A6 row 9."""
    for duty in policy.duties:
        if duty.name == "acknowledge" and Kind.COMPLIMENT in duty.kinds:
            answered = any(each.name == "respond" and Kind.COMPLIMENT in each.kinds for each in policy.duties)
            if not answered:
                yield duty.basis.clause, "compliments are acknowledged but owed no reply: thanked, forwarded, closed"


def _stage_skipped(policy: Policy, _today: date) -> Found:
    """A6 row 10."""
    for term in _terms(policy, TermName.ROUTE):
        when, _, where = term.value.partition(":")
        if where.strip().startswith("stage "):
            yield (
                _clause(term),
                (
                    f"{when} goes straight to {where}, so that only one internal look remains: investigated at that "
                    "level, with a right to a different reviewer"
                ),
            )


def _review_overdue(policy: Policy, today: date) -> Found:
    """A6 row 11."""
    for term in _terms(policy, TermName.REVIEW_ON):
        day = date.fromisoformat(term.value)
        if day < today:
            yield _clause(term), f"the policy was to be reviewed by {format_date(day)}: overdue, shown as a banner"


def _elected_members(policy: Policy, _today: date) -> Found:
    """A6 row 12."""
    for term in _terms(policy, TermName.ELECTED_MEMBERS):
        other = "representative" if term.value == "complainant" else "complainant"
        yield (
            _clause(term),
            f"an elected member counts as {term.value}, under other policies as {other}: both are kept",
        )


def _banding(policy: Policy, _today: date) -> Found:
    """A6 row 13."""
    eligible = {term.value for term in _terms(policy, TermName.ELIGIBLE)}
    for term in _terms(policy, TermName.EXCLUDED):
        if term.value == "banding" and "applicant" in eligible:
            yield (
                _clause(term),
                "applicants may complain, but not about banding: such a message is split, and a person confirms",
            )


def _no_slack(policy: Policy, _today: date) -> Found:
    """A6 row 15."""
    first, second = _own(policy, "contact", 0), _own(policy, "manager_contact", 1)
    letter = _own(policy, "respond", 1)
    if first and second and letter and first.amount + second.amount >= letter.amount:
        slack = letter.amount - first.amount - second.amount
        yield (
            second.basis.clause,
            (
                f"two contacts of {first.amount} and {second.amount} working days within a letter of "
                f"{letter.amount}: slack {slack}"
            ),
        )


def _contact_by_a_person(policy: Policy, _today: date) -> Found:
    """A6 row 16."""
    for term in _terms(policy, TermName.CONTACT_BY_PERSON):
        yield (
            _clause(term),
            f"a member of {term.value} makes the contact: the automatic acknowledgement does not meet it",
        )


FINDERS: Final[tuple[Callable[[Policy, date], Found], ...]] = (
    _draft_outlasts_the_target,
    _too_many_stages,
    _reasons_demanded,
    _weak_refusal,
    _ombudsman_only_afterwards,
    _clocks_start_apart,
    _days_of_two_kinds,
    _two_approvers,
    _thanked_without_a_reply,
    _stage_skipped,
    _review_overdue,
    _elected_members,
    _banding,
    _no_slack,
    _contact_by_a_person,
)


def _terms(policy: Policy, name: TermName) -> list[Term]:
    return [term for term in policy.terms if term.name is name]


def _regime_value(policy: Policy, name: TermName) -> Term | None:
    return next((term for term in policy.regime_terms if term.name is name), None)


def _own(policy: Policy, name: str, stage: int) -> Duty | None:
    return next(
        (duty for duty in policy.duties if (duty.name, duty.stage, duty.source) == (name, stage, "landlord")), None
    )


def _responses(policy: Policy) -> list[Duty]:
    return [duty for duty in policy.duties if duty.name == "respond" and duty.stage and duty.source == "landlord"]


def _same(duty: Duty, other: Duty) -> bool:
    return (
        (duty.name, duty.stage) == (other.name, other.stage)
        and other.matter in {duty.matter, "any"}
        and bool(set(duty.kinds) & set(other.kinds))
    )


def _clause(term: Term) -> str:
    return term.basis.clause if term.basis else ""


def _at(term: Term) -> str:
    return _clause(term) or "the regime"


def _words(event: str) -> str:
    return event.replace("_", " ")
