"""One's own notes."""

from betroth.sqlalchemy.fastapi import get_or_404
from fastapi import APIRouter, Response

from app import notebook
from app.database import Database
from app.middleware.auth import CurrentUser
from app.models import Note
from app.notebook import Match, NoteIn, NoteOut

router = APIRouter(prefix="/notes", tags=["notes"])


@router.get("")
def list_notes(session: Database, user: CurrentUser) -> list[NoteOut]:
    return notebook.listed(session, Note)


@router.post("", status_code=201)
def add_note(new: NoteIn, session: Database, user: CurrentUser, response: Response) -> NoteOut:
    return notebook.add(session, Note(**new.model_dump(), author=user.name or ""), response)


@router.get("/{note_id}")
def get_note(note_id: int, session: Database, user: CurrentUser, response: Response) -> NoteOut:
    return notebook.shown(get_or_404(session, Note, note_id), response)


@router.put("/{note_id}")
def change_note(note_id: int, new: NoteIn, match: Match, session: Database, user: CurrentUser, response: Response) -> NoteOut:
    return notebook.change(session, get_or_404(session, Note, note_id), new, match, response)


@router.delete("/{note_id}", status_code=204)
def delete_note(note_id: int, match: Match, session: Database, user: CurrentUser) -> None:
    notebook.remove(session, get_or_404(session, Note, note_id), match)
