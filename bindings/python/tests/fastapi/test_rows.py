"""A person who was verified sees their own rows, and no others."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from .issuer import Issuer, client

pytest.importorskip("sqlalchemy")

from sqlalchemy import create_engine, select  # noqa: E402
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column  # noqa: E402

from betroth.fastapi.event import Event  # noqa: E402
from betroth.sqlalchemy import NotOwner, as_system, identity, isolate  # noqa: E402
from betroth.sqlalchemy.fastapi import get_or_404, install  # noqa: E402


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "guarded_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str]


class NoteSession(Session):
    pass


@pytest.mark.parametrize("runs", ["in the loop", "in a thread"])
async def test_two_people_see_their_own_rows_alone(tmp_path: Path, runs: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/notes.db")
    isolate(NoteSession, owners={Note: "owner_id"})
    Base.metadata.create_all(engine)
    with as_system("made for a test"), NoteSession(engine) as session:
        session.add_all([Note(id=1, owner_id="ada"), Note(id=2, owner_id="eve")])
        session.commit()
    issuer = Issuer()
    app = issuer.guard().protect(FastAPI())
    install(app)

    def read() -> list[int]:
        with NoteSession(engine) as session:
            return [note.id for note in session.scalars(select(Note))]

    def one(key: int) -> Any:
        with NoteSession(engine) as session:
            return get_or_404(session, Note, key).id

    async def read_async() -> list[int]:
        return read()

    app.get("/notes")(read if runs == "in a thread" else read_async)
    app.get("/notes/{key}")(one)
    async with client(app) as calls:
        for person, own, other in [("ada", 1, 2), ("eve", 2, 1), ("ada", 1, 2)]:
            headers = issuer.bearer(sub=person)
            assert (await calls.get("/notes", headers=headers)).json() == [own]
            assert (await calls.get(f"/notes/{own}", headers=headers)).json() == own
            assert (await calls.get(f"/notes/{other}", headers=headers)).status_code == 404
        assert (await calls.get("/notes")).status_code == 401


async def test_who_tries_to_change_what_is_somebody_elses_is_told_with_their_id(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/notes.db")
    isolate(NoteSession, owners={Note: "owner_id"})
    Base.metadata.create_all(engine)
    issuer = Issuer()
    auth = issuer.guard()
    app = auth.protect(FastAPI())
    install(app)
    events: list[Event] = []
    auth.on_event(events.append)

    @app.post("/notes")
    def add() -> None:
        with NoteSession(engine) as session:
            session.add(Note(id=1, owner_id="ada"))
            session.commit()

    async with client(app) as calls:
        assert (await calls.post("/notes", headers=issuer.bearer(sub="ada"))).status_code == 200
        assert (await calls.post("/notes", headers=issuer.bearer(sub="eve"))).status_code == 404
    crossed = [event for event in events if event.name == "betroth.rows.cross_owner"]
    assert [event.fields["user.id"] for event in crossed] == ["eve"]
    assert [record.name for record in caplog.records if "somebody else" in record.getMessage()] == []
    with identity("eve"), NoteSession(engine) as session, pytest.raises(NotOwner):
        session.add(Note(id=2, owner_id="ada"))
        session.commit()
    assert [record.name for record in caplog.records if "somebody else" in record.getMessage()] == ["betroth.sqlalchemy"]
