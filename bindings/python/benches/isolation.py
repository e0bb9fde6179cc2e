"""What isolation adds to a small select over the hand-written `where`, in µs of process CPU.

Two processes take turns: one without `betroth.sqlalchemy`, whose statement names the owner itself, and one with it.
`cargo xtask bench guard`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS, REPEATS = 15, 1500

SETUP = """
import time
from sqlalchemy import create_engine, select, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

class Base(DeclarativeBase): pass

class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str]
    title: Mapped[str]

engine = create_engine("sqlite://", poolclass=StaticPool)
Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(Note.__table__), [{"owner_id": who, "title": who} for who in ("ada", "bob")])
Session = sessionmaker(engine)
"""
HAND = "import contextlib\nacting = contextlib.nullcontext\nstatement = lambda: select(Note).where(Note.id == 1, Note.owner_id == 'ada')\n"
OURS = (
    "from betroth.sqlalchemy import identity, isolate\nisolate(Session, owners={Note: 'owner_id'})\n"
    "acting = lambda: identity('ada')\nstatement = lambda: select(Note).where(Note.id == 1)\n"
)
LOOP = f"""
with acting(), Session() as session:
    for _ in range(200): session.scalars(statement()).all()
    while input():
        start = time.process_time()
        for _ in range({REPEATS}): session.scalars(statement()).all()
        print((time.process_time() - start) / {REPEATS} * 1e6, flush=True)
"""


def main() -> None:
    """Prints the median of each and the median of the differences of neighbouring rounds."""
    programs = [
        subprocess.Popen([sys.executable, "-c", SETUP + part + LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for part in (HAND, OURS)
    ]
    times: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for program, taken in zip(programs, times, strict=True):
            assert program.stdin and program.stdout
            program.stdin.write("go\n")
            program.stdin.flush()
            taken.append(float(program.stdout.readline()))
        time.sleep(0.05)
    for program in programs:
        program.communicate("\n")
    hand, ours = map(statistics.median, times)
    added = statistics.median(o - h for h, o in zip(*times, strict=True))
    print(f"hand-written where  {hand:6.1f} µs\nisolated            {ours:6.1f} µs\nadded               {added:6.1f} µs")


if __name__ == "__main__":
    main()
