"""Ada and Bob, and what is theirs. Every text of Bob's holds `BOB`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Engine, ForeignKey, MetaData, Table, event, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, WriteOnlyMapped, column_property, mapped_column, relationship

from betroth.sqlalchemy import Owned, OwnedByOrganization, as_system


class Base(DeclarativeBase):
    metadata = MetaData()


note_tags = Table(
    "note_tags",
    Base.metadata,
    Column("note_id", ForeignKey("notes.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    notes: Mapped[list[Note]] = relationship(secondary=note_tags, back_populates="tags")


class Note(Owned, Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    folder_id: Mapped[int | None] = mapped_column(ForeignKey("folders.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id"))
    folder: Mapped[Folder | None] = relationship(back_populates="notes")
    parent: Mapped[Note | None] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list[Note]] = relationship(back_populates="parent")
    tags: Mapped[list[Tag]] = relationship(secondary=note_tags, back_populates="notes")


class Folder(Base):
    __tablename__ = "folders"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str]
    name: Mapped[str]
    notes: Mapped[list[Note]] = relationship(back_populates="folder")
    dynamic: DynamicMapped[Note] = relationship(viewonly=True)
    write_only: WriteOnlyMapped[Note] = relationship(viewonly=True)


Folder.first_title = column_property(  # type: ignore[attr-defined]
    select(func.min(Note.title)).where(Note.folder_id == Folder.id).correlate_except(Note).scalar_subquery(), deferred=True
)


class Item(Owned, Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "item"}


class Photo(Item):
    __tablename__ = "photos"
    id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    camera: Mapped[str]
    __mapper_args__ = {"polymorphic_identity": "photo"}


class Memo(Item):
    __mapper_args__ = {"polymorphic_identity": "memo"}


class Document(OwnedByOrganization, Base):
    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


OWNERS: dict[type[Any], Any] = {Folder: "owner_id"}

ROWS: list[tuple[Table, list[dict[str, Any]]]] = [
    (Folder.__table__, [{"id": 1, "owner_id": "ada", "name": "ada's"}, {"id": 2, "owner_id": "bob", "name": "BOB's"}]),  # type: ignore[list-item]
    (Tag.__table__, [{"id": 1, "name": "red"}]),  # type: ignore[list-item]
    (
        Note.__table__,  # type: ignore[list-item]
        [
            {"id": 1, "owner_id": "ada", "title": "ada 1", "folder_id": 1, "parent_id": None},
            {"id": 2, "owner_id": "bob", "title": "BOB 2", "folder_id": 2, "parent_id": None},
            {"id": 3, "owner_id": "bob", "title": "BOB 3, in Ada's folder", "folder_id": 1, "parent_id": 1},
            {"id": 4, "owner_id": "ada", "title": "ada 4, in a folder of somebody else", "folder_id": 2, "parent_id": 2},
        ],
    ),
    (note_tags, [{"note_id": 1, "tag_id": 1}, {"note_id": 2, "tag_id": 1}]),
    (
        Item.__table__,  # type: ignore[list-item]
        [
            {"id": 1, "owner_id": "ada", "kind": "photo", "label": "ada"},
            {"id": 2, "owner_id": "bob", "kind": "photo", "label": "BOB"},
            {"id": 3, "owner_id": "bob", "kind": "memo", "label": "BOB"},
        ],
    ),
    (Photo.__table__, [{"id": 1, "camera": "ada"}, {"id": 2, "camera": "BOB"}]),  # type: ignore[list-item]
    (
        Document.__table__,  # type: ignore[list-item]
        [{"id": 1, "organization_id": "acme", "title": "acme"}, {"id": 2, "organization_id": "bobs", "title": "BOB's"}],
    ),
]


def create(engine: Engine) -> None:
    """Makes the tables, and a view over notes."""
    with as_system("tests"):
        Base.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE VIEW all_notes AS SELECT * FROM notes"))
            if engine.dialect.name == "postgresql":
                connection.execute(text("CREATE FUNCTION first_title() RETURNS text LANGUAGE sql AS 'SELECT min(title) FROM notes'"))


def fill(engine: Engine) -> None:
    """Puts everybody's rows in place anew."""
    with as_system("tests"), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        else:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
        for table, rows in ROWS:
            connection.execute(insert(table), rows)
            if engine.dialect.name == "postgresql" and "id" in table.c and table is not Photo.__table__:
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 100)"))


def others(engine: Engine) -> dict[str, Any]:
    """Everything that is Bob's, and every reference to it that is not his own: what no way may change."""
    with as_system("tests"), engine.connect() as connection:
        state: dict[str, Any] = {}
        for table in (Folder.__table__, Note.__table__, Item.__table__, Document.__table__):
            owner = table.c.get("owner_id", table.c.get("organization_id"))
            own = {"bob", "bobs"}
            state[table.name] = sorted(tuple(r) for r in connection.execute(select(table).where(owner.in_(own))))  # type: ignore[union-attr]
        photo = Photo.__table__
        state["photos"] = sorted(tuple(r) for r in connection.execute(select(photo).where(photo.c.id == 2)))  # type: ignore[attr-defined]
        state["links"] = sorted(tuple(r) for r in connection.execute(select(note_tags).where(note_tags.c.note_id.in_([2, 3]))))
        note = Note.__table__
        foreign = (note.c.owner_id == "ada") & (note.c.folder_id.in_([2]) | note.c.parent_id.in_([2, 3]))
        state["references"] = sorted(r[0] for r in connection.execute(select(note.c.id).where(foreign)))
        return state


def foreign_keys(engine: Engine) -> None:
    """SQLite checks foreign keys only where it is told to."""

    @event.listens_for(engine, "connect")
    def on(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
