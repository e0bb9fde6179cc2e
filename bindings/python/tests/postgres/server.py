"""A PostgreSQL server of the tests' own, in a folder that goes away with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PORT = 54329


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, or `None`."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def running() -> Iterator[str]:
    """Starts a server that listens on a socket alone, and gives the socket's folder. PostgreSQL refuses to run as root, so root steps
    down to the user `postgres`."""
    bin_ = programs()
    assert bin_ is not None
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="betroth-postgres-"))
    try:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder, **user}
        initdb = [bin_ / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(initdb, **quiet)  # type: ignore[call-overload]
        options = f"-p {PORT} -k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        subprocess.run([bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], **quiet)  # type: ignore[call-overload]
        try:
            yield str(folder)
        finally:
            subprocess.run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
