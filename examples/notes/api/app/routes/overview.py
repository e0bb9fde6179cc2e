"""What administrators see: how much there is, and nothing that anybody wrote."""

from typing import Annotated

from betroth.fastapi import User
from betroth.sqlalchemy import as_system
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import func, select

from app.database import Database
from app.middleware.auth import auth
from app.models import Note, SharedNote

router = APIRouter(tags=["administration"])
Admin = Annotated[User, Depends(auth.require(role="admin"))]


class Overview(BaseModel):
    """How many notes there are, and how many people and organizations have some."""

    notes: int
    people: int
    shared_notes: int
    organizations: int


@router.get("/overview")
def overview(session: Database, admin: Admin) -> Overview:
    with as_system("an administrator counts notes"):
        notes, people = session.execute(select(func.count(Note.id), func.count(Note.owner_id.distinct()))).one()
        shared, organizations = session.execute(
            select(func.count(SharedNote.id), func.count(SharedNote.organization_id.distinct()))
        ).one()
    return Overview(notes=notes, people=people, shared_notes=shared, organizations=organizations)
