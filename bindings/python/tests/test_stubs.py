"""The stubs say what the module holds."""

from __future__ import annotations

import subprocess
import sys

import pytest


def test_the_stubs_are_those_of_the_module() -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy.stubtest", "betroth._betroth"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_core_needs_neither_fastapi_nor_httpx() -> None:
    code = "import sys, betroth, betroth.sqlalchemy.acting; print({'fastapi', 'starlette', 'httpx', 'sqlalchemy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "set()", run.stderr
