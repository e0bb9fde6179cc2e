"""The notes of an organization. The token says for which one its person acts; for any other it is 403."""

from typing import Annotated

from betroth.fastapi import User
from betroth.sqlalchemy.fastapi import get_or_404
from fastapi import APIRouter, Depends, Response

from app import notebook
from app.database import Database
from app.middleware.auth import auth
from app.models import SharedNote
from app.notebook import Match, NoteIn, NoteOut

router = APIRouter(prefix="/organizations/{organization_id}/notes", tags=["shared notes"])
Member = Annotated[User, Depends(auth.require(organization="{organization_id}"))]


@router.get("")
def list_shared(organization_id: str, session: Database, member: Member) -> list[NoteOut]:
    return notebook.listed(session, SharedNote)


@router.post("", status_code=201)
def add_shared(organization_id: str, new: NoteIn, session: Database, member: Member, response: Response) -> NoteOut:
    return notebook.add(session, SharedNote(**new.model_dump(), author=member.name or ""), response)


@router.get("/{note_id}")
def get_shared(organization_id: str, note_id: int, session: Database, member: Member, response: Response) -> NoteOut:
    return notebook.shown(get_or_404(session, SharedNote, note_id), response)


@router.put("/{note_id}")
def change_shared(
    organization_id: str, note_id: int, new: NoteIn, match: Match, session: Database, member: Member, response: Response
) -> NoteOut:
    return notebook.change(session, get_or_404(session, SharedNote, note_id), new, match, response)


@router.delete("/{note_id}", status_code=204)
def delete_shared(organization_id: str, note_id: int, match: Match, session: Database, member: Member) -> None:
    notebook.remove(session, get_or_404(session, SharedNote, note_id), match)
