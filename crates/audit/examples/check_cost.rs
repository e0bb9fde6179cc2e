//! What a whole check costs beside reading and parsing the same files, in CPU time of this process.
//!
//! `check_cost DIR` measures a folder, `check_cost --generate N` a made-up application of N Python files.
//! `cargo xtask bench check` runs it.

#![expect(clippy::print_stdout, reason = "it prints the figures")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use betroth_audit::{Tree, audit};
use cpu_time::ProcessTime;

/// How often each is measured; the median counts.
const ROUNDS: usize = 7;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--generate", count] => {
            let folder = tempfile::tempdir()?;
            generate(folder.path(), count.parse().context("a number of files")?)?;
            measure(folder.path())
        }
        [folder] => measure(Path::new(folder)),
        _ => bail!("usage: check_cost DIR | check_cost --generate FILES"),
    }
}

fn measure(folder: &Path) -> Result<()> {
    // The peak is that of one check, as a person runs it.
    drop(audit(&Tree::read(folder)?));
    let peak = peak();
    let mut files = Vec::new();
    let parse = median(|| {
        files = sources(folder)?;
        for (path, text) in &files {
            parse(path, text);
        }
        Ok(())
    })?;
    let mut routes = 0;
    let whole = median(|| {
        let found = audit(&Tree::read(folder)?);
        routes = found.apis().map(|api| api.routes.len()).sum();
        Ok(())
    })?;
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!(
        "{} files, {:.1} MB, {routes} routes: read and parse {:.0} ms, whole check {:.0} ms, ratio {:.2}, peak {} MB",
        files.len(),
        megabytes(bytes),
        parse.as_secs_f64() * 1e3,
        whole.as_secs_f64() * 1e3,
        whole.as_secs_f64() / parse.as_secs_f64().max(1e-9),
        peak,
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn median(mut run: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = ProcessTime::now();
        run()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[ROUNDS / 2])
}

/// The files that a check reads, by the same rules.
fn sources(folder: &Path) -> Result<Vec<(PathBuf, Arc<str>)>> {
    Ok(Tree::read(folder)?
        .into_sources()
        .map(|(path, text)| (PathBuf::from(path), text))
        .collect())
}

fn parse(path: &Path, text: &str) {
    if path.extension().is_some_and(|extension| extension == "py") {
        let parsed =
            ruff_python_parser::parse_unchecked_source(text, ruff_python_ast::PySourceType::Python);
        std::hint::black_box(parsed.errors().len());
    } else if let Ok(kind) = oxc_span::SourceType::from_path(path) {
        let allocator = oxc_allocator::Allocator::default();
        let parsed = oxc_parser::Parser::new(&allocator, text, kind).parse();
        std::hint::black_box(parsed.program.body.len());
    }
}

/// Peak of resident memory in megabytes; 0 where the system does not tell.
fn peak() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .unwrap_or_default()
        .lines()
        .find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix(" kB")?
                .trim()
                .parse::<u64>()
                .ok()
        })
        .map_or(0, |kilobytes| kilobytes / 1000)
}

/// An application of `count` files: one router, service and model in three files each, all guarded by one dependency.
fn generate(folder: &Path, count: usize) -> Result<()> {
    let write = |path: &str, text: &str| -> Result<()> {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, text).with_context(|| format!("`{}`", path.display()))
    };
    write("app/__init__.py", "")?;
    write("app/auth.py", AUTH)?;
    let modules = (count / 3).max(1);
    let mut main = String::from("from fastapi import FastAPI\n\napp = FastAPI()\n");
    for number in 0..modules {
        writeln!(
            main,
            "from app.part{number}.router import router as r{number}\napp.include_router(r{number}, prefix='/p{number}')"
        )?;
        write(
            &format!("app/part{number}/router.py"),
            &ROUTER.replace("NUMBER", &number.to_string()),
        )?;
        write(
            &format!("app/part{number}/service.py"),
            &SERVICE.replace("NUMBER", &number.to_string()),
        )?;
        write(&format!("app/part{number}/model.py"), MODEL)?;
    }
    write("app/main.py", &main)
}

const AUTH: &str = "
import os
import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBearer

bearer = HTTPBearer()


def current_user(credentials=Depends(bearer)):
    try:
        return jwt.decode(credentials.credentials, os.environ['SECRET'], algorithms=['HS256'], audience='api')
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)
";

const ROUTER: &str = "
from typing import Annotated
from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.orm import Session
from app.auth import current_user
from app.partNUMBER.model import Note, NoteIn
from app.partNUMBER.service import NoteService

router = APIRouter(prefix='/notes', tags=['notes'])
User = Annotated[dict, Depends(current_user)]


@router.get('')
async def list_notes(user: User, session: Session = Depends(lambda: None), limit: int = 100):
    return NoteService(session).list(user['sub'], limit)


@router.post('', status_code=201)
async def create_note(body: NoteIn, user: User, session: Session = Depends(lambda: None)):
    return NoteService(session).create(user['sub'], body)


@router.get('/{note_id}')
async def get_note(note_id: int, user: User, session: Session = Depends(lambda: None)):
    note = NoteService(session).get(user['sub'], note_id)
    if note is None:
        raise HTTPException(status_code=404, detail='no such note')
    return note


@router.delete('/{note_id}')
async def delete_note(note_id: int, user: User, session: Session = Depends(lambda: None)):
    if not NoteService(session).delete(user['sub'], note_id):
        raise HTTPException(status_code=404, detail='no such note')
    return {'deleted': note_id}


@router.get('/public/count')
async def count_notes(session: Session = Depends(lambda: None)):
    return {'count': NoteService(session).count()}
";

const SERVICE: &str = "
import logging
from sqlalchemy import func, select
from app.partNUMBER.model import Note

log = logging.getLogger(__name__)


class NoteService:
    def __init__(self, session):
        self.session = session

    def list(self, owner, limit):
        statement = select(Note).where(Note.owner == owner).order_by(Note.created.desc()).limit(limit)
        return list(self.session.execute(statement).scalars())

    def get(self, owner, note_id):
        note = self.session.get(Note, note_id)
        if note is None or note.owner != owner:
            log.info('note %s is not there for %s', note_id, owner)
            return None
        return note

    def create(self, owner, body):
        note = Note(owner=owner, title=body.title, text=body.text)
        self.session.add(note)
        try:
            self.session.commit()
        except Exception:
            self.session.rollback()
            raise
        return note

    def delete(self, owner, note_id):
        note = self.get(owner, note_id)
        if note is None:
            return False
        self.session.delete(note)
        self.session.commit()
        return True

    def count(self):
        return self.session.execute(select(func.count()).select_from(Note)).scalar_one()
";

const MODEL: &str = "
from datetime import datetime
from pydantic import BaseModel, Field
from sqlalchemy import DateTime, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = 'notes'
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(DateTime, default=datetime.utcnow)


class NoteIn(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    text: str = ''
";
