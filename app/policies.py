"""Behind ``policy show`` and ``policy check``: a policy in plain English, and what is wrong with it.

No command line in here; reading files is ``app.configuration``'s, contradictions are ``app.contradictions``'s.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final

from app.configuration import (
    ConfigurationFolder,
    landlord_calendar,
    load_calendars,
    load_law,
    load_policy,
    load_regime,
    load_site,
)
from app.contradictions import Finding, contradictions
from domain.areas import Area
from domain.calendars import Calendar, Holiday
from domain.clauses import Basis, Duty, LawfulClock, Requirement, TermName
from domain.deadlines import ClockUnit
from domain.duty_words import event_words
from domain.errors import ConfigurationError
from domain.letters import ContentRule, When
from domain.policies import Policy
from domain.uktime import format_short_date

ERROR: Final = "error"
WARNING: Final = "warning"
INFO: Final = "info"


def banner(policy: Policy) -> Iterator[str]:
    """What is said before anything else of a policy that only illustrates (CCBC-1)."""
    for term in policy.terms:
        if term.name is TermName.ILLUSTRATIVE:
            words = "For illustration only: each line is a wanted service standard, and none is law"
            yield f"{words} {_clause(term.basis)}"


def describe(policy: Policy) -> Iterator[str]:
    """A policy as lines of plain English, each with the clause it rests on."""
    yield f"{policy.name} ({policy.slug}), policy version {policy.version}"
    yield from banner(policy)
    yield f"Regime: {policy.regime}" + (f"; other services: {policy.other_regime}" if policy.other_regime else "")
    yield f"Working days: {policy.calendar}. Languages: {', '.join(policy.languages)}."
    yield from map(_area, policy.areas)
    yield from map(_closed, policy.closures)
    for kind in policy.kinds:
        yield f"{kind.kind.value.replace('_', ' ').capitalize()} is called {kind.name} {_clause(kind.basis)}"
    for stage in policy.stages:
        alone = ", by somebody new to it" if stage.independent else ""
        yield f"Stage {stage.number}, {stage.name}: decided by {stage.who}{alone} {_clause(stage.basis)}"
    for duty in policy.duties:
        yield f"{promise(duty)} {_clause(duty.basis)}"
        if duty.basis.reading:
            yield f"  Read so: {duty.basis.reading}"
        if duty.extension:
            most = _amount_of(duty.extension.amount, duty.clock)
            yield f"  May be put off by {most} at most {_clause(duty.extension.basis)}"
    for clock in policy.lawful_clocks:
        yield f"{_lawful(clock)} {_clause(clock.basis)}"
    for term in (*policy.terms, *policy.regime_terms):
        name = "left open" if term.name is TermName.SILENT else term.name.value.replace("_", " ")
        yield f"{name.capitalize()}: {term.value.replace('_', ' ')} {_clause(term.basis)}".rstrip()
    yield from map(_demand, policy.requirements)
    yield from map(_carried, policy.contents)
    for matter, body in policy.ombudsmen.items():
        yield f"Ombudsman ({matter}): {body.name}, {body.phone}, {body.site} {_clause(body.basis)}"
    for line in policy.emergency.values():
        yield f"Emergency ({line.hazard.replace('_', ' ')}): {line.name}, {line.phone} {_clause(line.basis)}"


def _area(area: Area) -> str:
    """Homes under other rules, in one sentence."""
    where = f" (postcodes {', '.join(area.postcodes)})" if area.postcodes else ""
    return f"Homes in {area.name}{where}: regime {area.regimes['housing']}, working days {area.calendar}"


def _demand(rule: Requirement) -> str:
    """A requirement in one line with its clause."""
    verb = "Advised" if rule.advice else "Required"
    where = f" at stage {' and '.join(str(number) for number in rule.stages)}" if rule.stages else ""
    value = f" ({rule.value.replace('_', ' ')})" if rule.value else ""
    return f"{verb}{where}: {rule.must.value.replace('_', ' ')}{value} {_clause(rule.basis)}"


def _carried(rule: ContentRule) -> str:
    """What a letter has to carry, in one line with its clause."""
    verb = "should carry" if rule.advice else "carries"
    letters = ", ".join(letter.value for letter in rule.letters)
    where = f" at stage {' and '.join(str(number) for number in rule.stages)}" if rule.stages else ""
    when = "" if rule.when is When.ALWAYS else f" ({rule.when.value.replace('_', ' ')})"
    return f"Letter ({letters}){where} {verb}: {rule.content.value.replace('_', ' ')}{when} {_clause(rule.basis)}"


def _closed(closure: Holiday) -> str:
    return (
        f"Closed on {format_short_date(closure.day)}: {closure.name} (its own promises wait, a regime's clocks do not)"
    )


def promise(duty: Duty) -> str:
    """A duty in one sentence without its clause."""
    kinds = ", ".join(kind.value.replace("_", " ") for kind in duty.kinds) or "every message"
    stage = f"stage {duty.stage}" if duty.stage else "before a stage"
    whose = "open to the tenant for" if duty.tenant_window else f"{duty.owner}, within"
    start = event_words(duty.counted_from)
    name = duty.name.replace("_", " ").capitalize()
    if duty.amount == 0:
        return f"{name} ({stage}; {kinds}): {duty.owner}, on the day of {start}"
    return f"{name} ({stage}; {kinds}): {whose} {_amount_of(duty.amount, duty.clock)} from {start}"


def check(folder: ConfigurationFolder, slug: str, today: date) -> Iterator[Finding]:
    """What is wrong with one landlord's policy.

    Errors: it cannot be read (the sentence names file, line and key), its calendar does not reach its closing days,
    nobody is on call, a duty stands in a stage that does not exist. Warnings: a promise later than the regime's, the
    findings of rules A6, a review that is overdue, a closing day that is no working day anyway.
    Info: what the policy leaves open.
    """
    try:
        policy, site = load_policy(folder, slug), load_site(folder, slug)
        calendars = load_calendars(folder)
        calendar = landlord_calendar(folder, policy, calendars)
        for area in policy.areas:
            landlord_calendar(folder, load_policy(folder, slug, area.name), calendars)
    except ConfigurationError as problem:
        yield Finding(level=ERROR, landlord=slug, clause="", finding=str(problem))
        return
    if not site.duty.people:
        words = f"nobody is on call: add [[duty.people]] to sites/{slug}.toml"
        yield Finding(level=ERROR, landlord=slug, clause="", finding=words)
    for level, clause, words in chain(
        _impossible(policy),
        _later_than_the_regime(policy),
        _out_of_step(policy),
        contradictions(policy, today),
        _unverified(policy.duties),
        _closed_anyway(policy, calendar),
    ):
        yield Finding(level=level, landlord=slug, clause=clause, finding=words)
    for silence in policy.term_values(TermName.SILENT):
        words = f"the policy leaves open: {silence}; what {policy.regime} says is used"
        yield Finding(level=INFO, landlord=slug, clause="", finding=words)


def check_regime(folder: ConfigurationFolder, slug: str) -> Iterator[Finding]:
    """What is wrong with a regime: it cannot be read, or a value was never held against its source."""
    try:
        regime = load_regime(folder, slug)
    except ConfigurationError as problem:
        yield Finding(level=ERROR, landlord=slug, clause="", finding=str(problem))
        return
    for what, basis in _bases(regime):
        if not basis.verified:
            words = f"{what} is not verified against {basis.source}"
            yield Finding(level=WARNING, landlord=slug, clause=basis.clause, finding=words)


def check_law(folder: ConfigurationFolder) -> Iterator[Finding]:
    """What is wrong with the law's clocks: as of ``check_regime``."""
    try:
        law = load_law(folder)
    except ConfigurationError as problem:
        yield Finding(level=ERROR, landlord="law", clause="", finding=str(problem))
        return
    for clock in law.clock:
        if not clock.basis.verified:
            words = f"{clock.name.replace('_', ' ')} is not verified against {clock.basis.source}"
            yield Finding(level=WARNING, landlord="law", clause=clock.basis.clause, finding=words)


