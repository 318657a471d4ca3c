"""Real servers that a run has promised to have: where one is missing, the tests that need it fail and do not skip.

``.ci/run`` promises them by ``TENANTLINE_REQUIRE_SERVERS=1`` once it has installed them. A test that needs a program
skips itself with the reason "... is not installed"; that reason is all that counts here.
"""

import os
from collections.abc import Generator
from typing import Final

import pytest

PROMISE: Final = "TENANTLINE_REQUIRE_SERVERS"
_MISSING: Final = "not installed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn such a skip into a failure that says what to install."""
    report = yield
    if report.skipped and os.environ.get(PROMISE) == "1" and (reason := _missing(call)):
        report.outcome = "failed"
        report.longrepr = f"{reason}, and {PROMISE}=1 promises it: install it, or take the promise back"
    return report


def _missing(call: pytest.CallInfo[None]) -> str:
    skipped = call.excinfo.value if call.excinfo is not None else None
    words = str(getattr(skipped, "msg", ""))
    return words if isinstance(skipped, pytest.skip.Exception) and _MISSING in words else ""
