"""Versions over HTTP, with a real FastAPI and a row of SQLAlchemy that counts its versions."""

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Request, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

from betroth.etag import IfMatch, etag, if_match, install, not_modified, optional_if_match, set_etag


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "etag_pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class PageOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str


class PageIn(BaseModel):
    title: str


@pytest.fixture
def client() -> Iterator[TestClient]:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Page(id=1, title="first"))
        session.commit()
    app = FastAPI()
    install(app)

    def session() -> Iterator[Session]:
        with Session(engine) as one:
            yield one

    Db = Annotated[Session, Depends(session)]

    @app.get("/pages/{id}")
    def read(id: int, db: Db, request: Request, response: Response) -> PageOut:
        page = db.get_one(Page, id)
        not_modified(request, page.version)
        set_etag(response, page.version)
        return PageOut.model_validate(page)

    def change(id: int, new: PageIn, match: IfMatch, response: Response, db: Session) -> PageOut:
        page = db.get_one(Page, id)
        match.hold(page.version, current=PageOut.model_validate(page))
        page.title = new.title
        if new.title == "overtaken":
            with Session(engine) as other:
                other.get_one(Page, id).title = "by somebody faster"
                other.commit()
        db.commit()
        set_etag(response, page.version)
        return PageOut.model_validate(page)

    @app.put("/pages/{id}")
    def put(id: int, new: PageIn, match: Annotated[IfMatch, Depends(if_match)], response: Response, db: Db) -> PageOut:
        return change(id, new, match, response, db)

    @app.patch("/pages/{id}")
    def patch(id: int, new: PageIn, match: Annotated[IfMatch, Depends(optional_if_match)], response: Response, db: Db) -> PageOut:
        return change(id, new, match, response, db)

    with TestClient(app) as client:
        yield client


def put(client: TestClient, tag: str | None, title: str = "second", method: str = "PUT") -> Any:
    return client.request(method, "/pages/1", json={"title": title}, headers={} if tag is None else {"If-Match": tag})


def test_a_change_with_the_tag_that_was_read_passes_and_gives_the_next(client: TestClient) -> None:
    first = client.get("/pages/1").headers["etag"]
    answer = put(client, first)
    assert (answer.status_code, answer.json()["title"]) == (200, "second")
    assert answer.headers["etag"] != first
    assert client.get("/pages/1").headers["etag"] == answer.headers["etag"]


def test_a_change_with_an_old_tag_is_412_with_the_current_state(client: TestClient) -> None:
    first = client.get("/pages/1").headers["etag"]
    second = put(client, first).headers["etag"]
    answer = put(client, first, "third")
    assert answer.status_code == 412
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["etag"] == second
    assert (answer.json()["code"], answer.json()["current"]) == ("precondition-failed", {"id": 1, "title": "second"})
    assert client.get("/pages/1").json()["title"] == "second"


def test_a_change_without_a_tag_is_428_where_it_is_required(client: TestClient) -> None:
    answer = put(client, None)
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required")


def test_a_change_without_a_tag_passes_where_it_is_not_required(client: TestClient) -> None:
    assert put(client, None, method="PATCH").status_code == 200
    assert put(client, '"0"', method="PATCH").status_code == 412


def test_a_star_matches_whatever_is_there(client: TestClient) -> None:
    assert put(client, "*").status_code == 200


def test_one_tag_of_a_list_is_enough(client: TestClient) -> None:
    first = client.get("/pages/1").headers["etag"]
    assert put(client, f'"other", {first},"and, more"'.replace("and, more", "andmore")).status_code == 200


def test_a_weak_tag_never_matches(client: TestClient) -> None:
    first = client.get("/pages/1").headers["etag"]
    assert put(client, f"W/{first}").status_code == 412


@pytest.mark.parametrize("bad", ["1", '"1', '1"', '"a" "b"', ",", '"a b"', '*, "1"', '"x"' + ',"x"' * 70])
def test_what_is_no_list_of_tags_is_400(client: TestClient, bad: str) -> None:
    assert put(client, bad).status_code == 400


def test_a_change_that_was_overtaken_before_its_commit_is_412(client: TestClient) -> None:
    first = client.get("/pages/1").headers["etag"]
    assert put(client, first, "overtaken").status_code == 412
    assert client.get("/pages/1").json()["title"] == "by somebody faster"


def test_a_get_of_what_the_caller_has_is_304(client: TestClient) -> None:
    first = client.get("/pages/1").headers["etag"]
    for tag in (first, f"W/{first}", f'"other", {first}', "*"):
        answer = client.get("/pages/1", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", first)
    assert client.get("/pages/1", headers={"If-None-Match": '"other"'}).status_code == 200


def test_if_match_is_in_the_document(client: TestClient) -> None:
    parameters = client.get("/openapi.json").json()["paths"]["/pages/{id}"]["put"]["parameters"]
    assert "If-Match" in {p["name"] for p in parameters}


def test_tags_are_strong_and_can_stand_in_a_header() -> None:
    assert etag(7) == '"7"'
    assert etag(b"\x01\xff") == '"01ff"'
    assert etag(datetime(2026, 1, 2, tzinfo=timezone.utc)) == '"2026-01-02T00:00:00+00:00"'
    for odd in ('quo"te', "new\r\nline", "ä", "", "x" * 65):
        assert etag(odd).startswith('"h-') and etag(odd).isascii() and len(etag(odd)) == 36
    assert etag("a b") != etag("a  b")
    with pytest.raises(TypeError, match="flush"):
        etag(None)