def _bases(policy: Policy) -> Iterator[tuple[str, Basis]]:
    for stage in policy.stages:
        yield stage.name, stage.basis
    for duty in policy.duties:
        yield f"{duty.name.replace('_', ' ')} ({_amount_of(duty.amount, duty.clock)})", duty.basis
        if duty.extension:
            yield f"the extension of {duty.name.replace('_', ' ')}", duty.extension.basis
    for term in (*policy.terms, *policy.regime_terms):
        if term.basis:
            yield f"{term.name.value.replace('_', ' ')}: {term.value}", term.basis
    for each in policy.requirements:
        yield each.must.value.replace("_", " "), each.basis
    for rule in policy.contents:
        yield f"the letters' {rule.content.value.replace('_', ' ')}", rule.basis
    for body in policy.ombudsmen.values():
        yield f"the address of {body.name}", body.basis
    for line in policy.emergency.values():
        yield f"the number of {line.name}", line.basis


def _unverified(duties: Iterable[Duty]) -> Iterator[tuple[str, str, str]]:
    for duty in duties:
        if duty.source == "landlord" and not duty.basis.verified:
            words = f"{duty.name.replace('_', ' ')} rests on words that nobody has verified"
            yield WARNING, duty.basis.clause, words


def _closed_anyway(policy: Policy, calendar: Calendar) -> Iterator[tuple[str, str, str]]:
    for closure in policy.closures:
        if not calendar.national.is_working_day(closure.day):
            yield (
                WARNING,
                "",
                f"closures: {format_short_date(closure.day)} is no working day anyway: is the date right?",
            )


