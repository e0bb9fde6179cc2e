"""The plugin in a project that has nothing but its application and the lines of the documentation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[4] / "docs/testing.md"

APPLICATION = """
from typing import Annotated
from fastapi import Depends, FastAPI, HTTPException
from betroth.fastapi import Betroth, User

auth = Betroth()
app = auth.protect(FastAPI())
CurrentUser = Annotated[User, Depends(auth.user)]
rows = []

@app.post("/notes")
async def write(user: CurrentUser, note: dict[str, str]):
    rows.append({"id": len(rows), "owner": user.id, **note})
    return rows[-1]

@app.get("/notes")
async def listed(user: CurrentUser):
    return [row for row in rows if row["owner"] == user.id]

@app.get("/notes/{id}")
async def read(user: CurrentUser, id: int):
    if rows[id]["owner"] != user.id:
        raise HTTPException(404)
    return rows[id]

@app.get("/health")
@auth.public
async def health():
    return "well"
"""


def test_the_lines_of_the_documentation_pass(tmp_path: Path) -> None:
    if not PAGE.is_file():
        pytest.skip("the page is in the repository alone")
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    tests = [block for block in blocks if "def test_" in block]
    (conftest,) = (block for block in blocks if "def app()" in block)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/main.py").write_text(APPLICATION)
    (tmp_path / "conftest.py").write_text(conftest)
    (tmp_path / "test_page.py").write_text("import pytest\nfrom betroth.testing import *\n" + "\n".join(tests))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    run = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path)
    assert "18 passed" in run.stdout, run.stdout + run.stderr
