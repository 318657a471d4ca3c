"""What letters hand to the contract suite: there is no provider, only a folder."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from channels import letter
from domain.messages import Address, AddressKind
from tests.channels.harness import LANDLORD, NAME, Bench, ChannelCases, Failure, an_outbound

NO_PROVIDER = "a folder answers no requests"


@dataclass(kw_only=True)
class LetterCases(ChannelCases):
    """One print folder."""

    def channel(self) -> letter.LetterChannel:
        return letter.build(LANDLORD, NAME, letter.Settings(folder=Path("letters"), landlord_name="Cestria Homes"))

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        return self._bench()

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Bench]:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "letters"
            settings = letter.Settings(folder=folder, landlord_name="Cestria Homes")
            yield Bench(
                channel=letter.build(LANDLORD, NAME, settings),
                outbound=an_outbound(Address(kind=AddressKind.POST, value="2 Low Row\nDurham")),
                plan=lambda _failure: _take_away(folder),
                taken=lambda: len(list(Path(made).rglob("*.pdf"))),
            )


def _take_away(folder: Path) -> None:
    """Put a file where the folder was or will be."""
    if folder.is_dir():
        folder.rename(folder.with_name("taken away"))
    folder.write_text("")


CASES = LetterCases(
    kind="letter",
    failures={"server error": Failure(retryable=True, code="folder")},
    waived=dict.fromkeys(
        ("bad request", "unauthorised", "forbidden", "throttled", "timeout", "connection reset", "answer lost"),
        NO_PROVIDER,
    ),
)
