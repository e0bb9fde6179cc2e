"""What Ada does with her own rows goes on working, and what needs somebody says so."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Column, Enum, Integer, MetaData, Table, func, insert, literal, select, text, update
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite as lite
from sqlalchemy.orm import Session, joinedload, selectinload, sessionmaker
from sqlalchemy.sql import elements

from betroth.sqlalchemy import IsolationSetup, NoOrganization, NotOwner, NoUser, UnprovenStatement, allow_raw, as_system, current, identity, isolate

from betroth.sqlalchemy import reading as texts

from . import world
from .way import Layer
from .world import Document, Folder, Note, Photo, Tag, note_tags


@pytest.fixture(params=["sqlite", "postgresql"])
def layer(request: pytest.FixtureRequest) -> Layer:
    layer: Layer = request.getfixturevalue(request.param)
    world.fill(layer.admin)
    return layer


@pytest.fixture
def session(layer: Layer) -> Iterator[Session]:
    with identity("ada", organization="acme"), layer.maker() as session:
        yield session


def test_new_rows_are_stamped(session: Session) -> None:
    note, photo, document = Note(title="new"), Photo(label="new", camera="c"), Document(title="new")
    session.add_all([note, photo, document])
    session.commit()
    assert (note.owner_id, photo.owner_id, document.organization_id) == ("ada", "ada", "acme")


def test_inserted_rows_are_stamped_in_every_form(session: Session) -> None:
    session.execute(insert(Note).values(title="new 1"))
    session.execute(insert(Note).values([{"title": "new 2"}, {"title": "new 3"}]))
    session.execute(insert(Note), [{"title": "new 4"}, {"title": "new 5"}])
    session.scalars(insert(Note).returning(Note), [{"title": "new 6"}]).all()
    session.bulk_insert_mappings(Note, [{"title": "new 7"}])  # type: ignore[arg-type]
    session.bulk_save_objects([Note(title="new 8")])
    owners = session.execute(select(Note.owner_id, func.count()).where(Note.title.like("new %")).group_by(Note.owner_id)).all()
    assert [tuple(row) for row in owners] == [("ada", 8)]


def test_own_rows_are_changed_and_deleted(session: Session) -> None:
    note = session.get_one(Note, 1)
    note.title = "changed"
    session.commit()
    session.execute(update(Note).where(Note.id == 1).values(title=Note.title + "!"))
    session.execute(update(Note), [{"id": 4, "title": "four"}])
    assert session.scalars(select(Note.title).order_by(Note.id)).all() == ["changed!", "four"]
    session.refresh(note)
    session.delete(session.get_one(Note, 4))
    photo = session.get_one(Photo, 1)
    photo.camera, photo.label = "changed", "changed"
    session.commit()
    session.delete(photo)
    session.commit()
    assert session.get(Photo, 1) is None and session.get(Note, 4) is None


def test_an_upsert_changes_an_own_row(session: Session, layer: Layer) -> None:
    make: Any = pg.insert if layer.engine.dialect.name == "postgresql" else lite.insert
    session.execute(make(Note).values(id=1, title="new").on_conflict_do_update(index_elements=["id"], set_={"title": "upserted"}))
    assert session.get_one(Note, 1).title == "upserted"


def test_own_rows_refer_to_own_rows(session: Session) -> None:
    folder = Folder(name="new", notes=[Note(title="child", children=[Note(title="grandchild")])])
    session.add(folder)
    session.flush()
    session.get_one(Note, 1).folder = folder
    session.add(Note(title="by key", folder_id=1, parent_id=1))
    tag = session.get_one(Tag, 1)
    tag.notes.append(folder.notes[0])
    session.execute(insert(Note), [{"title": "by key", "folder_id": 1}])
    session.execute(insert(note_tags).values(note_id=4, tag_id=1))
    session.commit()
    assert session.scalars(select(Note).where(Note.title == "grandchild")).one().parent.title == "child"  # type: ignore[union-attr]


def test_eager_loads_give_own_rows(session: Session) -> None:
    for option in (joinedload(Folder.notes), selectinload(Folder.notes)):
        session.expunge_all()
        folders = session.scalars(select(Folder).options(option)).unique().all()
        assert [[note.id for note in folder.notes] for folder in folders] == [[1]]


def test_an_object_can_be_pickled_and_merged(session: Session) -> None:
    note = session.scalars(select(Note).where(Note.id == 1)).one()
    again = pickle.loads(pickle.dumps(note))
    session.expunge_all()
    assert session.merge(again).title == "ada 1"


def test_nobody_raises_no_user_as_itself(layer: Layer) -> None:
    for do in (
        lambda s: s.scalars(select(Note)).all(),
        lambda s: s.get(Note, 1),
        lambda s: s.execute(update(Note).values(title="x")),
        lambda s: s.execute(insert(Note).values(title="x")),
        lambda s: s.execute(insert(Note), [{"title": "x"}]),
        lambda s: (s.add(Note(title="x")), s.flush()),
        lambda s: s.execute(select(Note.__table__)),
        lambda s: s.execute(text("SELECT * FROM notes")),
        lambda s: s.bulk_save_objects([Note(title="x")]),
    ):
        with layer.maker() as session, pytest.raises(NoUser) as raised:
            do(session)
        assert type(raised.value) is NoUser
    with pytest.raises(NoUser):
        current()


def test_a_lazy_load_after_the_person_left_raises_no_user(layer: Layer) -> None:
    with layer.maker() as session:
        with identity("ada"):
            folder = session.get_one(Folder, 1)
        with pytest.raises(NoUser):
            folder.notes  # noqa: B018


def test_a_person_without_an_organization_raises_no_organization_for_its_rows(layer: Layer) -> None:
    with identity("ada"), layer.maker() as session, pytest.raises(NoOrganization, match="organization"):
        session.scalars(select(Document)).all()


def test_tables_that_nobody_owns_need_nobody(layer: Layer) -> None:
    with layer.maker() as session:
        session.add(Tag(name="blue"))
        session.commit()
        assert len(session.scalars(select(Tag)).all()) == 2
        assert session.execute(text("SELECT count(*) FROM tags t WHERE t.name = 'blue'")).scalar() == 1
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_a_core_statement_that_carries_its_owner_passes(session: Session) -> None:
    notes = Note.__table__
    assert len(session.execute(select(notes).where(notes.c.owner_id == "ada")).all()) == 2
    with pytest.raises(NotOwner):
        session.execute(select(notes).where(notes.c.owner_id == "bob"))


def test_allow_raw_lets_text_pass_and_is_logged(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "betroth.sqlalchemy"), allow_raw("monthly report"):
        assert len(session.execute(text("SELECT * FROM notes")).all()) == 4
        assert len(session.scalars(select(Note)).all()) == 2
    assert "monthly report" in caplog.text
    with pytest.raises(UnprovenStatement):
        session.execute(text("SELECT * FROM notes"))


def test_the_system_sees_all_and_is_logged(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    assert len(session.scalars(select(Note)).all()) == 2
    with caplog.at_level(logging.WARNING, "betroth.sqlalchemy"), as_system("monthly report"):
        assert len(session.scalars(select(Note)).all()) == 4
    [record] = [r for r in caplog.records if getattr(r, "code", "") == "as-system"]
    assert (record.reason, record.subject) == ("monthly report", "ada")  # type: ignore[attr-defined]
    assert record.pathname == __file__
    assert len(session.scalars(select(Note)).all()) == 2


@pytest.mark.parametrize("open_", [as_system, allow_raw])
def test_a_way_round_needs_a_reason(open_: Any) -> None:
    with pytest.raises(ValueError, match="needs a reason"), open_(" "):
        pass


def test_threads_act_as_who_started_them_only_if_told(layer: Layer) -> None:
    def count(_: int) -> int:
        with layer.maker() as session:
            return len(session.scalars(select(Note)).all())

    with identity("ada"), ThreadPoolExecutor(1) as pool, pytest.raises(NoUser):
        pool.submit(count, 0).result()


def test_tables_are_made_and_read_off_while_nobody_acts(layer: Layer) -> None:
    world.Base.metadata.create_all(layer.engine)


def test_types_of_the_database_are_made_and_dropped_while_nobody_acts(layer: Layer) -> None:
    metadata = MetaData()
    colour, amount = Enum("red", "green", name="colour"), pg.DOMAIN("amount", Integer, check="value > 0")
    columns = [Column("colour", colour)]
    if layer.engine.dialect.name == "postgresql":
        columns.append(Column("amount", amount))
    Table("pictures", metadata, Column("id", Integer, primary_key=True), *columns)
    metadata.create_all(layer.engine)
    metadata.drop_all(layer.engine)


def test_a_class_without_the_column_is_refused() -> None:
    with pytest.raises(IsolationSetup, match="no column `nobody_id`"):
        isolate(Session, {Tag: "nobody_id"})


def test_another_owner_for_the_same_class_is_refused() -> None:
    with pytest.raises(IsolationSetup, match="already"):
        isolate(Session, {Folder: "name"})


def test_what_is_no_session_is_refused() -> None:
    with pytest.raises(IsolationSetup, match="session factory"):
        isolate(object())


@pytest.mark.parametrize(
    "harmless",
    [
        "SELECT 1",
        "SELECT count(*) FROM tags AS t, tags u WHERE t.id = u.id AND t.name = 'notes'",
        "SELECT coalesce(max(id), 0) FROM tags GROUP BY name HAVING count(*) > 1 ORDER BY 1 LIMIT 3",
        "WITH named AS (SELECT id FROM tags), again AS (SELECT id FROM named) SELECT * FROM again",
        "SELECT id FROM tags WHERE name IS NOT NULL AND id IN (SELECT tag_id FROM note_tags)",
        "INSERT INTO tags (id, name) VALUES (7, 'x') ON CONFLICT DO NOTHING",
        "UPDATE tags SET name = 'y' WHERE id = 7",
        "DELETE FROM tags WHERE id = 7",
        'SELECT "name" FROM "tags" -- of all notes',
    ],
)
def test_text_on_tables_that_nobody_owns_passes(session: Session, harmless: str) -> None:
    session.execute(text(harmless))


@pytest.mark.parametrize(
    "hidden",
    [
        "SELECT * FROM unheard_of",
        "SELECT * FROM tags, unheard_of",
        "SELECT * FROM tags WHERE id IN (SELECT id FROM 'unheard_of')",
        "SELECT unheard_of(1)",
        "SELECT main.count(1)",
        "EXPLAIN SELECT 1",
        "SELECT '\\'' , x FROM y --'",
        "TABLE unheard_of",
        "SELECT 1; DO something",
        "SELECT 1 /*! FROM y */",
    ],
)
def test_text_that_cannot_be_read_is_refused(session: Session, hidden: str) -> None:
    with pytest.raises(UnprovenStatement):
        session.execute(text(hidden))


def test_text_may_name_a_table_without_a_class_that_isolate_was_told_of(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "allowed_tables", set())
    with allow_raw("test"):
        session.execute(text("CREATE TABLE \"session\" (token TEXT)"))
    statement = text("SELECT token FROM \"session\" WHERE token = :token")
    with pytest.raises(UnprovenStatement, match=r"isolate\(…, tables=\{'session'\}\)"):
        session.execute(statement, {"token": "x"})
    isolate(sessionmaker(), tables={"Session", "notes"})
    try:
        assert session.execute(statement, {"token": "x"}).all() == []
        with pytest.raises(UnprovenStatement, match="names `notes`"):
            session.execute(text("SELECT * FROM notes"))
    finally:
        session.rollback()


@pytest.mark.skipif(not hasattr(elements, "TString"), reason="SQLAlchemy 2.1 has template strings")
def test_a_template_string_is_read_like_text(session: Session) -> None:
    def template(*parts: str) -> Any:
        made = elements.TString.__new__(elements.TString)  # Python 3.14 writes them `t"…"`.
        made.parts = [elements._TStringText(part) if i % 2 == 0 else literal(part) for i, part in enumerate(parts)]
        return made

    assert session.execute(template("SELECT name FROM tags WHERE name = ", "red", "")).all() == [("red",)]
    with pytest.raises(UnprovenStatement, match="names `notes`"):
        session.execute(template("SELECT title FROM notes WHERE title <> ", "x", ""))
