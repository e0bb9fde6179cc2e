//! What an application serves, told from its source.

mod tree;

use tree::{GUARD, facts, table};

#[test]
fn prefixes_of_nested_routers_add_up() {
    let facts = facts(&[
        (
            "app/main.py",
            "from fastapi import FastAPI\nfrom app.api import router as api\napp = FastAPI()\napp.include_router(api, prefix='/api')\n",
        ),
        (
            "app/api/__init__.py",
            "from fastapi import APIRouter\nfrom .notes import router as notes\nfrom . import tags\nrouter = APIRouter(prefix='/v1')\nrouter.include_router(notes, prefix='/notes')\nrouter.include_router(tags.r)\n",
        ),
        (
            "app/api/notes.py",
            "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('')\nasync def list_notes(): ...\n@router.post('/{id}')\nasync def write(id: int): ...\n",
        ),
        (
            "app/api/tags.py",
            "from fastapi import APIRouter\nr = APIRouter(prefix='/tags')\n@r.api_route('/', methods=['GET', 'PUT'])\ndef tags(): ...\n@r.websocket('/ws')\nasync def ws(websocket): ...\n",
        ),
    ]);
    assert_eq!(
        table(&facts),
        "GET /api/v1/notes list_notes none\nPOST /api/v1/notes/{id} write none\nGET /api/v1/tags/ tags none\nPUT /api/v1/tags/ tags none\nWS /api/v1/tags/ws ws none"
    );
    assert_eq!(facts.apis[0].name, "app/main.py:app");
}

#[test]
fn a_router_that_nothing_includes_is_not_served() {
    let facts = facts(&[(
        "main.py",
        "from fastapi import FastAPI, APIRouter\napp = FastAPI()\nadmin = APIRouter()\n@admin.get('/users')\ndef users(): ...\n@app.get('/')\ndef root(): ...\n",
    )]);
    assert_eq!(table(&facts), "GET / root none");
    assert_eq!(facts.unserved.len(), 1);
    assert_eq!(facts.unserved[0].routes, 1);
}

#[test]
fn a_prefix_comes_from_settings_constants_and_f_strings() {
    let facts = facts(&[
        (
            "core/config.py",
            "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    API: str = '/api'\n    @property\n    def v2(self): return self.API + '/v2'\nsettings = Settings()\n",
        ),
        (
            "main.py",
            "import os\nfrom fastapi import FastAPI, APIRouter\nfrom core.config import settings\nNAME = 'notes'\nr = APIRouter(prefix=f'/{NAME}')\n@r.get('/a')\ndef a(): ...\napp = FastAPI()\napp.include_router(r, prefix=settings.API)\napp.include_router(r, prefix=settings.v2)\napp.include_router(r, prefix=os.getenv('PREFIX', '/old'))\n",
        ),
    ]);
    assert_eq!(
        table(&facts),
        "GET /api/notes/a a none\nGET /api/v2/notes/a a none\nGET /old/notes/a a none"
    );
}

#[test]
fn loops_registrars_and_factories_are_followed() {
    let facts = facts(&[
        ("guard.py", GUARD),
        (
            "main.py",
            "
from fastapi import FastAPI, APIRouter, Depends
from guard import user
def make(name):
    r = APIRouter(prefix='/' + name)
    async def one(): ...
    r.add_api_route('/one', one, methods=['GET'])
    return r
def guarded(router, path):
    def decorator(func):
        return router.post(path, dependencies=[Depends(user)])(func)
    return decorator
def register(app, routers):
    for prefix, router in routers:
        app.include_router(router, prefix=prefix)
def create_app() -> FastAPI:
    app = FastAPI()
    register(app, [('/x', make('a')), ('/y', make('b'))])
    @guarded(app, '/write')
    async def write(): ...
    return app
",
        ),
    ]);
    assert_eq!(
        table(&facts),
        "GET /x/a/one one none\nGET /y/b/one one none\nPOST /write write required"
    );
    assert_eq!(facts.apis[0].name, "main.py:create_app");
}

#[test]
fn tests_serve_nothing() {
    let facts = facts(&[(
        "tests/test_app.py",
        "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x(): ...\n",
    )]);
    assert!(facts.apis.is_empty());
}

#[test]
fn imports_in_a_circle_come_to_an_end() {
    let facts = facts(&[
        (
            "main.py",
            "from fastapi import FastAPI\nfrom routes import router\napp = FastAPI()\napp.include_router(router)\n",
        ),
        (
            "routes.py",
            "import main\nfrom fastapi import APIRouter\nfrom routes import router as self_\nrouter = APIRouter()\n@router.get('/x')\ndef x(): return main.app\nrouter.include_router(router)\n",
        ),
    ]);
    assert_eq!(table(&facts), "GET /x x none");
}

#[test]
fn a_package_that_imports_its_own_parts_by_its_full_name_has_them() {
    let facts = facts(&[
        (
            "main.py",
            "from fastapi import FastAPI\nfrom bot.routes import tasks\napp = FastAPI()\napp.include_router(tasks.router)\n",
        ),
        ("bot/__init__.py", ""),
        ("bot/routes/__init__.py", "from bot.routes import tasks\n"),
        (
            "bot/routes/tasks.py",
            "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/tasks')\ndef tasks(): ...\n",
        ),
    ]);
    assert_eq!(table(&facts), "GET /tasks tasks none");
}

#[test]
fn broken_files_are_named_and_the_rest_is_read() {
    let deep = format!("x = {}1{}\n", "(".repeat(5_000), ")".repeat(5_000));
    let facts = facts(&[
        ("broken.py", "def f(:\n  return\n"),
        ("zero.py", "x = 1\0\n"),
        ("deep.py", &deep),
        (
            "main.py",
            "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x(): ...\n",
        ),
    ]);
    assert_eq!(table(&facts), "GET /x x none");
    let named: Vec<&str> = facts
        .unread
        .iter()
        .map(|unread| unread.place.file.as_str())
        .collect();
    assert!(named.contains(&"broken.py"), "{named:?}");
    assert!(named.contains(&"deep.py"), "{named:?}");
}

#[test]
fn a_route_whose_guard_may_stand_in_a_broken_file_is_not_open() {
    let facts = facts(&[
        (
            "guard.py",
            "<<<<<<< ours\ndef current_user(token: str:\n    return token\n",
        ),
        (
            "main.py",
            "from fastapi import Depends, FastAPI\nfrom guard import current_user\napp = FastAPI()\n@app.get('/x')\ndef x(user=Depends(current_user)): ...\n",
        ),
    ]);
    assert_eq!(table(&facts), "GET /x x unknown");
}

#[test]
fn a_function_decorated_with_itself_comes_to_an_end() {
    let facts = facts(&[(
        "main.py",
        "
from fastapi import Depends, FastAPI
app = FastAPI()
@guard
def guard():
    return 1
@app.get('/notes', dependencies=[Depends(guard)])
def notes():
    return []
",
    )]);
    assert_eq!(table(&facts), "GET /notes notes none");
}
