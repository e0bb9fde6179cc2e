"""Rows of others over HTTP, in async and synchronous endpoints, with SQLModel, and in async sessions."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload
from sqlmodel import Field, SQLModel
from sqlmodel import Session as ModelSession
from sqlmodel import select as model_select

from betroth.sqlalchemy import NotOwner, NoUser, UnprovenStatement, as_system, enter, identity, isolate, leave
from betroth.sqlalchemy.acting import Identity, System, found
from betroth.sqlalchemy.fastapi import Whose, acting, get_or_404, install
from betroth.sqlalchemy.postgresql import confine

from . import world
from .conftest import KEY, url
from .way import Layer
from .world import Document, Folder, Note


class Hero(SQLModel, table=True):
    __tablename__ = "heroes"
    id: int | None = Field(default=None, primary_key=True)
    owner_id: str | None = Field(default=None, index=True)
    name: str


class ActingFrom:
    """What a guard does: sets who acts before the application runs."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        who = dict(scope.get("headers", ())).get(b"x-test-user")
        token = enter(Identity(who.decode()) if who else None)
        try:
            await self.app(scope, receive, send)
        finally:
            leave(token)


class HeroSession(ModelSession):
    pass


def heroes(folder: Path, ada: str, bob: str) -> Engine:
    """A database with one row of each, who are told apart by these ids; sessions are isolated."""
    engine = create_engine(f"sqlite:///{folder}/heroes.db")
    isolate(HeroSession, {Hero: "owner_id"})
    SQLModel.metadata.create_all(engine)
    with as_system("test"), HeroSession(engine) as session:
        session.add_all([Hero(id=1, owner_id=ada, name="hers"), Hero(id=2, owner_id=bob, name="BOB's")])
        session.commit()
    return engine


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    engine = heroes(tmp_path, "ada", "bob")
    app = FastAPI()
    install(app)
    app.add_middleware(ActingFrom)
    seen: list[Any] = []
    app.state.seen = seen

    def session() -> Iterator[HeroSession]:
        with HeroSession(engine) as one:
            yield one

    Db = Annotated[HeroSession, Depends(session)]

    @app.get("/heroes")
    def all_of_them(db: Db) -> Any:
        return db.exec(model_select(Hero)).all()

    @app.get("/async/heroes")
    async def all_of_them_async(db: Db) -> Any:
        return db.exec(model_select(Hero)).all()

    @app.get("/heroes/{id}")
    def one(id: int, db: Db) -> Hero:
        return get_or_404(db, Hero, id)

    @app.get("/one/{id}")
    def exactly_one(id: int, db: Db) -> Any:
        return db.exec(model_select(Hero).where(Hero.id == id)).one()

    @app.post("/heroes")
    def make(hero: Hero, db: Db, tasks: BackgroundTasks) -> Any:
        db.add(hero)
        db.commit()
        db.refresh(hero)

        def later() -> None:
            with HeroSession(engine) as own:
                seen.append(len(own.exec(model_select(Hero)).all()))

        tasks.add_task(later)
        return hero

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def as_(who: str) -> dict[str, str]:
    return {"x-test-user": who}


def test_each_person_sees_their_own_rows(client: TestClient) -> None:
    for path in ("/heroes", "/async/heroes"):
        assert [h["name"] for h in client.get(path, headers=as_("ada")).json()] == ["hers"]
        assert [h["name"] for h in client.get(path, headers=as_("bob")).json()] == ["BOB's"]


def test_a_row_of_somebody_else_and_one_that_is_not_there_get_the_same_404(client: TestClient) -> None:
    for path in ("/heroes", "/one"):
        assert client.get(f"{path}/1", headers=as_("ada")).status_code == 200
        answers = [client.get(f"{path}/{id}", headers=as_("ada")) for id in (2, 3)]
        assert {a.status_code for a in answers} == {404}
        assert answers[0].content == answers[1].content
        assert answers[0].headers["content-type"] == "application/problem+json"
        assert answers[0].json()["code"] == "not_found"


def test_a_new_row_is_stamped_and_background_tasks_act_as_the_caller(client: TestClient) -> None:
    assert client.post("/heroes", json={"name": "new"}, headers=as_("ada")).json()["owner_id"] == "ada"
    assert client.app.state.seen == [2]  # type: ignore[attr-defined]


def test_a_row_for_somebody_else_is_404(client: TestClient) -> None:
    assert client.post("/heroes", json={"name": "new", "owner_id": "bob"}, headers=as_("ada")).status_code == 404


def test_whoever_acts_for_no_organization_may_not_see_the_rows_of_any(sqlite: Layer) -> None:
    app = FastAPI()
    install(app)
    app.add_middleware(ActingFrom)

    @app.get("/documents")
    def documents() -> list[str]:
        with sqlite.maker() as session:
            return [document.title for document in session.scalars(select(Document))]

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/documents", headers=as_("ada"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_route_without_a_person_fails(client: TestClient) -> None:
    assert client.get("/heroes").status_code == 500


