"""Ways to change a row of somebody else, to give rows away, and to refer to rows of others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from betroth.sqlalchemy import as_system

from .way import Reach, way
from .world import Document, Folder, Note, Photo, Tag, note_tags

CHANGE, GIVE, REFER = "Changing rows", "Giving rows away", "Referring to rows"


def bobs(r: Reach) -> Note:
    """Bob's note, loaded by the system and taken along."""
    with as_system("test"), Session(r.engine, expire_on_commit=False) as other:
        return other.get_one(Note, 2)


@way(CHANGE)
def update_of_the_class(r: Reach) -> Any:
    r.session.execute(update(Note).values(title="changed"))


@way(CHANGE)
def update_by_primary_key(r: Reach) -> Any:
    r.session.execute(update(Note).where(Note.id == 2).values(title="changed"))


@way(CHANGE)
def update_with_returning(r: Reach) -> Any:
    return r.session.execute(update(Note).values(title=Note.title + "!").returning(Note.title)).all()


@way(CHANGE)
def update_from_another_table(r: Reach) -> Any:
    r.session.execute(update(Note).where(Note.folder_id == Folder.id, Folder.id == 2).values(title="changed"))


@way(CHANGE)
def update_of_a_subquery(r: Reach) -> Any:
    r.session.execute(update(Note).where(Note.id.in_(select(Note.id))).values(title="changed"))


@way(CHANGE)
def update_of_many_by_primary_key(r: Reach) -> Any:
    r.session.execute(update(Note), [{"id": 2, "title": "changed"}])


@way(CHANGE)
def update_of_a_joined_subclass(r: Reach) -> Any:
    r.session.execute(update(Photo), [{"id": 2, "camera": "changed"}])


@way(CHANGE)
def legacy_query_update(r: Reach) -> Any:
    r.session.query(Note).filter(Note.id == 2).update({"title": "changed"})


@way(CHANGE)
def legacy_bulk_update_mappings(r: Reach) -> Any:
    r.session.bulk_update_mappings(Note, [{"id": 2, "title": "changed"}])  # type: ignore[arg-type]


@way(CHANGE)
def legacy_bulk_save_of_an_object(r: Reach) -> Any:
    note = bobs(r)
    note.title = "changed"
    r.session.bulk_save_objects([note])


@way(CHANGE)
def flush_of_an_object_in_hand(r: Reach) -> Any:
    note = bobs(r)
    r.session.add(note)
    note.title = "changed"
    r.session.flush()


@way(CHANGE)
def flush_of_an_object_whose_owner_is_not_loaded(r: Reach) -> Any:
    note = bobs(r)
    note.__dict__.pop("owner_id")
    r.session.add(note)
    note.title = "changed"
    r.session.flush()


@way(CHANGE)
def merge_of_another_persons_row(r: Reach) -> Any:
    r.session.merge(Note(id=2, owner_id="ada", title="changed"))
    r.session.flush()


@way(CHANGE)
def merge_without_loading(r: Reach) -> Any:
    note = bobs(r)
    merged = r.session.merge(note, load=False)
    merged.title = "changed"
    r.session.flush()


@way(CHANGE)
def change_by_the_system_that_the_person_flushes(r: Reach) -> Any:
    with as_system("test"):
        note = r.session.get_one(Note, 2)
        note.title = "changed"
    r.session.commit()


@way(CHANGE)
def delete_of_the_class(r: Reach) -> Any:
    r.session.execute(delete(Note).where(Note.id.in_([3, 5])))


@way(CHANGE)
def delete_with_returning(r: Reach) -> Any:
    return r.session.execute(delete(Note).where(Note.id == 3).returning(Note.title)).all()


@way(CHANGE)
def legacy_query_delete(r: Reach) -> Any:
    r.session.query(Note).filter(Note.id == 3).delete()


@way(CHANGE)
def delete_of_an_object_in_hand(r: Reach) -> Any:
    with as_system("test"), Session(r.engine) as other:
        note = other.get_one(Note, 3)
    r.session.delete(note)
    r.session.flush()


@way(CHANGE)
def delete_of_a_row_of_another_organization(r: Reach) -> Any:
    r.session.execute(delete(Document).where(Document.id == 2))