def _impossible(policy: Policy) -> Iterator[tuple[str, str, str]]:
    numbers = {stage.number for stage in policy.stages}
    for duty in policy.duties:
        if duty.stage and duty.stage not in numbers and duty.source == "landlord":
            yield (
                ERROR,
                duty.basis.clause,
                f"{duty.name.replace('_', ' ')} stands in stage {duty.stage}, which there is not",
            )
    for rule in policy.requirements:
        missing = sorted(set(rule.stages) - numbers)
        if missing and rule.basis.wording == "quote":
            words = f"{rule.must.value.replace('_', ' ')} is asked for at stage {missing[0]}, which there is not"
            yield ERROR, rule.basis.clause, words


def _later_than_the_regime(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """A landlord's clock that can end after the regime's, both taken from receipt or from the request."""
    own = [duty for duty in policy.duties if duty.source == "landlord" and not duty.tenant_window]
    for duty in own:
        for other in policy.duties:
            same = (duty.name, duty.stage) == (other.name, other.stage) and duty.matter in {other.matter, "any"}
            if not same or other.source == "landlord" or not set(duty.kinds) & set(other.kinds):
                continue
            mine, theirs = _longest(policy, duty), _longest(policy, other)
            if mine and theirs and mine[1] == theirs[1] and mine[0] > theirs[0]:
                start = event_words(mine[1])
                words = (
                    f"{duty.name.replace('_', ' ')} may take {mine[0]} working days from {start}; {other.source} "
                    f"allows {theirs[0]} ({other.basis.clause}), which binds"
                )
                yield WARNING, duty.basis.clause, words


def _out_of_step(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """An answer due before its acknowledgement, or put off further than the regime lets it be."""
    own = [duty for duty in policy.duties if duty.source == "landlord" and duty.name == "respond"]
    for duty in own:
        for first in policy.duties:
            if _belongs(first, duty) and first.name == "acknowledge" and first.amount > duty.amount:
                words = f"the answer is due sooner than the acknowledgement ({first.basis.clause})"
                yield WARNING, duty.basis.clause, words
        for other in policy.duties:
            theirs = other.extension if _belongs(other, duty) and other.name == duty.name else None
            if duty.extension and theirs and other.source != "landlord" and duty.extension.amount > theirs.amount:
                words = (
                    f"it may be put off by {duty.extension.amount}; {other.source} allows {theirs.amount} "
                    f"({theirs.basis.clause}), which binds"
                )
                yield WARNING, duty.extension.basis.clause, words


def _belongs(duty: Duty, other: Duty) -> bool:
    """Whether two duties are of one stage, one start and one unit, for the same messages."""
    same = (duty.stage, duty.clock, duty.counted_from) == (other.stage, other.clock, other.counted_from)
    return same and bool(set(duty.kinds) & set(other.kinds))


def _longest(policy: Policy, duty: Duty) -> tuple[int, str] | None:
    """Working days from the first event, with an acknowledgement on its last day; None in another clock."""
    if duty.clock is not ClockUnit.WORKING_DAYS:
        return None
    start = "received" if duty.counted_from == "raised" else duty.counted_from
    if start != "acknowledged":
        return duty.amount, start
    first = [each for each in policy.duties if each.name == "acknowledge" and each.stage == duty.stage]
    first = [each for each in first if set(each.kinds) & set(duty.kinds) and each.clock is ClockUnit.WORKING_DAYS]
    if not first:
        return None
    soonest = min(first, key=lambda each: each.amount)
    return duty.amount + soonest.amount, soonest.counted_from


def _lawful(clock: LawfulClock) -> str:
    starts = (each.value.replace("_", " ") for each in (clock.matter, clock.allegation) if each)
    name = clock.name.replace("_", " ").capitalize()
    return f"{name} (by law; {', '.join(starts)}): within {_amount_of(clock.amount, clock.clock)} from receipt"


def _amount_of(amount: int, clock: ClockUnit) -> str:
    words = clock.value.replace("_", " ")
    return f"{amount} {words.removesuffix('s') if amount == 1 else words}"


def _clause(basis: Basis | None) -> str:
    if basis is None:
        return ""
    return f"[{basis.clause}]" + ("" if basis.verified else " (not verified)")
