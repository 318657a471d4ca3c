"""A throw-away PostgreSQL for one test run: one cluster for all workers, one database a worker, gone afterwards.

The first worker that needs it starts it under a file lock, the last that leaves stops it.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, the newest version first; None where PostgreSQL is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in debian:
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found and shutil.which("pg_ctl") else None


@contextmanager
def cluster(shared: Path) -> Iterator[str]:
    """The base URL of a running cluster that all workers of this run share; ``shared`` is the run's folder."""
    with _locked(shared) as state:
        if not state.get("users"):
            state["folder"] = str(_start())
        state["users"] = state.get("users", 0) + 1
        folder = Path(state["folder"])
    try:
        yield f"postgresql://tenantline@/{{name}}?host={folder}/run"
    finally:
        with _locked(shared) as state:
            state["users"] -= 1
            if not state["users"]:
                _run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(shared: Path) -> Iterator[dict[str, Any]]:
    with (shared / "postgres.lock").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        state = json.loads(file.read() or "{}")
        yield state
        file.seek(0)
        file.truncate()
        file.write(json.dumps(state))


def _start() -> Path:
    """In a folder of its own: other runs of pytest shut its own to other users, and a socket's path must be short."""
    folder = Path(tempfile.mkdtemp(prefix="tenantline-pg-"))
    (folder / "run").mkdir()
    if os.getuid() == 0:  # initdb refuses root
        shutil.chown(folder, "postgres")
        shutil.chown(folder / "run", "postgres")
    _run("initdb", "-D", str(folder / "data"), "-U", "tenantline", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    settings = f"-k {folder}/run -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"
    _run("pg_ctl", "-D", str(folder / "data"), "-o", settings, "-l", str(folder / "log"), "-w", "start")
    return folder


def _run(program: str, *arguments: str) -> None:
    folder = programs()
    assert folder is not None
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    command = [*as_postgres, str(folder / program), *arguments]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)  # noqa: S603
