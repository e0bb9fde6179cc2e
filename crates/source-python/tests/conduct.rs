//! How the code on the way of a caller behaves: where it waits, what it fetches, what it makes of a claim.

#[expect(dead_code, reason = "each file of tests uses its own part of it")]
mod tree;

use tree::facts;

/// A verifier of which one line is exchanged.
fn verifier(declaration: &str, body: &str) -> betroth_source_python::Facts {
    let main = format!(
        "
import time, uuid, jwt, requests
from fastapi import FastAPI, Depends, HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from sqlmodel import Session
from db import engine
keys = jwt.PyJWKClient('https://id.example/api/auth/jwks')
def lookup(token):
    with Session(engine) as session:
        return session.get(dict, token)
def fetched(token):
    return keys.get_signing_key_from_jwt(token).key
{declaration}(credentials=Depends(HTTPBearer())):
    token = credentials.credentials
{body}
app = FastAPI()
@app.get('/tasks')
async def tasks(user=Depends(current_user)):
    time.sleep(1)
"
    );
    facts(&[("main.py", &main), ("db.py", "engine = None")])
}

fn waits(declaration: &str, body: &str) -> Vec<String> {
    let mut found = Vec::new();
    for call in verifier(declaration, body).blocking {
        assert!(call.reached);
        found.push(format!("{} in {}", call.what, call.callable));
    }
    found
}

const DECODE: &str =
    "    claims = jwt.decode(token, fetched(token), algorithms=['EdDSA'], audience='a')\n";

#[test]
fn a_coroutine_waits_also_in_what_it_calls() {
    assert_eq!(
        waits(
            "async def current_user",
            &format!("    lookup(token)\n{DECODE}    return claims")
        ),
        [
            "session.get in lookup",
            "keys.get_signing_key_from_jwt in fetched"
        ]
    );
}

#[test]
fn a_thread_may_wait() {
    assert!(waits("def current_user", &format!("{DECODE}    return claims")).is_empty());
    let awaited = "    key = await run_in_threadpool(fetched, token)
    return jwt.decode(token, key, algorithms=['EdDSA'], audience='a')";
    assert!(waits("async def current_user", awaited).is_empty());
}

#[test]
fn what_a_handler_does_with_a_caller_that_has_arrived_is_no_matter_of_the_guard() {
    let found = waits(
        "async def current_user",
        "    requests.get('https://id.example')",
    );
    assert_eq!(found, ["requests.get in current_user"]);
}

#[test]
fn a_client_made_for_every_caller_keeps_nothing() {
    let body = "    client = jwt.PyJWKClient('https://id.example/api/auth/jwks')
    key = client.get_signing_key_from_jwt(token).key
    return jwt.decode(token, key, algorithms=['EdDSA'], audience='a')";
    assert_eq!(
        verifier("def current_user", body).uncached_key_sets.len(),
        1
    );
    let kept = format!("    global client\n{body}");
    assert_eq!(
        verifier("def current_user", &kept).uncached_key_sets.len(),
        0
    );
    assert_eq!(
        verifier("def current_user", &format!("{DECODE}    return claims"))
            .uncached_key_sets
            .len(),
        0
    );
}

#[test]
fn the_users_id_that_is_converted_is_told_and_the_time_that_is_not() {
    let body = format!("{DECODE}    int(claims['exp'])\n    return uuid.UUID(claims['sub'])");
    let found: Vec<_> = verifier("def current_user", &body)
        .conversions
        .into_iter()
        .map(|conversion| (conversion.claim, conversion.to))
        .collect();
    assert_eq!(found, [("sub".to_owned(), "UUID".to_owned())]);
}

#[test]
fn a_conversion_whose_failure_leaves_another_value_refuses_nobody() {
    let caught = |handler: &str| {
        let body = format!(
            "{DECODE}    try:\n        who = uuid.UUID(claims['sub'])\n    except ValueError:\n        {handler}\n    return who"
        );
        let found = verifier("def current_user", &body).conversions;
        found.iter().map(|it| it.caught).collect::<Vec<_>>()
    };
    assert_eq!(caught("who = claims['sub']"), [true]);
    assert_eq!(caught("raise HTTPException(401)"), [false]);
}

