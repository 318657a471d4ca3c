"""``tenantline case check-text``: the tone of a text, its sentences that are hard to read, and how to mend each."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from app.configuration import ConfigurationFolder, load_speech, read_words
from app.place import place_of
from app.terminal import say, write_json
from casework.plain import Plainness, plainness
from casework.tone import ToneFinding, tone_of
from domain.errors import ConfigurationError
from domain.speech import PlainRules

EXAMPLE: Final = "For example: tenantline case check-text draft.txt"
_TO_MEND: Final = 1
"""The command's exit status where something is to be mended."""


def check_text(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A file of text, or - for standard input.")] = "-",
    *,
    language: Annotated[str, typer.Option(help="en or cy.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Say what to mend in a text before it is sent: each sentence, why, and how. Nothing is kept."""
    speech = load_speech(ConfigurationFolder(place_of(context).config))
    known = [each.language for each in speech.plain.language]
    if language not in known:
        raise typer.BadParameter(f"there is no measure for {language}: use {' or '.join(known)}", param_hint="language")
    text = _read(file)
    findings = tone_of(text, speech, language)
    rules = speech.plain_in(language)
    measured = plainness(text, rules)
    if as_json:
        found = [each.model_dump(mode="json") for each in findings]
        write_json(measured.model_dump(mode="json") | {"tone": found})
    else:
        _tell(findings, measured, rules)
    if findings or measured.to_mend:
        sys.exit(_TO_MEND)


def _read(file: str) -> str:
    if file != "-":
        path = Path(file)
        if not path.is_file():
            raise ConfigurationError(f"there is no file {file}: name a file of text, or - for standard input")
        return read_words(path)
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ConfigurationError("standard input is not UTF-8: save the text as UTF-8 and give it again") from problem


def _tell(findings: tuple[ToneFinding, ...], measured: Plainness, rules: PlainRules) -> None:
    for finding in findings:
        kind = finding.kind.replace("_", " ")
        _sentence(finding.sentence, f'{kind} ({finding.severity}): "{finding.found}": {finding.why}', finding.instead)
    for mend in measured.to_mend:
        _sentence(mend.sentence, mend.why, mend.hint)
    if not findings and not measured.to_mend:
        say("Nothing to mend.")
    say(
        f"{measured.sentences} sentences of {measured.mean_words:.0f} words, the longest {measured.longest}; "
        f"{measured.long_share:.0%} long words; passives in {measured.passive_share:.0%} of the sentences."
    )
    if measured.reading_age is not None:
        say(f"For a reader of about {measured.reading_age:.0f}, as an estimate; our own wordings keep {rules.aim_age}.")


def _sentence(sentence: str, why: str, how: str) -> None:
    say(" ".join(sentence.split()))
    say(f"  Why: {why}")
    say(f"  Mend: {how}")
    say()
