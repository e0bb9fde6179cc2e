//! Who may call what an application serves, told from its source.

mod tree;

use tree::{GUARD, facts, table};

#[test]
fn dependencies_of_application_router_include_route_and_parameter_guard() {
    let facts = facts(&[
        ("guard.py", GUARD),
        (
            "main.py",
            "
from typing import Annotated
from fastapi import FastAPI, APIRouter, Depends, Security
from guard import user
User = Annotated[dict, Depends(user)]
app = FastAPI()
a = APIRouter(dependencies=[Depends(user)])
b = APIRouter()
@a.get('/router')
def router(): ...
@b.get('/include')
def include(): ...
@app.get('/route', dependencies=[Security(user, scopes=['x'])])
def route(): ...
@app.get('/parameter')
def parameter(who: User): ...
@app.get('/open')
def open_(): ...
app.include_router(a)
app.include_router(b, dependencies=[Depends(user)])
",
        ),
    ]);
    assert_eq!(
        table(&facts),
        "GET /route route required\nGET /parameter parameter required\nGET /open open_ none\nGET /router router required\nGET /include include required"
    );
}

#[test]
fn a_mounted_application_keeps_its_own_guards_only() {
    let facts = facts(&[
        ("guard.py", GUARD),
        (
            "main.py",
            "
from fastapi import FastAPI, Depends
from starlette.routing import Route, Mount
from guard import user
inner = FastAPI()
@inner.get('/in')
def inside(): ...
app = FastAPI(dependencies=[Depends(user)])
@app.get('/out')
def outside(): ...
app.mount('/sub', inner)
",
        ),
    ]);
    assert_eq!(
        table(&facts),
        "GET /out outside required\nGET /sub/in inside none"
    );
}

#[test]
fn a_subclass_of_the_router_carries_its_dependencies() {
    let facts = facts(&[
        ("guard.py", GUARD),
        (
            "main.py",
            "
from fastapi import FastAPI, APIRouter, Depends
from guard import user
class Guarded(APIRouter):
    def __init__(self, prefix='', **kwargs):
        super().__init__(prefix=prefix, dependencies=[Depends(user)], **kwargs)
r = Guarded(prefix='/g')
@r.get('/x')
def x(): ...
app = FastAPI()
app.include_router(r)
",
        ),
    ]);
    assert_eq!(table(&facts), "GET /g/x x required");
}

#[test]
fn a_controller_is_guarded_by_the_attributes_of_its_class() {
    let facts = facts(&[
        ("guard.py", GUARD),
        (
            "main.py",
            "
from fastapi import FastAPI, APIRouter, Depends
from fastapi_utils.cbv import cbv
from guard import user
router = APIRouter(prefix='/c')
class Base:
    who: dict = Depends(user)
@cbv(router)
class Notes(Base):
    @router.get('/mine')
    def mine(self): ...
class Plain:
    def __init__(self):
        self.router = APIRouter()
        self.router.add_api_route('/plain', self.plain, methods=['GET'])
    def plain(self): ...
app = FastAPI()
app.include_router(router)
app.include_router(Plain().router)
",
        ),
    ]);
    assert_eq!(
        table(&facts),
        "GET /c/mine mine required\nGET /plain plain none"
    );
}

