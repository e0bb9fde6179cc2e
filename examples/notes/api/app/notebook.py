"""What is done with notes, whosever they are: a session sees those of whoever acts, and no others."""

from datetime import UTC, datetime
from typing import Annotated

from betroth.etag import IfMatch, if_match, set_etag
from fastapi import Depends, HTTPException, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Note, SharedNote

AnyNote = Note | SharedNote
Match = Annotated[IfMatch, Depends(if_match)]
# SQLite keeps no zone: what is stored is in UTC.
Utc = Annotated[datetime, BeforeValidator(lambda time: time.replace(tzinfo=UTC))]

MAX_PINNED = 3
"""A fourth pinned note is refused, so that pinning goes on meaning something."""


class NoteIn(BaseModel):
    """A note as a page sends it. What else the page knows of it is not taken from there."""

    title: str = Field(min_length=1, max_length=120)
    text: str = Field(default="", max_length=20_000)
    pinned: bool = False


class NoteOut(NoteIn):
    """A note as a page gets it; `version` is that of its `ETag`."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    author: str
    changed_at: Utc
    version: int


def listed(session: Session, kind: type[AnyNote]) -> list[NoteOut]:
    """All notes of whoever acts: pinned ones first, then by their last change."""
    rows = session.scalars(select(kind).order_by(kind.pinned.desc(), kind.changed_at.desc(), kind.id.desc()))
    return [NoteOut.model_validate(row) for row in rows]


def shown(note: AnyNote, response: Response) -> NoteOut:
    """One note, with its version as `ETag`."""
    set_etag(response, note.version)
    return NoteOut.model_validate(note)


def add(session: Session, note: AnyNote, response: Response) -> NoteOut:
    """Adds a note; whose it is, the session stamps.

    Raises `HTTPException` (409) if it would be one pinned note too many.
    """
    if note.pinned:
        _room_for_a_pin(session, type(note))
    session.add(note)
    session.flush()
    return shown(note, response)


def change(session: Session, note: AnyNote, new: NoteIn, match: IfMatch, response: Response) -> NoteOut:
    """Changes a note that is still what the caller has seen.

    Raises `PreconditionFailed` (412) if somebody else was faster, `HTTPException` (409) if it is one pinned note too many.
    """
    match.hold(note.version, current=NoteOut.model_validate(note))
    if new.pinned and not note.pinned:
        _room_for_a_pin(session, type(note))
    note.title, note.text, note.pinned = new.title, new.text, new.pinned
    session.flush()
    return shown(note, response)


def remove(session: Session, note: AnyNote, match: IfMatch) -> None:
    """Deletes a note that is still what the caller has seen. Raises `PreconditionFailed` (412) if it is not."""
    match.hold(note.version, current=NoteOut.model_validate(note))
    session.delete(note)


def _room_for_a_pin(session: Session, kind: type[AnyNote]) -> None:
    pinned = session.scalar(select(func.count(kind.id)).where(kind.pinned))
    if pinned >= MAX_PINNED:
        raise HTTPException(409, f"{MAX_PINNED} notes are pinned already: unpin one first")