@way(CHANGE)
def upsert_onto_a_row(r: Reach) -> Any:
    make = postgresql.insert if r.postgresql else sqlite.insert
    statement: Any = make(Note).values(id=2, title="changed", owner_id="ada")
    r.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"title": "changed"}))


@way(CHANGE)
def core_upsert_onto_a_row(r: Reach) -> Any:
    make = postgresql.insert if r.postgresql else sqlite.insert
    statement: Any = make(Note.__table__).values(id=2, title="changed", owner_id="ada")  # type: ignore[arg-type]
    r.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"title": "changed"}))


@way(CHANGE, only="sqlite")
def insert_or_replace(r: Reach) -> Any:
    r.session.execute(text("PRAGMA foreign_keys=OFF"))
    r.session.execute(insert(Note).prefix_with("OR REPLACE").values(id=3, title="changed", owner_id="ada"))


@way(CHANGE)
def core_update(r: Reach) -> Any:
    notes = Note.__table__
    r.session.execute(update(notes).where(notes.c.id == 2).values(title="changed"))  # type: ignore[arg-type]


@way(CHANGE)
def core_delete(r: Reach) -> Any:
    notes = Note.__table__
    r.session.execute(delete(notes).where(notes.c.id == 3))  # type: ignore[arg-type]


@way(CHANGE, only="sqlite")
def drop_of_the_table(r: Reach) -> Any:
    r.session.execute(text("PRAGMA foreign_keys=OFF"))
    r.session.rollback()
    with r.engine.begin() as connection:
        Photo.__table__.drop(connection)  # type: ignore[attr-defined]
        Photo.__table__.create(connection)  # type: ignore[attr-defined]


@way(CHANGE)
def text_update(r: Reach) -> Any:
    r.session.execute(text("UPDATE notes SET title = 'changed' WHERE id = 2"))


@way(CHANGE)
def core_update_by_a_connection_of_the_engine(r: Reach) -> Any:
    notes = Note.__table__
    r.session.rollback()
    with r.engine.begin() as connection:
        connection.execute(update(notes).where(notes.c.id == 2).values(title="changed"))  # type: ignore[arg-type]


@way(CHANGE, only="postgresql")
def update_inside_a_common_table_expression(r: Reach) -> Any:
    changed = update(Note).where(Note.id == 2).values(title="changed").returning(Note.id).cte("changed")
    r.session.execute(select(changed.c.id)).all()


@way(CHANGE)
def append_of_another_persons_row_to_an_own_collection(r: Reach) -> Any:
    folder = r.session.scalars(select(Folder).where(Folder.id == 1)).one()
    with r.session.no_autoflush:
        folder.notes.append(bobs(r))
    r.session.flush()


@way(GIVE)
def insert_of_an_object_for_another_person(r: Reach) -> Any:
    r.session.add(Note(owner_id="bob", title="planted"))
    r.session.flush()


@way(GIVE)
def insert_of_values_for_another_person(r: Reach) -> Any:
    r.session.execute(insert(Note).values(owner_id="bob", title="planted"))


@way(GIVE)
def insert_of_several_values_for_another_person(r: Reach) -> Any:
    r.session.execute(insert(Note).values([{"owner_id": "ada", "title": "own"}, {"owner_id": "bob", "title": "planted"}]))


@way(GIVE)
def insert_of_rows_for_another_person(r: Reach) -> Any:
    r.session.execute(insert(Note), [{"owner_id": "ada", "title": "own"}, {"owner_id": "bob", "title": "planted"}])


@way(GIVE)
def insert_from_a_select(r: Reach) -> Any:
    rows = select(Note.title, Folder.owner_id).join(Folder, Folder.id == Note.folder_id)
    r.session.execute(insert(Note).from_select(["title", "owner_id"], rows))


@way(GIVE)
def insert_by_an_expression(r: Reach) -> Any:
    r.session.execute(insert(Note.__table__).values(owner_id=text("'bob'"), title="planted"))  # type: ignore[arg-type]


@way(GIVE)
def core_insert_for_another_person(r: Reach) -> Any:
    r.session.execute(insert(Note.__table__).values(owner_id="bob", title="planted"))  # type: ignore[arg-type]


