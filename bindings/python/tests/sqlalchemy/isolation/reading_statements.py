"""Ways to read a row of somebody else by a statement of the ORM."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    bindparam,
    exists,
    func,
    intersect,
    lambda_stmt,
    lateral,
    or_,
    select,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Bundle, aliased, with_polymorphic

from betroth.sqlalchemy import identity

from .way import Reach, way
from .world import Document, Folder, Item, Memo, Note, Photo, Tag

ORM = "ORM statements"


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
