"""The wheel holds every file that the program reads: what no pattern of ``pyproject.toml`` names stays behind."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
FOLDERS = [name.removesuffix("*") for name in SETTINGS["packages"]["find"]["include"]]
PATTERNS = [(package, pattern) for package, found in SETTINGS["package-data"].items() for pattern in found]


def files_beside_the_code() -> list[PurePosixPath]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    own = [PurePosixPath(path.relative_to(ROOT)) for path in found if path.suffix not in {".py", ".pyc"}]
    return sorted(path for path in own if not any(part.startswith(".") for part in path.parts))


def goes_along(path: PurePosixPath) -> bool:
    """Every folder is a package, so that a pattern of ``*`` meets the name alone."""
    return any(
        fnmatch(path.name if of == "*" else str(path), each if of == "*" else f"{of}/{each}") for of, each in PATTERNS
    )


def test_every_file_beside_the_code_goes_into_the_wheel() -> None:
    files = files_beside_the_code()
    assert {path.parts[0] for path in files} >= {"channels", "config", "console", "nlp", "store"}
    assert [str(path) for path in files if not goes_along(path)] == []
