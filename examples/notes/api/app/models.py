"""Two kinds of notes: those of a person, and those that an organization shares."""

from datetime import UTC, datetime
from typing import Any

from betroth.sqlalchemy import Owned, OwnedByOrganization
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    pass


class Written:
    """What every note has. `version` grows with each change, and the database holds two changes apart by it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(default="")
    pinned: Mapped[bool] = mapped_column(default=False)
    author: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int]

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Note(Owned, Written, Base):
    """A note of one person."""

    __tablename__ = "notes"


class SharedNote(OwnedByOrganization, Written, Base):
    """A note of an organization: each of its members reads and changes it."""

    __tablename__ = "shared_notes"
