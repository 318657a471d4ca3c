"""A run that promises real servers does not pass without them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promised import PROMISE

ROOT = Path(__file__).parent.parent
NEEDY = """
import pytest

@pytest.fixture
def cluster():
    pytest.skip("PostgreSQL is not installed")

def test_by_a_fixture(cluster):
    pass

@pytest.mark.skipif(True, reason="Chromium is not installed")
def test_by_a_mark():
    pass

def test_of_another_kind():
    pytest.skip("this channel cannot do it")
"""


@pytest.mark.parametrize(("promise", "told"), [("1", "1 skipped, 2 errors"), ("", "3 skipped")])
def test_a_missing_server_fails_the_tests_that_need_it_only_where_it_was_promised(
    tmp_path: Path, promise: str, told: str
):
    (tmp_path / "test_needy.py").write_text(NEEDY, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.promised", "-p", "no:cacheprovider", "-q", str(tmp_path)]
    here = os.environ | {PROMISE: promise, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(  # noqa: S603
        [*command, "--rootdir", str(tmp_path)], cwd=tmp_path, env=here, capture_output=True, text=True, check=False
    )
    assert told in run.stdout
    assert ("PostgreSQL is not installed, and" in run.stdout) is (promise == "1")