@way(GIVE)
def legacy_bulk_insert_mappings_for_another_person(r: Reach) -> Any:
    r.session.bulk_insert_mappings(Note, [{"owner_id": "bob", "title": "planted"}])  # type: ignore[arg-type]


@way(GIVE)
def legacy_bulk_save_for_another_person(r: Reach) -> Any:
    r.session.bulk_save_objects([Note(owner_id="bob", title="planted")])


@way(GIVE)
def insert_of_a_joined_subclass_for_another_person(r: Reach) -> Any:
    r.session.add(Photo(owner_id="bob", label="planted", camera="planted"))
    r.session.flush()


@way(GIVE)
def change_of_the_owner_in_a_flush(r: Reach) -> Any:
    r.session.scalars(select(Note).where(Note.id == 1)).one().owner_id = "bob"
    r.session.flush()


@way(GIVE)
def change_of_the_owner_by_an_update(r: Reach) -> Any:
    r.session.execute(update(Note).where(Note.id == 1).values(owner_id="bob"))


@way(GIVE)
def change_of_the_owner_by_an_expression(r: Reach) -> Any:
    r.session.execute(update(Note).where(Note.id == 1).values(owner_id=text("'bob'")))


@way(GIVE)
def change_of_the_owner_of_many(r: Reach) -> Any:
    r.session.execute(update(Note), [{"id": 1, "owner_id": "bob"}])


@way(GIVE)
def insert_for_another_organization(r: Reach) -> Any:
    r.session.add(Document(organization_id="bobs", title="planted"))
    r.session.flush()


@way(REFER)
def foreign_key_of_a_new_row(r: Reach) -> Any:
    r.session.add(Note(owner_id="ada", title="own", folder_id=2))
    r.session.flush()


@way(REFER)
def foreign_key_to_the_same_table(r: Reach) -> Any:
    r.session.add(Note(owner_id="ada", title="own", parent_id=2))
    r.session.flush()


@way(REFER)
def foreign_key_in_a_flush(r: Reach) -> Any:
    r.session.scalars(select(Note).where(Note.id == 1)).one().folder_id = 2
    r.session.flush()


@way(REFER)
def foreign_key_by_a_relationship(r: Reach) -> Any:
    note = r.session.scalars(select(Note).where(Note.id == 1)).one()
    with r.session.no_autoflush:
        note.parent = bobs(r)
    r.session.flush()


@way(REFER)
def foreign_key_by_an_update(r: Reach) -> Any:
    r.session.execute(update(Note).where(Note.id == 1).values(folder_id=2))


@way(REFER)
def foreign_key_by_an_expression(r: Reach) -> Any:
    r.session.execute(update(Note).where(Note.id == 1).values(folder_id=Note.id + 1))


@way(REFER)
def foreign_key_of_many(r: Reach) -> Any:
    r.session.execute(update(Note), [{"id": 1, "folder_id": 2}])


@way(REFER)
def foreign_key_in_inserted_rows(r: Reach) -> Any:
    r.session.execute(insert(Note), [{"title": "own", "owner_id": "ada", "folder_id": 2}])


@way(REFER)
def foreign_key_in_several_values(r: Reach) -> Any:
    rows = [{"title": "own", "owner_id": "ada", "folder_id": 1}, {"title": "own", "owner_id": "ada", "folder_id": 2}]
    r.session.execute(insert(Note).values(rows))


@way(REFER)
def foreign_key_by_legacy_bulk_insert(r: Reach) -> Any:
    r.session.bulk_insert_mappings(Note, [{"title": "own", "owner_id": "ada", "folder_id": 2}])  # type: ignore[arg-type]


@way(REFER)
def link_row_to_another_persons_row(r: Reach) -> Any:
    with r.session.no_autoflush:
        r.session.execute(insert(note_tags).values(note_id=3, tag_id=1))


@way(REFER)
def append_over_a_link_table(r: Reach) -> Any:
    with as_system("test"), Session(r.engine, expire_on_commit=False) as other:
        note = other.get_one(Note, 3)
        assert note.tags == []
    tag = r.session.get_one(Tag, 1)
    with r.session.no_autoflush:
        tag.notes.append(note)
    r.session.flush()
