"""The notes: one SQLite file, and sessions that see the rows of whoever acts."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from betroth.sqlalchemy import isolate
from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from app.models import Base

FILE = Path(__file__).parents[2] / "data" / "notes.db"
URL = os.environ.get("NOTES_DATABASE_URL", f"sqlite:///{FILE}")

if URL.startswith("sqlite:///"):
    Path(URL.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)

engine = create_engine(URL)
new_session = sessionmaker(engine)
# Both tables say themselves whose their rows are: see `app.models`.
isolate(new_session)
Base.metadata.create_all(engine)


def session() -> Iterator[Session]:
    """A session for one request; what was changed is written when the handler is through."""
    with new_session.begin() as opened:
        yield opened


# It ends with the handler: otherwise the answer would be sent before the change is written, and the next request might not see it.
Database = Annotated[Session, Depends(session, scope="function")]