@pytest.fixture
def own_guard(tmp_path: Path) -> TestClient:
    """An application that verifies credentials itself, in a synchronous dependency."""
    engine = heroes(tmp_path, "7", "8")
    app = FastAPI()
    install(app)

    def whoever(request: Request) -> Any:
        return request.headers.get("x-test-user")

    def whose(user: str | None) -> Whose:
        return None if user is None else System("administrator") if user == "root" else int(user)

    def session() -> Iterator[HeroSession]:
        with HeroSession(engine) as one:
            yield one

    Db = Annotated[HeroSession, Depends(session)]
    Person = Annotated[str | None, Depends(acting(whoever, whose))]

    @app.get("/heroes")
    def all_of_them(person: Person, db: Db) -> Any:
        return [person, *db.exec(model_select(Hero.name)).all()]

    @app.get("/async/heroes")
    async def all_of_them_async(person: Person, db: Db) -> Any:
        return [person, *db.exec(model_select(Hero.name)).all()]

    @app.get("/unguarded")
    def unguarded(db: Db) -> Any:
        return db.exec(model_select(Hero)).all()

    return TestClient(app)


def test_whoever_the_applications_own_dependency_finds_acts(own_guard: TestClient) -> None:
    for path in ("/heroes", "/async/heroes"):
        assert own_guard.get(path, headers=as_("7")).json() == ["7", "hers"]
        assert own_guard.get(path, headers=as_("8")).json() == ["8", "BOB's"]
        assert own_guard.get(path, headers=as_("root")).json() == ["root", "hers", "BOB's"]
        with pytest.raises(NoUser):
            own_guard.get(path)
    assert found() is None


def test_a_request_does_not_act_as_the_system_because_its_test_does(own_guard: TestClient) -> None:
    with as_system("test"):
        assert own_guard.get("/heroes", headers=as_("7")).json() == ["7", "hers"]
        with pytest.raises(NoUser):
            own_guard.get("/unguarded")


pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


ASYNC_LAYERS = ["aiosqlite", "asyncpg", "asyncpg with the database layer", "psycopg_async with the database layer"]


@pytest.fixture(params=ASYNC_LAYERS)
async def maker(request: pytest.FixtureRequest) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    kind: str = request.param
    layer: Layer = request.getfixturevalue("sqlite" if kind == "aiosqlite" else "guarded" if "database" in kind else "postgresql")
    world.fill(layer.admin)
    if kind == "aiosqlite":
        engine = create_async_engine(f"sqlite+aiosqlite:///{layer.engine.url.database}")
    else:
        folder: str = request.getfixturevalue("postgres")
        role, database = ("app", "guarded") if "database" in kind else ("postgres", "plain")
        engine = create_async_engine(url(folder, database, role, kind.split()[0]))
        if "database" in kind:
            confine(engine, KEY)
    maker = async_sessionmaker(engine)
    isolate(maker, world.OWNERS)
    yield maker
    await engine.dispose()


async def test_async_sessions_see_and_write_their_own_rows(maker: async_sessionmaker[AsyncSession]) -> None:
    with identity("ada"):
        async with maker() as session:
            assert len((await session.scalars(select(Note))).all()) == 2
            assert await session.get(Note, 2) is None
            assert (await get_or_404(session, Note, 1)).title == "ada 1"
            folders = (await session.scalars(select(Folder).options(selectinload(Folder.notes)))).all()
            assert [n.id for f in folders for n in f.notes] == [1]
            session.add(Note(title="new"))
            await session.commit()
            assert [n.title async for n in await session.stream_scalars(select(Note).where(Note.title == "new"))] == ["new"]


async def test_async_sessions_refuse_what_is_somebody_elses(maker: async_sessionmaker[AsyncSession]) -> None:
    with identity("ada"):
        async with maker() as session:
            session.add(Note(title="new", folder_id=2))
            with pytest.raises(NotOwner):
                await session.commit()
        async with maker() as session:
            with pytest.raises(UnprovenStatement):
                await session.execute(text("SELECT * FROM notes"))
        async with maker() as session:
            with pytest.raises(UnprovenStatement):
                await (await session.connection()).execute(select(Note.__table__))
    async with maker() as session:
        with pytest.raises(NoUser):
            await session.get(Note, 1)


async def test_tasks_side_by_side_act_each_as_their_own(maker: async_sessionmaker[AsyncSession]) -> None:
    async def titles(who: str) -> list[str]:
        with identity(who):
            async with maker() as session:
                found = list(await session.scalars(select(Note.title)))
                await asyncio.sleep(0)
                return found + list(await session.scalars(select(Note.title)))

    results = await asyncio.gather(*(titles(who) for who in ("ada", "bob") * 5))
    for who, found in zip(("ada", "bob") * 5, results, strict=True):
        assert len(found) == 4 and all(("BOB" in title) == (who == "bob") for title in found)


def test_a_request_has_its_own_identity(client: TestClient) -> None:
    assert client.get("/heroes", headers=as_("ada")).status_code == 200
    assert client.get("/heroes").status_code == 500
