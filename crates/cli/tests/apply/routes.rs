//! `--routes`: what would make a route ask, proposed alone.

use crate::project::Project;

#[test]
fn a_proposal_for_each_open_route_is_shown_and_none_is_written() {
    let project = Project::new();
    let before = project.everything();
    let said = project.apply(&["--routes"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(project.everything(), before);
    insta::assert_snapshot!("routes", said.stdout);
}

#[test]
fn proposals_of_one_file_go_onto_it_one_after_the_other() {
    let route = |name: &str| {
        format!(
            "\n\n@router.get(\"/{name}\")\ndef {name}() -> str:\n    return Path(\"{name}\").read_text()\n"
        )
    };
    let notes = Project::new().text("api/app/notes.py").unwrap();
    let project = Project::new().file("api/app/notes.py", &(notes + &route("one") + &route("two")));
    let said = project.apply(&["--routes"]);
    assert_eq!(
        said.stdout.matches("+from app.middleware.auth").count(),
        1,
        "{}",
        said.stdout
    );
    project.patched(&said.stdout);
    let text = project.text("api/app/notes.py").unwrap();
    assert_eq!(text.matches("user: CurrentUser").count(), 3, "{text}");
}

#[test]
fn a_guarded_application_has_nothing_to_propose() {
    let said = Project::new().applied().apply(&["--routes"]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (Some(0), ""),
        "{}",
        said.stderr
    );
}

#[test]
fn routes_that_are_about_to_ask_are_named_before() {
    let said = Project::new().apply(&[]);
    let told = "a route that is open today will ask for a person";
    assert!(said.stdout.contains(told), "{}", said.stdout);
    assert!(
        said.stdout.contains("\n      GET /notes\n"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("GET /health"), "{}", said.stdout);
}

/// An API with a middleware for CORS, whose routes ask by three guards, and which hands out tokens where `login` does.
fn guarded_by_three(login: &str) -> Project {
    let main = format!(
        "import hmac
import os

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=[\"https://app.example.com\"])


def person(authorization: str = Header()) -> str:
    try:
        return jwt.decode(authorization[7:], os.environ[\"SIGNING_KEY\"], algorithms=[\"HS256\"])[\"sub\"]
    except jwt.PyJWTError:
        raise HTTPException(401)


def scraper(authorization: str = Header()) -> None:
    if not hmac.compare_digest(authorization, os.environ[\"METRICS\"]):
        raise HTTPException(401)


@app.get(\"/one\")
def one(me: str = Depends(person)): ...


@app.get(\"/two\")
def two(me: str = Depends(person)): ...


@app.get(\"/metrics\", dependencies=[Depends(scraper)])
def metrics(): ...


@app.post(\"/login\")
def login(name: str, password: str):
    {login}
"
    );
    Project::new().file("api/app/main.py", &main)
}

#[test]
fn what_the_guard_changes_for_who_calls_today_is_told() {
    let said = guarded_by_three("return name").apply(&["--only", "api-entry"]);
    insta::assert_snapshot!("consequences", said.stdout);
}

#[test]
fn an_api_that_hands_out_tokens_itself_is_left_to_a_person() {
    let login =
        "return jwt.encode({\"sub\": name}, os.environ[\"SIGNING_KEY\"], algorithm=\"HS256\")";
    let project = guarded_by_three(login);
    let said = project.apply(&["--yes"]);
    assert!(
        said.stdout
            .contains("the API verifies tokens of its own already"),
        "{said:?}"
    );
    assert!(!project.text("api/app/main.py").unwrap().contains("protect"));
}

const OWNER: &str = "
[[owner]]
model = \"app.models.Note\"
column = \"owner_id\"

[[route]]
path = \"/notes/of/everybody\"
roles = [\"admin\"]
";

const MODELS: &str = "from sqlmodel import Field, SQLModel


class Note(SQLModel, table=True):
    id: int = Field(primary_key=True)
    owner_id: str
    text: str


class Colour(SQLModel, table=True):
    id: int = Field(primary_key=True)
";

/// Behind an import of the guard, so that each handler is guarded.
const QUERIES: &str = "from fastapi import APIRouter, Depends
from sqlmodel import Session, select

from app.database import session
from app.middleware.auth import CurrentUser
from app.models import Colour, Note

router = APIRouter(prefix=\"/notes\")


@router.get(\"\")
def everybodys(user: CurrentUser, db: Session = Depends(session)):
    return db.exec(select(Note).order_by(Note.id)).all()


@router.get(\"/own\")
def own(user: CurrentUser, db: Session = Depends(session)):
    return db.exec(select(Note).where(Note.owner_id == user.id)).all()


@router.get(\"/colours\")
def colours(user: CurrentUser, db: Session = Depends(session)):
    return db.exec(select(Colour)).all()


@router.get(\"/of/everybody\")
def administrators(user: CurrentUser, db: Session = Depends(session)):
    return db.exec(select(Note)).all()


@router.delete(\"/{id}\")
def delete(id: int, caller: CurrentUser, db: Session = Depends(session)):
    db.delete(db.get(Note, id))
    return db.query(Note).count()
";

/// A project that is guarded, and whose handlers ask for rows.
fn with_rows(more: &str) -> Project {
    let project = Project::new();
    let contract = project.text("betroth.toml").unwrap();
    project
        .file("betroth.toml", &format!("{contract}{OWNER}"))
        .file("api/app/models.py", MODELS)
        .file(
            "api/app/database.py",
            &format!("{more}\ndef session():\n    return None\n"),
        )
        .applied()
        .file("api/app/notes.py", QUERIES)
}

#[test]
fn a_question_for_anybodys_rows_is_shown_with_its_owner() {
    let said = with_rows("").apply(&["--routes"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    insta::assert_snapshot!("rows", said.stdout);
    assert_eq!(
        said.stderr.lines().last(),
        Some("2 routes ask for anybody's rows; nothing was written, take what is meant")
    );
}

#[test]
fn where_isolation_asks_for_the_owner_no_question_is_shown() {
    let isolated = "from betroth.sqlalchemy import isolate\nfrom sqlmodel import Session\nfrom app.models import Note\n\nisolate(Session, owners={Note: \"owner_id\"})\n";
    let said = with_rows(isolated).apply(&["--routes"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), ""), "{said:?}");
}
