"""Ways to read a row of somebody else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    MetaData,
    Table,
    bindparam,
    column,
    exists,
    func,
    intersect,
    lambda_stmt,
    lateral,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import (
    Bundle,
    Session,
    aliased,
    contains_eager,
    defer,
    immediateload,
    joinedload,
    load_only,
    selectin_polymorphic,
    selectinload,
    subqueryload,
    undefer,
    with_polymorphic,
)

from betroth.sqlalchemy import as_system, identity

from .way import Reach, way
from .world import Document, Folder, Item, Memo, Note, Photo, Tag, note_tags

ORM, LOAD, MEMORY, CORE, RAW = "ORM statements", "Loading", "The session's memory", "Core and text", "Round the session"


@way(ORM)
def select_of_the_class(r: Reach) -> Any:
    return r.session.scalars(select(Note)).all()


@way(ORM)
def select_of_columns(r: Reach) -> Any:
    return r.session.execute(select(Note.id, Note.title)).all()


@way(ORM)
def select_by_primary_key(r: Reach) -> Any:
    return r.session.scalars(select(Note).where(Note.id == 2)).all()


@way(ORM)
def select_with_or_true(r: Reach) -> Any:
    return r.session.scalars(select(Note).where(or_(Note.owner_id == "ada", true()))).all()


@way(ORM)
def select_of_an_alias(r: Reach) -> Any:
    other = aliased(Note)
    return r.session.scalars(select(other).where(other.owner_id == "bob")).all()


@way(ORM)
def select_of_an_alias_joined_to_itself(r: Reach) -> Any:
    other = aliased(Note)
    return r.session.execute(select(Note.title, other.title).join(other, other.parent_id == Note.id)).all()


@way(ORM)
def select_for_update(r: Reach) -> Any:
    return r.session.scalars(select(Note).with_for_update()).all()


@way(ORM)
def select_from_the_class_by_function(r: Reach) -> Any:
    return r.session.scalars(select(func.min(Note.title)).select_from(Note)).all()


@way(ORM)
def count_of_rows(r: Reach) -> Any:
    return "BOB" if r.session.scalar(select(func.count()).select_from(Note)) != 2 else "own"


@way(ORM)
def group_by_owner(r: Reach) -> Any:
    return "BOB" if len(r.session.execute(select(Note.owner_id, func.count()).group_by(Note.owner_id)).all()) > 1 else "own"


@way(ORM)
def window_function(r: Reach) -> Any:
    return r.session.scalars(select(func.min(Note.title).over())).all()


@way(ORM)
def bundle_of_columns(r: Reach) -> Any:
    return r.session.scalars(select(Bundle("note", Note.id, Note.title))).all()


@way(ORM)
def join_over_a_relationship(r: Reach) -> Any:
    return r.session.execute(select(Folder.name, Note.title).join(Folder.notes)).all()


@way(ORM)
def join_from_another_class(r: Reach) -> Any:
    return r.session.execute(select(Tag.name, Note.title).join(Tag.notes)).all()


@way(ORM)
def outer_join(r: Reach) -> Any:
    return r.session.execute(select(Folder.name, Note.title).outerjoin(Note, Note.folder_id == Folder.id)).all()


@way(ORM)
def outer_join_with_the_owner_on_the_kept_side(r: Reach) -> Any:
    on = (Note.folder_id == Folder.id) & (Note.owner_id == "ada")
    return r.session.execute(select(Note.title).outerjoin(Folder, on)).all()


@way(ORM)
def full_join(r: Reach) -> Any:
    return r.session.execute(select(Note.title, Tag.name).join(Tag, Tag.id == Note.id, full=True)).all()


@way(ORM)
def cartesian_product(r: Reach) -> Any:
    return r.session.execute(select(Tag.name, Note.title).where(Note.id > 0)).all()


@way(ORM)
def subquery(r: Reach) -> Any:
    return r.session.execute(select(select(Note).subquery())).all()


@way(ORM)
def alias_of_a_subquery(r: Reach) -> Any:
    return r.session.scalars(select(aliased(Note, select(Note).subquery()))).all()


@way(ORM)
def scalar_subquery(r: Reach) -> Any:
    return r.session.execute(select(Tag.name, select(func.min(Note.title)).scalar_subquery())).all()


@way(ORM)
def subquery_in_where(r: Reach) -> Any:
    return "BOB" if r.session.scalars(select(Tag.id).where(select(Note.id).where(Note.id == 2).exists())).all() else "own"


@way(ORM)
def exists_of_a_row(r: Reach) -> Any:
    return "BOB" if r.session.scalar(select(exists().where(Note.id == 2))) else "own"


@way(ORM)
def in_a_subquery(r: Reach) -> Any:
    return (
        "BOB"
        if r.session.scalars(select(Tag.id).where(Tag.id + 1 == select(Note.id).where(Note.id == 2).scalar_subquery())).all()
        else "own"
    )


@way(ORM)
def any_of_a_relationship(r: Reach) -> Any:
    return "BOB" if r.session.scalars(select(Tag).where(Tag.notes.any(Note.id == 2))).all() else "own"


@way(ORM)
def has_of_a_relationship(r: Reach) -> Any:
    return "BOB" if r.session.scalars(select(Note).where(Note.folder.has(Folder.id == 2))).all() else "own"


@way(ORM)
def common_table_expression(r: Reach) -> Any:
    return r.session.execute(select(select(Note.title).cte("mine"))).all()


@way(ORM)
def recursive_common_table_expression(r: Reach) -> Any:
    tree = select(Note.id, Note.title).where(Note.id == 1).cte("tree", recursive=True)
    child = aliased(Note)
    tree = tree.union_all(select(child.id, child.title).join(tree, child.parent_id == tree.c.id))
    return r.session.execute(select(tree.c.title)).all()


@way(ORM)
def union_of_selects(r: Reach) -> Any:
    return r.session.execute(union(select(Note.title), select(Folder.name))).all()


@way(ORM)
def union_all_as_the_class(r: Reach) -> Any:
    both = union_all(select(Note).where(Note.id < 3), select(Note).where(Note.id >= 3))
    return r.session.scalars(select(Note).from_statement(both)).all()


@way(ORM)
def union_in_a_subquery(r: Reach) -> Any:
    return r.session.execute(select(union_all(select(Note.title), select(Note.title)).subquery())).all()


@way(ORM)
def intersection_of_selects(r: Reach) -> Any:
    return r.session.execute(intersect(select(Note.title), select(Note.title))).all()


@way(ORM, only="postgresql")
def lateral_join(r: Reach) -> Any:
    inner = lateral(select(Note.title).where(Note.folder_id == Folder.id))
    return r.session.execute(select(Folder.id, inner.c.title).join(inner, true())).all()


@way(ORM, only="postgresql")
def sample_of_the_table(r: Reach) -> Any:
    sample = aliased(Note, Note.__table__.tablesample(100))  # type: ignore[attr-defined]
    return r.session.execute(select(sample.title)).all()


@way(ORM)
def column_property_with_a_subquery(r: Reach) -> Any:
    return r.session.scalars(select(Folder.first_title).where(Folder.id.in_([1, 2]))).all()  # type: ignore[attr-defined]


@way(ORM)
def lambda_statement(r: Reach) -> Any:
    return r.session.execute(lambda_stmt(lambda: select(Note.title))).all()


@way(ORM)
def stream_of_rows(r: Reach) -> Any:
    return r.session.scalars(select(Note).execution_options(yield_per=1)).all()


@way(ORM)
def class_of_a_joined_subclass(r: Reach) -> Any:
    return r.session.scalars(select(Photo)).all()


@way(ORM)
def column_of_a_joined_subclass(r: Reach) -> Any:
    return r.session.execute(select(Photo.camera)).all()


@way(ORM)
def class_of_a_single_table_subclass(r: Reach) -> Any:
    return r.session.scalars(select(Memo)).all()


@way(ORM)
def all_subclasses_at_once(r: Reach) -> Any:
    every = with_polymorphic(Item, [Photo, Memo])
    return r.session.scalars(select(every)).all()


@way(ORM)
def row_of_another_organization(r: Reach) -> Any:
    return r.session.scalars(select(Document)).all()


@way(ORM)
def legacy_query(r: Reach) -> Any:
    return r.session.query(Note).all()


@way(ORM)
def legacy_query_get(r: Reach) -> Any:
    return r.session.query(Note).get(2)


@way(ORM)
def legacy_query_count(r: Reach) -> Any:
    return "BOB" if r.session.query(Note).count() != 2 else "own"


@way(ORM)
def legacy_query_of_columns(r: Reach) -> Any:
    return r.session.query(Note.title).filter(Note.owner_id == "bob").all()


@way(ORM)
def legacy_query_from_text(r: Reach) -> Any:
    return r.session.query(Note).from_statement(text("SELECT * FROM notes")).all()


@way(ORM)
def statement_cached_for_another_person(r: Reach) -> Any:
    with identity("bob"), r.maker() as other:
        other.scalars(select(Note)).all()
    return r.session.scalars(select(Note)).all()


@way(ORM)
def parameters_that_name_another_owner(r: Reach) -> Any:
    statement = select(Note)
    names = {f"param_{i}": "bob" for i in range(1, 4)} | {"owner_id_1": "bob", "betroth": "bob"}
    return r.session.execute(statement.where(Note.id == bindparam("wanted")), {"wanted": 2, **names}).all()


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


@way(CORE)
def core_select(r: Reach) -> Any:
    return r.session.execute(select(Note.__table__)).all()


@way(CORE)
def core_select_by_alias(r: Reach) -> Any:
    return r.session.execute(select(Note.__table__.alias("n"))).all()


@way(CORE)
def core_select_of_the_table_of_a_subclass(r: Reach) -> Any:
    return r.session.execute(select(Photo.__table__)).all()


@way(CORE)
def core_select_in_an_orm_statement(r: Reach) -> Any:
    return r.session.execute(select(Tag.name, select(func.min(Note.__table__.c.title)).scalar_subquery())).all()


@way(CORE)
def core_select_with_another_owner_bound(r: Reach) -> Any:
    notes = Note.__table__
    return r.session.execute(select(notes).where(notes.c.owner_id == "bob")).all()


@way(CORE)
def core_select_over_the_link_table(r: Reach) -> Any:
    notes = Note.__table__
    return r.session.execute(select(notes.c.title).join(note_tags, note_tags.c.note_id == notes.c.id)).all()


@way(CORE)
def core_table_without_metadata(r: Reach) -> Any:
    return r.session.execute(select(table("notes", column("title")))).all()


@way(CORE)
def table_reflected_a_second_time(r: Reach) -> Any:
    with as_system("test"):
        again = Table("notes", MetaData(), autoload_with=r.session.connection())
    return r.session.execute(select(again)).all()


@way(CORE)
def orm_statement_from_a_core_select(r: Reach) -> Any:
    return r.session.scalars(select(Note).from_statement(select(Note.__table__))).all()


@way(CORE)
def orm_statement_from_text(r: Reach) -> Any:
    return r.session.scalars(select(Note).from_statement(text("SELECT * FROM notes"))).all()


@way(CORE)
def text_with_columns(r: Reach) -> Any:
    return r.session.execute(text("SELECT id, title FROM notes").columns(column("id"), column("title"))).all()


@way(CORE)
def text_statement(r: Reach) -> Any:
    return r.session.execute(text("SELECT * FROM notes")).all()


@way(CORE)
def text_statement_with_quotes_and_comments(r: Reach) -> Any:
    return r.session.execute(text('SELECT title/**/FROM/* tags */"notes"')).all()


@way(CORE)
def text_statement_with_a_schema(r: Reach) -> Any:
    return r.session.execute(text(f"SELECT * FROM {'public' if r.postgresql else 'main'}.notes")).all()


@way(CORE)
def text_statement_with_a_view_in_a_list(r: Reach) -> Any:
    return r.session.execute(text("SELECT a.title FROM tags t JOIN tags u ON t.id = u.id, all_notes a")).all()


@way(CORE)
def text_statement_that_names_a_window_like_a_view(r: Reach) -> Any:
    statement = "WITH x AS (SELECT 1) SELECT title, count(*) OVER all_notes FROM all_notes WINDOW all_notes AS (PARTITION BY id)"
    return r.session.execute(text(statement)).all()


@way(CORE, only="postgresql")
def text_statement_with_an_escaped_quote(r: Reach) -> Any:
    return r.session.execute(text(r"SELECT E'\'', title FROM notes WHERE title <> ''")).all()


@way(CORE, only="postgresql")
def text_statement_with_an_array(r: Reach) -> Any:
    return r.session.execute(text("SELECT ARRAY[name, (SELECT min(title) FROM notes)] FROM tags")).all()


@way(CORE)
def text_in_the_columns(r: Reach) -> Any:
    return r.session.execute(select(Tag.id, text("(SELECT min(title) FROM notes)"))).all()


@way(CORE)
def text_in_where(r: Reach) -> Any:
    found = r.session.scalars(select(Tag.id).where(text("EXISTS (SELECT 1 FROM notes WHERE id = 2)"))).all()
    return "BOB" if found else "own"


@way(CORE)
def literal_column_with_a_subquery(r: Reach) -> Any:
    return r.session.execute(select(literal_column("(SELECT min(title) FROM notes)"))).all()


@way(CORE)
def operator_that_holds_text(r: Reach) -> Any:
    return r.session.execute(select(Tag.name.op("|| (SELECT min(title) FROM notes) ||")("x"))).all()


@way(CORE)
def prefix_that_holds_text(r: Reach) -> Any:
    return r.session.execute(select(literal_column("1")).prefix_with("(SELECT min(title) FROM notes),")).all()


@way(CORE)
def view_over_the_table(r: Reach) -> Any:
    return r.session.execute(text("SELECT title FROM all_notes")).all()


@way(CORE, only="postgresql")
def function_of_the_database(r: Reach) -> Any:
    return r.session.scalar(select(func.first_title()))


@way(CORE, only="postgresql")
def function_in_text(r: Reach) -> Any:
    return r.session.scalar(text("SELECT first_title()"))


@way(CORE, only="postgresql")
def function_that_runs_text(r: Reach) -> Any:
    return str(r.session.scalar(select(func.query_to_xml("select title from no" + "tes", True, False, ""))))


@way(CORE, only="postgresql")
def block_of_code(r: Reach) -> Any:
    r.session.execute(text("DO $$ BEGIN EXECUTE 'upd' || 'ate no' || 'tes set title = ''changed'' where id = 2'; END $$"))


@way(RAW)
def connection_of_the_session(r: Reach) -> Any:
    return r.session.connection().execute(select(Note.__table__)).all()


@way(RAW)
def connection_of_the_session_with_an_orm_select(r: Reach) -> Any:
    return r.session.connection().execute(select(Note.title)).all()


@way(RAW)
def connection_of_the_engine(r: Reach) -> Any:
    with r.engine.connect() as connection:
        return connection.execute(select(Note.__table__)).all()


@way(RAW)
def text_by_a_connection_of_the_engine(r: Reach) -> Any:
    with r.engine.connect() as connection:
        return connection.execute(text("SELECT * FROM notes")).all()


@way(RAW)
def driver_sql(r: Reach) -> Any:
    with r.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT * FROM notes").all()


@way(RAW)
def session_that_is_not_isolated(r: Reach) -> Any:
    with Session(r.engine) as plain:
        return plain.scalars(select(Note)).all()


@way(RAW)
def get_by_a_session_that_is_not_isolated(r: Reach) -> Any:
    with Session(r.engine) as plain:
        return plain.get(Note, 2)


@way(RAW, raw=True)
def cursor_of_the_driver(r: Reach) -> Any:
    connection = r.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT * FROM notes")
        return cursor.fetchall()
    finally:
        connection.close()
