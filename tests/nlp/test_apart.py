"""The understander in a process of its own says the same, and a process that dies or hangs costs one restart."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.scanning import scan_every_part
from domain.understanding import Reading
from nlp.apart import UnderstanderApart
from nlp.hazards import SafetyScanner, load_rules
from nlp.labelled import corpus_files, read_labelled
from nlp.understander import MODEL, load

HAZARDS = (Path(__file__).parents[2] / "config" / "hazards.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def apart() -> Iterator[UnderstanderApart]:
    """One process for all tests of this file."""
    understander = UnderstanderApart(HAZARDS, MODEL)
    yield understander
    asyncio.run(understander.aclose())


def readings(count: int = 20) -> list[Reading]:
    """Messages of the corpus."""
    return [row.reading for row in read_labelled(corpus_files())[:count]]


def test_it_understands_as_the_model_in_this_process_does(apart: UnderstanderApart):
    assert apart.understand(readings()) == load().understand(readings())
    assert apart.trouble is None


def test_it_looks_through_every_part_for_danger_as_this_process_does(apart: UnderstanderApart):
    smells = readings(2)[0].model_copy(
        update={"text": "Hello", "subject": "I smell gas", "attachment_texts": ("Fire!",)}
    )
    ((found, _),) = apart.scan_and_understand([smells])
    assert found == scan_every_part(SafetyScanner(load_rules(HAZARDS)), smells)
    assert {finding.part for finding in found} >= {"subject"}


def test_a_process_that_died_is_started_again_and_nobody_notices(apart: UnderstanderApart):
    before = apart.pid
    os.kill(before, signal.SIGKILL)
    assert len(apart.understand(readings(3))) == 3
    assert apart.pid != before


def test_a_batch_that_takes_too_long_twice_is_an_error_and_the_next_one_is_not():
    hasty = UnderstanderApart(HAZARDS, MODEL, patience=0.0)
    try:
        with pytest.raises(RuntimeError, match="twice"):
            hasty.understand(readings(50))
        hasty.patience = 60.0
        assert len(hasty.understand(readings(2))) == 2
    finally:
        asyncio.run(hasty.aclose())


def test_a_failure_over_one_batch_is_told_by_its_name_and_the_process_goes_on(apart: UnderstanderApart):
    with pytest.raises(RuntimeError, match="AttributeError"):
        apart.understand(["no reading"])  # type: ignore[list-item]
    assert len(apart.understand(readings(2))) == 2


def test_without_its_model_it_says_so_and_understands_by_the_rules_alone(tmp_path: Path):
    without = UnderstanderApart(HAZARDS, tmp_path / "no-model")
    try:
        assert "missing" in str(without.trouble)
        assert len(without.understand(readings(2))) == 2
    finally:
        asyncio.run(without.aclose())


def test_danger_phrases_that_cannot_be_read_keep_it_from_starting():
    with pytest.raises(RuntimeError, match="did not start"):
        UnderstanderApart("this is no TOML", MODEL)


def test_it_does_other_pure_work_too_and_a_failure_there_is_told(apart: UnderstanderApart):
    assert apart.call(sorted, [3, 1, 2]) == [1, 2, 3]
    with pytest.raises(RuntimeError, match="TypeError"):
        apart.call(sorted, [3, "a"])
    assert len(apart.understand(readings(2))) == 2
