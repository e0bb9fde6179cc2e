//! An identity of the caller's own writing on routes that let in only people with a good token.

mod tree;

use tree::{GUARD, facts, table};

const HEAD: &str = "
import os
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from sqlalchemy.orm import Session
from models import Task
from guard import user
from betroth.fastapi import Betroth
def tasks_of(who):
    with Session() as session:
        return session.query(Task).filter(Task.user_id == who).all()
";

/// What is claimed on each route of an application.
fn claimed(main: &str) -> Vec<Option<String>> {
    let main = format!("{HEAD}{main}");
    let models = "
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): ...
class Task(Base):
    __tablename__ = 'tasks'
    user_id: Mapped[str] = mapped_column()
";
    let facts = facts(&[
        ("guard.py", GUARD),
        ("models.py", models),
        ("main.py", &main),
    ]);
    assert!(
        table(&facts).lines().all(|line| line.ends_with("required")),
        "{}",
        table(&facts)
    );
    let routes = facts.apis.iter().flat_map(|api| &api.routes);
    let claimed = routes.map(|route| route.claimed_identity.as_ref());
    claimed
        .map(|identity| identity.map(|it| it.what.clone()))
        .collect()
}

const BEHIND_THE_GATE: &str = "
def current(request: Request):
    who = request.headers.get('X-User-ID')
    if not who:
        raise HTTPException(401)
    request.state.user_id = who
    return who
app = Betroth.from_contract().protect(FastAPI())
";

#[test]
fn a_header_that_decides_who_acts_is_claimed_behind_the_gate() {
    let main = format!(
        "{BEHIND_THE_GATE}
@app.get('/given')
def given(who: str = Depends(current)): return tasks_of(who)
@app.get('/kept', dependencies=[Depends(current)])
def kept(request: Request): return tasks_of(request.state.user_id)
@app.get('/own')
def own(x_user_id: str = Header()): return tasks_of(x_user_id)
"
    );
    let header = |name: &str| Some(format!("the header `{name}`"));
    assert_eq!(
        claimed(&main),
        [
            header("X-User-ID"),
            header("X-User-ID"),
            header("x-user-id")
        ]
    );
}

#[test]
fn a_header_that_decides_who_acts_is_claimed_beside_a_dependency_that_verifies() {
    let main = "
app = FastAPI(dependencies=[Depends(user)])
@app.get('/beside')
def beside(x_user_id: str = Header(), who=Depends(user)): return tasks_of(x_user_id)
";
    assert_eq!(claimed(main), [Some("the header `x-user-id`".to_owned())]);
}

#[test]
fn a_header_that_is_held_against_the_verified_identity_is_not_claimed() {
    let main = "
app = Betroth.from_contract().protect(FastAPI())
def own(given, who):
    if given != who:
        raise HTTPException(403)
def matching(request: Request, x_user_id: str = Header()):
    if x_user_id != request.state.user.id:
        raise HTTPException(403)
    return x_user_id
@app.get('/here')
def here(x_user_id: str = Header(), who=Depends(user)):
    if x_user_id != who['sub']:
        raise HTTPException(403)
    return tasks_of(x_user_id)
@app.get('/elsewhere')
def elsewhere(x_user_id: str = Header(), who=Depends(user)):
    own(x_user_id, who['sub'])
    return tasks_of(x_user_id)
@app.get('/before')
def before(who: str = Depends(matching)): return tasks_of(who)
";
    assert_eq!(claimed(main), [None, None, None]);
}

#[test]
fn a_header_by_which_nobody_is_looked_up_is_not_claimed() {
    let main = "
import logging
app = Betroth.from_contract().protect(FastAPI())
@app.get('/logged')
def logged(request: Request, x_user_id: str = Header()):
    logging.info('seen %s', x_user_id)
    return tasks_of(request.state.user.id)
@app.get('/group')
def group(request: Request, x_tenant_id: str = Header()):
    return tasks_of(x_tenant_id)
";
    assert_eq!(claimed(main), [None, None]);
}

#[test]
fn a_service_that_shows_its_key_speaks_for_people() {
    let main = "
def service(x_api_key: str = Header()):
    if x_api_key != os.environ['SERVICE_KEY']:
        raise HTTPException(401)
app = FastAPI(dependencies=[Depends(service)])
@app.get('/tasks')
def tasks(x_user_id: str = Header()): return tasks_of(x_user_id)
";
    assert_eq!(claimed(main), [None]);
}

#[test]
fn claims_of_the_token_that_the_gate_has_verified_are_not_claimed() {
    let main = "
import base64, json, jwt
from fastapi.security import HTTPBearer
from jose import jwt as jose
bearer = HTTPBearer()
app = Betroth.from_contract().protect(FastAPI())
@app.get('/decoded')
def decoded(token=Depends(bearer)):
    return tasks_of(jwt.decode(token.credentials, options={'verify_signature': False})['sub'])
@app.get('/read')
def read(token=Depends(bearer)):
    return tasks_of(jose.get_unverified_claims(token.credentials)['sub'])
@app.get('/parsed')
def parsed(token=Depends(bearer)):
    return tasks_of(json.loads(base64.urlsafe_b64decode(token.credentials.split('.')[1]))['sub'])
";
    assert_eq!(claimed(main), [None, None, None]);
}