#[test]
fn an_algorithm_from_the_header_is_told_apart_from_one_of_a_list() {
    let chosen = |test: &str| {
        let body = format!(
            "    name = jwt.get_unverified_header(token).get('alg')
{test}    return jwt.decode(token, fetched(token), algorithms=[name], audience='a')"
        );
        let found = verifier("def current_user", &body).verifications;
        found[0]
            .token_chooses
            .as_ref()
            .map(|chooses| chooses.listed)
    };
    assert_eq!(chosen(""), Some(false));
    let listed = "    if name not in ('EdDSA', 'ES256'):\n        raise HTTPException(401)\n";
    assert_eq!(chosen(listed), Some(true));
    let fixed = verifier("def current_user", &format!("{DECODE}    return claims"));
    assert_eq!(fixed.verifications[0].token_chooses, None);
}

#[test]
fn a_person_whom_nothing_puts_into_the_state_is_absent() {
    let absent = |middleware: &str| {
        let main = format!(
            "
from fastapi import FastAPI, Request
app = FastAPI()
{middleware}
@app.get('/tasks')
async def tasks(request: Request):
    user = getattr(request.state, 'user', None)
    limiter = getattr(request.state, 'limiter', None)
    return [user, request.state.token_claims]
"
        );
        let found = facts(&[("main.py", &main)]).absent_identities;
        let names = found
            .into_iter()
            .map(|it| format!("{} in {}", it.name, it.callable));
        names.collect::<Vec<_>>()
    };
    assert_eq!(absent(""), ["user in tasks", "token_claims in tasks"]);
    let some = "
@app.middleware('http')
async def person(request, call_next):
    if request.headers.get('authorization'):
        request.state.user = 'ada'
    return await call_next(request)
";
    assert_eq!(absent(some), ["token_claims in tasks"]);
    assert_eq!(absent("app.add_middleware(make_middleware())"), [""; 0]);
}

#[test]
fn the_address_of_the_auth_service_is_fixed_where_a_module_names_it() {
    let main = "
import os
JWKS_URL = 'http://localhost:3000/api/auth/jwks'
ISSUER = os.environ.get('ISSUER', 'http://localhost:3000')
AUTH_URL = 'https://login.notes.app'
DATABASE_URL = 'postgresql://localhost/notes'
";
    let found = facts(&[("main.py", main)]).fixed_addresses;
    let names: Vec<_> = found.iter().map(|it| (it.place.line, &*it.name)).collect();
    assert_eq!(names, [(3, "JWKS_URL")]);
}

#[test]
fn a_list_of_settings_is_read_as_json_unless_the_class_says_otherwise() {
    let names = |base: &str, body: &str| {
        let main = format!(
            "
from typing import List, Optional
from pydantic import BaseModel
from pydantic_settings import BaseSettings
class Base(BaseSettings):
    pass
class Settings({base}):
{body}
"
        );
        let found = facts(&[("main.py", &main)]).json_settings;
        found
            .into_iter()
            .map(|it| (it.name, it.dotenv))
            .collect::<Vec<_>>()
    };
    let fields = "    one: list[str] = []\n    two: List[str]\n    three: Optional[list[str]] = None\n    four: str = ''";
    let told = vec![("one".to_owned(), false), ("two".to_owned(), false)];
    assert_eq!(names("BaseSettings", fields), told);
    assert_eq!(names("Base", fields), told);
    assert_eq!(names("BaseModel", fields), []);
    let otherwise = format!("{fields}\n    model_config = {{'env_prefix': 'APP_'}}");
    assert_eq!(names("BaseSettings", &otherwise), []);
    let dotenv = "    one: list[str] = []\n    model_config = {'env_file': '.env'}";
    assert_eq!(names("BaseSettings", dotenv), [("one".to_owned(), true)]);
}

/// The claims that a verifier needs, with this body behind its decoding.
fn needed(body: &str, rest: &str) -> Vec<String> {
    let main = format!(
        "
import os, jwt
from fastapi import FastAPI, Depends, HTTPException
from fastapi.security import HTTPBearer
def decoded(credentials=Depends(HTTPBearer())):
    claims = jwt.decode(credentials.credentials, os.environ['SECRET'], algorithms=['HS256'])
{body}
{rest}
app = FastAPI()
@app.get('/tasks')
def tasks(user=Depends(current_user)):
    return []
"
    );
    let verifications = facts(&[("main.py", &main)]).verifications;
    let claims = verifications.into_iter().flat_map(|it| it.needed_claims);
    claims.map(|it| it.name).collect()
}

