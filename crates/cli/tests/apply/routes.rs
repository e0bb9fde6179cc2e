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
    project.write("patch", &said.stdout);
    let git = std::process::Command::new("git")
        .args(["apply", "patch"])
        .current_dir(project.path("."))
        .env("GIT_CEILING_DIRECTORIES", project.path("."))
        .output()
        .unwrap();
    assert!(git.status.success(), "{git:?}");
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