#[test]
fn middleware_guards_the_paths_that_it_does_not_exempt() {
    let facts = facts(&[(
        "main.py",
        "
import jwt, os
from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse
PUBLIC = {'/health'}
class Auth(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if request.url.path in PUBLIC:
            return await call_next(request)
        token = request.headers.get('Authorization', '')
        try:
            request.state.user = jwt.decode(token[7:], os.environ['S'], algorithms=['HS256'])
        except jwt.PyJWTError:
            return JSONResponse({}, status_code=401)
        return await call_next(request)
app = FastAPI()
app.add_middleware(Auth)
@app.get('/health')
def health(): ...
@app.get('/notes')
def notes(): ...
@app.websocket('/ws')
async def ws(websocket): ...
",
    )]);
    assert_eq!(
        table(&facts),
        "GET /health health none\nGET /notes notes required\nWS /ws ws none"
    );
}

#[test]
fn a_setting_that_opens_the_door_is_named_with_its_default() {
    let facts = facts(&[
        (
            "config.py",
            "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    auth_disabled: bool = False\nsettings = Settings()\n",
        ),
        (
            "main.py",
            "
import jwt, os
from fastapi import FastAPI, Depends, Header, HTTPException
from config import settings
def user(authorization: str = Header()):
    if settings.auth_disabled:
        return {'sub': 'dev'}
    try:
        return jwt.decode(authorization[7:], os.environ['S'], algorithms=['HS256'])
    except jwt.PyJWTError:
        raise HTTPException(401)
app = FastAPI()
@app.get('/x')
def x(who=Depends(user)): ...
",
        ),
    ]);
    assert_eq!(table(&facts), "GET /x x conditional");
    let betroth_source_python::Authentication::Conditional(condition) =
        &facts.apis[0].routes[0].authentication
    else {
        panic!("not conditional");
    };
    assert_eq!(condition.setting.to_lowercase(), "auth_disabled");
}

#[test]
fn a_decorator_that_forwards_to_a_router_keeps_its_check() {
    let facts = facts(&[
        ("guard.py", GUARD),
        (
            "main.py",
            "
import functools, os, jwt
from fastapi import FastAPI, APIRouter, Depends, HTTPException, Request
from guard import user
router = APIRouter()
def requires(scope):
    def decorator(func):
        @functools.wraps(func)
        async def wrapper(*args, **kwargs):
            request = kwargs.get('request')
            token = request.headers.get('Authorization', '')
            try:
                claims = jwt.decode(token[7:], os.environ['S'], algorithms=['HS256'])
            except jwt.PyJWTError:
                raise HTTPException(401)
            return await func(*args, **kwargs)
        return wrapper
    return decorator
def protected(method, path, scope=None):
    def decorator(func):
        return method(path)(requires(scope)(func))
    return decorator
@protected(router.get, '/a', 'read')
async def a(request: Request): return {}
@router.get('/b')
@requires('read')
async def b(request: Request): return {}
@protected(router.get, '/c')
async def c(request: Request, who=Depends(user)): return {}
app = FastAPI()
app.include_router(router)
",
        ),
    ]);
    assert_eq!(
        table(&facts),
        "GET /a a required\nGET /b b required\nGET /c c required"
    );
    let guards: Vec<_> = facts.apis[0].routes[2]
        .guards
        .iter()
        .map(|guard| guard.name.as_str())
        .collect();
    assert!(guards.contains(&"user"), "{guards:?}");
}

#[test]
fn what_a_middleware_that_was_not_understood_left_behind_proves_nothing() {
    let facts = facts(&[(
        "main.py",
        "
from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.middleware.base import BaseHTTPMiddleware
app = FastAPI()
app.add_middleware(plugins()['auth'])
def user(request: Request):
    if not request.state.user:
        raise HTTPException(401)
    return request.state.user
@app.get('/notes')
def notes(who=Depends(user)): ...
",
    )]);
    assert_eq!(table(&facts), "GET /notes notes unknown");
}

#[test]
fn a_list_of_dependencies_that_could_not_be_read_is_not_none() {
    let facts = facts(&[(
        "main.py",
        "
from fastapi import FastAPI
app = FastAPI()
@app.get('/notes', dependencies=plugins().dependencies)
def notes(): ...
",
    )]);
    assert_eq!(table(&facts), "GET /notes notes unknown");
}

#[test]
fn what_a_decorator_asks_for_is_unknown_unless_it_is_read_or_only_watches() {
    let facts = facts(&[(
        "main.py",
        "
from fastapi import FastAPI
from slowapi import Limiter
from acme.guards import Keeper, needs_login
app = FastAPI()
limiter = Limiter(key_func=str)
def marked(handler):
    handler.marked = True
    return handler
class Wrapped:
    def __init__(self, handler): ...
@app.get('/limited')
@limiter.limit('5/minute')
def limited(): ...
@app.get('/marked')
@marked
def with_mark(): ...
@app.get('/foreign')
@needs_login
def foreign(): ...
@app.get('/kept')
@Keeper().keep('notes')
def kept(): ...
@app.get('/wrapped')
@Wrapped
def wrapped(): ...
",
    )]);
    assert_eq!(
        table(&facts),
        "GET /limited limited none
GET /marked with_mark none
GET /foreign foreign unknown
GET /kept kept unknown
GET /wrapped wrapped unknown"
    );
}

#[test]
fn a_list_of_middleware_that_could_not_be_read_is_not_empty() {
    for middleware in [
        "app = FastAPI(middleware=plugins().all)",
        "app = FastAPI(middleware=[plugins().one])",
        "app = FastAPI()\napp.add_middleware(**plugins().options)",
        "app = FastAPI()\napp.add_middleware(BaseHTTPMiddleware, dispatch=plugins().dispatch)",
    ] {
        let facts = facts(&[(
            "main.py",
            &format!(
                "
from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware
{middleware}
@app.get('/notes')
def notes(): ...
"
            ),
        )]);
        assert_eq!(table(&facts), "GET /notes notes unknown", "{middleware}");
    }
}

#[test]
fn a_middleware_whose_public_prefix_is_a_slash_passes_all() {
    let passes = |public: &str, test: &str| {
        let main = format!(
            "
import jwt, os
from fastapi import FastAPI
from fastapi.responses import JSONResponse
PUBLIC = {public}
app = FastAPI()
@app.middleware('http')
async def authenticate(request, call_next):
    path = request.url.path
    if {test}:
        return await call_next(request)
    try:
        jwt.decode(request.headers['authorization'], os.environ['SECRET'], algorithms=['HS256'])
    except (KeyError, jwt.PyJWTError):
        return JSONResponse({{}}, status_code=401)
    return await call_next(request)
@app.get('/tasks')
def tasks():
    return []
"
        );
        let facts = facts(&[("main.py", &main)]);
        facts.apis[0].middlewares[0].passes_all.is_some()
    };
    let each = "any(path.startswith(one) for one in PUBLIC)";
    assert!(passes("['/docs', '/']", each));
    assert!(passes("('/docs', '/')", "path.startswith(PUBLIC)"));
    assert!(!passes("['/docs', '/health']", each));
    assert!(!passes("['/docs']", "path == '/' or path in PUBLIC"));
    // It begins so, and more is asked.
    assert!(!passes(
        "['/']",
        "any(path.startswith(one) for one in PUBLIC) and path.count('/') > 1"
    ));
}

/// The lines of an API behind our own guard.
fn behind(guard: &str, rest: &str) -> String {
    let guard = format!(
        "from typing import Annotated\nfrom fastapi import Depends\nfrom betroth.fastapi import Betroth, User\n\
         auth = {guard}\nCurrentUser = Annotated[User, Depends(auth.user)]\n"
    );
    let main = format!(
        "from fastapi import FastAPI, Depends\nfrom guard import auth, CurrentUser\n{rest}"
    );
    table(&facts(&[
        ("guard.py", guard.as_str()),
        ("main.py", main.as_str()),
    ]))
}

#[test]
fn our_own_guard_is_read_as_a_dependency() {
    for guard in [
        "Betroth()",
        "Betroth.from_contract()",
        "Betroth(secret=key())",
    ] {
        let routes = "app = FastAPI()\n\
                      @app.get('/user')\ndef user(who: CurrentUser): ...\n\
                      @app.get('/role', dependencies=[Depends(auth.require(role='admin'))])\ndef role(): ...\n\
                      @app.get('/maybe')\ndef maybe(who=Depends(auth.optional_user)): ...\n\
                      @app.get('/open')\ndef open_(): ...\n";
        assert_eq!(
            behind(guard, routes),
            "GET /user user required\nGET /role role required\nGET /maybe maybe optional\nGET /open open_ none",
            "{guard}"
        );
    }
}

#[test]
fn our_own_gate_asks_every_route_that_is_not_marked() {
    let routes = "app = auth.protect(FastAPI())\n\
                  @app.get('/all')\ndef all_(): ...\n\
                  @app.get('/health')\n@auth.public\ndef health(): ...\n\
                  @app.get('/maybe')\n@auth.optional\ndef maybe(): ...\n";
    assert_eq!(
        behind("Betroth.from_contract()", routes),
        "GET /all all_ required\nGET /health health none\nGET /maybe maybe none"
    );
}

#[test]
fn our_own_guard_says_what_it_verifies_with_unless_the_contract_does() {
    use betroth_agreement::VerifierKind;

    for (guard, kind, library) in [
        ("Betroth()", VerifierKind::Jwks, "betroth"),
        (
            "Betroth(secret=key())",
            VerifierKind::SharedSecret,
            "betroth",
        ),
        (
            "Betroth.from_contract()",
            VerifierKind::Unknown,
            "betroth.toml",
        ),
    ] {
        let text = format!(
            "from fastapi import FastAPI\nfrom betroth.fastapi import Betroth\napp = {guard}.protect(FastAPI())\n\
             @app.get('/all')\ndef all_(): ...\n"
        );
        let facts = facts(&[("main.py", text.as_str())]);
        let [found] = facts.verifications.as_slice() else {
            panic!("{guard}: {:?}", facts.verifications);
        };
        assert_eq!(found.fact.kind, kind, "{guard}");
        assert_eq!(found.fact.library.as_deref(), Some(library), "{guard}");
        assert!(found.reached && found.fact.checks_issuer && found.fact.checks_audience);
    }
}
