"""Ways to read a row of somebody else by its key, over a relationship, or from the memory of the session."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select, true, update
from sqlalchemy.orm import (
    contains_eager,
    defer,
    immediateload,
    joinedload,
    load_only,
    selectin_polymorphic,
    selectinload,
    subqueryload,
    undefer,
)

from betroth.sqlalchemy import as_system, identity

from .way import Reach, way
from .world import Folder, Item, Note, Photo, Tag

LOAD, MEMORY = "Loading", "The session's memory"


@way(LOAD)
def get_by_primary_key(r: Reach) -> Any:
    return r.session.get(Note, 2)


@way(LOAD)
def get_one(r: Reach) -> Any:
    return r.session.get_one(Note, 2)


@way(LOAD)
def get_and_populate(r: Reach) -> Any:
    return r.session.get(Note, 2, populate_existing=True)


@way(LOAD)
def get_for_update(r: Reach) -> Any:
    return r.session.get(Note, 2, with_for_update=True)


@way(LOAD)
def get_of_a_joined_subclass(r: Reach) -> Any:
    return r.session.get(Photo, 2)


@way(LOAD)
def lazy_collection(r: Reach) -> Any:
    return [n.title for folder in r.session.scalars(select(Folder)) for n in folder.notes]


@way(LOAD)
def lazy_reference_to_one(r: Reach) -> Any:
    return r.session.scalars(select(Note).where(Note.id == 4)).one().folder


@way(LOAD)
def lazy_collection_over_a_link_table(r: Reach) -> Any:
    return r.session.get_one(Tag, 1).notes


@way(LOAD)
def lazy_children_of_the_same_class(r: Reach) -> Any:
    return r.session.scalars(select(Note).where(Note.id == 1)).one().children


@way(LOAD)
def joined_load(r: Reach) -> Any:
    return [f.notes for f in r.session.scalars(select(Folder).options(joinedload(Folder.notes))).unique()]


@way(LOAD)
def inner_joined_load(r: Reach) -> Any:
    return [n.folder for n in r.session.scalars(select(Note).options(joinedload(Note.folder, innerjoin=True)))]


@way(LOAD)
def joined_load_of_the_next_but_one(r: Reach) -> Any:
    found = r.session.scalars(select(Tag).options(joinedload(Tag.notes).joinedload(Note.folder))).unique()
    return [(n, n.folder) for tag in found for n in tag.notes]


@way(LOAD)
def joined_load_with_a_limit(r: Reach) -> Any:
    return [f.notes for f in r.session.scalars(select(Folder).options(joinedload(Folder.notes)).limit(5)).unique()]


@way(LOAD)
def selectin_load(r: Reach) -> Any:
    return [f.notes for f in r.session.scalars(select(Folder).options(selectinload(Folder.notes)))]


@way(LOAD)
def selectin_load_of_one(r: Reach) -> Any:
    return [n.folder for n in r.session.scalars(select(Note).options(selectinload(Note.folder)))]


@way(LOAD)
def subquery_load(r: Reach) -> Any:
    return [f.notes for f in r.session.scalars(select(Folder).options(subqueryload(Folder.notes)))]


@way(LOAD)
def immediate_load(r: Reach) -> Any:
    return [f.notes for f in r.session.scalars(select(Folder).options(immediateload(Folder.notes)))]


@way(LOAD)
def eager_load_from_a_join(r: Reach) -> Any:
    statement = select(Folder).join(Folder.notes).options(contains_eager(Folder.notes))
    return [f.notes for f in r.session.scalars(statement).unique()]


@way(LOAD)
def load_with_a_wider_condition(r: Reach) -> Any:
    statement = select(Folder).options(selectinload(Folder.notes.and_(or_(Note.owner_id == "bob", true()))))
    return [f.notes for f in r.session.scalars(statement)]


@way(LOAD)
def load_of_subclasses(r: Reach) -> Any:
    return r.session.scalars(select(Item).options(selectin_polymorphic(Item, [Photo]))).all()


@way(LOAD)
def dynamic_relationship(r: Reach) -> Any:
    return [n for f in r.session.scalars(select(Folder)).all() for n in f.dynamic.all()]


@way(LOAD)
def write_only_relationship(r: Reach) -> Any:
    return [n for f in r.session.scalars(select(Folder)).all() for n in r.session.scalars(f.write_only.select())]


@way(LOAD)
def deferred_column_of_an_object_in_hand(r: Reach) -> Any:
    with as_system("test"):
        note = r.session.scalars(select(Note).where(Note.id == 2).options(defer(Note.title))).one()
    return note.title


@way(LOAD)
def undeferred_property_with_a_subquery(r: Reach) -> Any:
    return [vars(f)["first_title"] for f in r.session.scalars(select(Folder).options(undefer(Folder.first_title)))]  # type: ignore[attr-defined]


@way(LOAD)
def refresh_of_an_object_in_hand(r: Reach) -> Any:
    with as_system("test"):
        note = r.session.scalars(select(Note).where(Note.id == 2).options(load_only(Note.id))).one()
    r.session.refresh(note, ["title"])
    return note


@way(LOAD)
def expired_attribute_of_an_object_in_hand(r: Reach) -> Any:
    with as_system("test"):
        note = r.session.get_one(Note, 2)
        r.session.expire(note)
    return note.title


@way(MEMORY, in_memory=True)
def get_of_an_object_that_the_session_knows(r: Reach) -> Any:
    with as_system("test"):
        note = r.session.get(Note, 2)
    return r.session.get(Note, 2) if note else None


@way(MEMORY, in_memory=True)
def get_of_an_object_loaded_for_another_person(r: Reach) -> Any:
    with identity("bob"):
        note = r.session.get(Note, 2)
    return r.session.get(Note, 2) if note else None


@way(MEMORY, in_memory=True)
def get_of_an_object_loaded_without_its_owner(r: Reach) -> Any:
    with as_system("test"):
        note = r.session.scalars(select(Note).options(load_only(Note.title)).where(Note.id == 2)).one()
    return r.session.get(Note, 2) if note else None


@way(MEMORY, in_memory=True)
def reference_to_an_object_that_the_session_knows(r: Reach) -> Any:
    with as_system("test"):
        folder = r.session.get(Folder, 2)
    return r.session.scalars(select(Note).where(Note.id == 4)).one().folder if folder else None


@way(MEMORY, in_memory=True)
def collection_that_the_system_loaded(r: Reach) -> Any:
    with as_system("test"):
        folder = r.session.get_one(Folder, 1)
        assert len(folder.notes) == 2
    return r.session.get_one(Folder, 1).notes


@way(MEMORY, in_memory=True)
def collection_that_the_system_loaded_and_changed(r: Reach) -> Any:
    with as_system("test"), r.session.no_autoflush:
        folder = r.session.get_one(Folder, 1)
        folder.notes.append(Note(owner_id="ada", title="new"))
    with r.session.no_autoflush:
        return r.session.get_one(Folder, 1).notes


@way(MEMORY, in_memory=True)
def property_with_a_subquery_that_the_system_loaded(r: Reach) -> Any:
    with as_system("test"):
        r.session.execute(update(Note).where(Note.id == 1).values(title="comes last"))
        folder = r.session.get_one(Folder, 1, options=[undefer(Folder.first_title)])  # type: ignore[attr-defined]
        assert folder.first_title.startswith("BOB")  # type: ignore[attr-defined]
    return r.session.get_one(Folder, 1).first_title  # type: ignore[attr-defined]


@way(MEMORY, in_memory=True)
def objects_of_the_session_one_by_one(r: Reach) -> Any:
    with as_system("test"):
        notes = r.session.scalars(select(Note)).all()
    return [*r.session] if notes else None


@way(MEMORY, in_memory=True)
def merge_onto_an_object_that_the_session_knows(r: Reach) -> Any:
    with as_system("test"):
        note = r.session.get(Note, 2)
    with r.session.no_autoflush:
        return r.session.merge(Note(id=2, parent_id=None)) if note else None
