"""Imports an application and prints its routes: `python -c <this> MODULE APP`, in the folder of the API.

The answer is one line of JSON behind `betroth-import:`. What the application itself prints goes nowhere, for
it may hold secrets. Runs on every Python that FastAPI 0.100 and later run on, without anything installed.
"""

import ast
import functools
import importlib
import inspect
import json
import os
import sys
import traceback

MARKER = "betroth-import:"


class Refused(Exception):
    """The import worked, what it gave is no application."""


def load(module, path):
    """The application object, and whether a factory made it."""
    found = importlib.import_module(module)
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise Refused("`%s` has no `%s`" % (module, path)) from None
    found = unwrapped(found)
    if inspect.isroutine(found) or inspect.isclass(found) or isinstance(found, functools.partial):
        found = found()
        if inspect.iscoroutine(found):
            found.close()
            raise Refused("`%s` is an async factory; name an application or a plain factory" % path)
    found = unwrapped(found)
    if getattr(found, "routes", None) is None:
        raise Refused("`%s:%s` is a `%s`, not a FastAPI application" % (module, path, type(found).__name__))
    return found


def unwrapped(application):
    """The application inside the middleware that was put around it by hand."""
    for _ in range(32):
        if getattr(application, "routes", None) is not None:
            break
        inner = getattr(application, "app", None) or getattr(application, "other_asgi_app", None)
        if inner is None:
            break
        application = inner
    return application


def walk(routes, prefix, trail):
    """Each route as served: `(prefix, route)`, with what is included or mounted at its place."""
    for route in routes:
        # Since FastAPI 0.137 an included router stays one entry, and its routes are made when asked for.
        contexts = getattr(route, "effective_route_contexts", None)
        if contexts is not None:
            for context in contexts():
                starlette = getattr(context, "starlette_route", None)
                yield from walk_one(starlette if starlette is not None else context, prefix, trail)
        else:
            yield from walk_one(route, prefix, trail)


def walk_one(route, prefix, trail):
    if getattr(route, "endpoint", None) is not None:
        yield prefix, route
        return
    # A mount or host; one of static files has no routes.
    inner = unwrapped(getattr(route, "app", None))
    routes = getattr(inner, "routes", None) or getattr(route, "routes", None)
    if routes and id(routes) not in trail:
        at = prefix + getattr(route, "path", "")
        yield from walk(routes, at, trail | {id(routes)})


def methods(route):
    """The methods, `WS` for a WebSocket; `HEAD` only where there is no `GET` that brings it along."""
    if "WebSocket" in type(route).__name__:
        return ["WS"]
    found = set(getattr(route, "methods", None) or ())
    if not found and inspect.isclass(route.endpoint):
        names = ("get", "post", "put", "patch", "delete", "options", "head")
        found = {name.upper() for name in names if hasattr(route.endpoint, name)}
        if not found:
            return ["WS"]
    if "GET" in found:
        found.discard("HEAD")
    return sorted(found) or ["ANY"]


def function(target):
    """What stands in the source: without `partial`, decorators that say what they wrap, and `__call__`."""
    for _ in range(32):
        if isinstance(target, functools.partial):
            target = target.func
        elif hasattr(target, "__wrapped__"):
            target = target.__wrapped__
        elif inspect.ismethod(target):
            target = target.__func__
        else:
            break
    if inspect.isfunction(target) or inspect.isclass(target) or inspect.isbuiltin(target):
        return target
    return type(target)


def name(target):
    return getattr(function(target), "__name__", "") or "?"


@functools.lru_cache(maxsize=None)
def definitions(file):
    """The lines of `def` and `class`: by the line at which Python says that they begin, and by class name."""
    lines, classes = {}, {}
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return lines, classes

    def visit(node, above):
        for child in ast.iter_child_nodes(node):
            inside = above
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                first = min([child.lineno] + [it.lineno for it in child.decorator_list])
                lines[first] = child.lineno
                inside = above + [child.name]
                if isinstance(child, ast.ClassDef):
                    classes[".".join(inside)] = child.lineno
                else:
                    inside = inside + ["<locals>"]
            visit(child, inside)

    visit(tree, [])
    return lines, classes


def located(file):
    """The whole path; code made of a string has none: `<string>`."""
    return file if file.startswith("<") else os.path.abspath(file)


def place(target):
    """File and line of the `def` or `class`; nothing for what was not written in Python."""
    target = function(target)
    code = getattr(target, "__code__", None)
    if code is not None:
        lines, _ = definitions(code.co_filename)
        return located(code.co_filename), lines.get(code.co_firstlineno, code.co_firstlineno)
    try:
        file = inspect.getsourcefile(target)
    except (TypeError, OSError):
        file = None
    if not file:
        return None, 0
    _, classes = definitions(file)
    return located(file), classes.get(getattr(target, "__qualname__", ""), 1)


def dependencies(route):
    """Names of the callables that FastAPI calls before the handler, each once, in their order."""
    found = []

    def visit(dependant, depth):
        for inner in getattr(dependant, "dependencies", None) or ():
            if getattr(inner, "call", None) is not None and name(inner.call) not in found:
                found.append(name(inner.call))
            if depth < 64:
                visit(inner, depth + 1)

    visit(getattr(route, "dependant", None), 0)
    return found


def table(application):
    rows = []
    for prefix, route in walk(application.routes, "", frozenset({id(application.routes)})):
        endpoint = route.endpoint
        if getattr(function(endpoint), "__module__", "") == "fastapi.applications":
            continue  # /docs, /redoc, /openapi.json
        file, line = place(endpoint)
        for method in methods(route):
            rows.append(
                {
                    "method": method,
                    "path": prefix + getattr(route, "path", ""),
                    "handler": name(endpoint),
                    "file": file,
                    "line": line,
                    "dependencies": dependencies(route),
                }
            )
    return rows


def reason(error):
    """The last line of the traceback, without values: neither inputs of models nor contents of the environment."""
    fields = getattr(error, "errors", None)
    model = getattr(error, "title", None) or getattr(getattr(error, "model", None), "__name__", None)
    if callable(fields) and model:
        try:
            told = ["`%s` (%s)" % (".".join(str(it) for it in one["loc"]), one["type"]) for one in fields()]
            return "%s: `%s` does not accept %s" % (type(error).__name__, model, ", ".join(told))
        except Exception:
            return type(error).__name__
    lines = traceback.format_exception_only(type(error), error)
    text = lines[-1].strip() if lines else type(error).__name__
    for value in sorted(os.environ.values(), key=len, reverse=True):
        if len(value) >= 8:
            text = text.replace(value, "…")
    return text


def site(error):
    """Where in the project the import ended: the last frame that is not of an installed package."""
    here = os.getcwd() + os.sep
    found = None, 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(here) and "site-packages" not in frame.filename:
            found = frame.filename, frame.lineno
    if isinstance(error, SyntaxError) and error.filename:
        found = error.filename, error.lineno or 1
    return found


def answer(module, path):
    try:
        application = load(module, path)
        return {"routes": table(application)}
    except Refused as error:
        return {"refused": str(error)}
    except BaseException as error:  # `sys.exit` in the application ends here too
        file, line = site(error)
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        return {"error": reason(error), "file": file, "line": line, "missing": missing}


def main():
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if not {"", os.getcwd()} & set(sys.path):
        sys.path.insert(0, os.getcwd())
    text = MARKER + json.dumps(answer(sys.argv[1], sys.argv[2])) + "\n"
    data = text.encode("ascii")
    while data:
        data = data[os.write(out, data) :]
    # Threads that the application started would keep the process alive.
    os._exit(0)


main()