#[test]
fn a_claim_is_needed_where_nothing_goes_on_without_it() {
    let own = |body: &str| needed(body, "current_user = decoded");
    assert_eq!(own("    return claims['user_id']"), ["user_id"]);
    assert_eq!(
        own(
            "    user = claims.get('user_id')\n    if not user:\n        raise HTTPException(401)\n    return user"
        ),
        ["user_id"]
    );
    for body in [
        "    return claims.get('user_id')",
        "    user = claims.get('user_id') or claims.get('sub')\n    if not user:\n        raise HTTPException(401)\n    return user",
        "    user = claims.get('user_id')\n    if not user:\n        user = claims.get('sub')\n    if not user:\n        raise HTTPException(401)\n    return user",
        "    return claims['user_id'] if 'user_id' in claims else None",
        "    claims['user_id'] = 1\n    return claims",
    ] {
        assert_eq!(own(body), [""; 0], "{body}");
    }
}

#[test]
fn a_claim_is_needed_by_whoever_is_given_the_answer_too() {
    let injected = "def current_user(claims=Depends(decoded)):\n    return claims['user_id']";
    let called = "def current_user(credentials=Depends(HTTPBearer())):\n    payload = decoded(credentials)\n    return payload['user_id']";
    for rest in [injected, called] {
        assert_eq!(needed("    return claims", rest), ["user_id"], "{rest}");
        assert_eq!(
            needed("    return {'user_id': claims['sub']}", rest),
            ["sub"],
            "{rest}"
        );
    }
}

#[test]
fn the_path_of_a_key_set_is_told_as_far_as_it_is_written_out() {
    let paths = |body: &str| {
        let main = format!(
            "
import httpx, jwt, os
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    jwks_url: str = 'http://localhost:3000/api/auth/jwks'
settings = Settings()
BASE = os.environ['BASE']
{body}
"
        );
        let found = facts(&[("main.py", &main)]).key_set_addresses;
        found
            .into_iter()
            .map(|it| (it.path, it.defaulted))
            .collect::<Vec<_>>()
    };
    let told = |path: &str, defaulted| vec![(path.to_owned(), defaulted)];
    for (body, expected) in [
        (
            "keys = jwt.PyJWKClient('https://a.example/keys')",
            told("/keys", false),
        ),
        (
            "keys = jwt.PyJWKClient(f'{BASE}/api/auth/jwks')",
            told("/api/auth/jwks", false),
        ),
        (
            "URL = BASE + '/api/auth/jwks'\nkeys = jwt.PyJWKClient(URL)",
            told("/api/auth/jwks", false),
        ),
        (
            "keys = jwt.PyJWKClient(settings.jwks_url)",
            told("/api/auth/jwks", true),
        ),
        (
            "async def keys(client):\n    url = f'{BASE}/jwks'\n    return await client.get(url)",
            told("/jwks", false),
        ),
        ("keys = jwt.PyJWKClient(os.environ['JWKS_URL'])", vec![]),
        (
            "def tasks():\n    return httpx.get('https://a.example/tasks')",
            vec![],
        ),
    ] {
        assert_eq!(paths(body), expected, "{body}");
    }
}

#[test]
fn an_outage_is_answered_like_a_bad_token_by_a_handler_of_every_failure() {
    let outages = |handlers: &str| {
        let body = format!(
            "    try:
        return jwt.decode(token, fetched(token), algorithms=['EdDSA'], audience='a')
{handlers}"
        );
        let found = verifier("def current_user", &body).outages;
        found.iter().filter(|it| it.reached).count()
    };
    let broad = "    except Exception:\n        raise HTTPException(status_code=401)\n";
    assert_eq!(outages(broad), 1);
    assert_eq!(
        outages("    except:\n        raise HTTPException(status.HTTP_401_UNAUTHORIZED)\n"),
        1
    );
    assert_eq!(
        outages("    except jwt.PyJWTError:\n        raise HTTPException(status_code=401)\n"),
        0
    );
    assert_eq!(
        outages("    except Exception:\n        raise HTTPException(status_code=503)\n"),
        0
    );
    let first = "    except jwt.PyJWKClientConnectionError:\n        raise HTTPException(status_code=503)\n";
    assert_eq!(outages(&format!("{first}{broad}")), 0);
}
