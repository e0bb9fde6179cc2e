"""What isolation needs to be installed, and what it does without."""

import subprocess
import sys

SYNCHRONOUS = """
import sys

sys.modules["greenlet"] = None  # As where it is not installed: SQLAlchemy 2.1 does not ask for it.

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from betroth.sqlalchemy import Owned, identity, isolate
from betroth.sqlalchemy.fastapi import get_or_404
from betroth.sqlalchemy.postgresql import confine


class Base(DeclarativeBase): ...


class Note(Owned, Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
maker = sessionmaker(engine)
isolate(maker)
for who in ("ada", "bob"):
    with identity(who), maker() as session:
        session.add(Note())
        session.commit()
        print(who, [note.owner_id for note in session.scalars(select(Note))])
"""


def test_synchronous_sessions_need_no_greenlet() -> None:
    done = subprocess.run([sys.executable, "-c", SYNCHRONOUS], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("ada ['ada']\nbob ['bob']\n", "")
