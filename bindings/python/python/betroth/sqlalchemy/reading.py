"""Whether SQL that is only text can reach an owned table.

Text is not parsed. It passes if no word of it is the name of an owned table, if each name that stands where a table stands is known not to
be owned, and if it calls nothing that runs or reads what cannot be seen here. What is not known is refused: `allow_raw` is the cure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Table
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.decl_api import registry as mapped

from .functions import KNOWN, TABLE_FUNCTIONS, WORDS_BEFORE_PARENTHESIS
from .owner import registry

_TOKEN = re.compile(
    r"""
    (?P<space> \s+ | --[^\n]* | /\*.*?\*/ )
  | (?P<string> (?:[eE]|[nN]|[bB]|[xX])?'(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
  | (?P<quoted> "(?:[^"]|"")*" | `[^`]*` | \[[A-Za-z_][^\]]*\] )
  | (?P<word> [^\W\d][\w$]* )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_BEFORE_TABLE = frozenset({"from", "join", "into", "update", "table", "using", "only", "lateral"})
_AFTER_TABLES = frozenset(
    "where group order having limit offset union intersect except on set values returning for window fetch select".split()
)
# These run text, call what cannot be seen, or change what a name means.
_HIDING = frozenset("execute prepare do call copy attach detach load listen declare fetch move explain analyze".split()) - {"fetch", "analyze"}
_CATALOGUE = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema", "sqlite_sequence", "dual"})
_SCHEMA_PRAGMAS = frozenset({"table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list", "table_list"})

allowed_functions: set[str] = set()
"""Functions of the database that `isolate` was told to trust, in lower case."""


class Unread(NamedTuple):
    """Why text cannot be let pass, and whether it names an owned table."""

    why: str
    owned: bool = False


def unread_function(name: str) -> Unread | None:
    """Why a function of this name cannot be let pass, or `None`."""
    lower = name.lower()
    if lower in KNOWN or lower in TABLE_FUNCTIONS or lower in allowed_functions or lower.removeprefix("pg_catalog.") in KNOWN:
        return None
    return Unread(f"it calls `{name}`, which may read rows of others: if it does not, name it in `isolate(…, functions={{'{lower}'}})`")


def unread_text(text: str) -> Unread | None:
    """Why this text cannot be let pass, or `None`."""
    return _unread(text, registry.version, frozenset(allowed_functions), _known_tables())


@lru_cache(maxsize=1024)
def _unread(text: str, version: int, functions: frozenset[str], tables: frozenset[str]) -> Unread | None:
    del version, functions  # They decide when an answer is out of date.
    tokens = [(kind, match.group()) for match in _TOKEN.finditer(text) if (kind := match.lastgroup) != "space"]
    tokens = [("string" if kind == "tag" else kind or "other", value) for kind, value in tokens]
    words = [_word(kind, value) for kind, value in tokens]
    if words[:1] == ["pragma"] and any(word in _SCHEMA_PRAGMAS for word in words[1:5]):
        return None
    owned = frozenset(registry.names)
    for word in words:
        if word in owned:
            return Unread(f"it names `{word}` in text", owned=True)
        if word in _HIDING:
            return Unread(f"its text says `{word}`, and what that runs cannot be read")
    if re.search(r"[uU]&['\"]", text):
        return Unread("its text hides names (`U&`)")
    return _unread_names(tokens, words, tables)


def _unread_names(tokens: list[tuple[str, str]], words: list[str | None], tables: frozenset[str]) -> Unread | None:
    """Looks at what stands where a table stands, and at what is called."""
    own = {words[i] for i in range(len(words) - 2) if words[i + 1] == "as" and tokens[i + 2][1] == "(" or _cte(tokens, words, i)}
    lists: list[bool] = [False]
    for i, (kind, value) in enumerate(tokens):
        word = words[i]
        before = tokens[i - 1][1].lower() if i else ""
        after = tokens[i + 1][1] if i + 1 < len(tokens) else ""
        if value == "(":
            lists.append(False)
        elif value == ")":
            lists[-1:] = [] if len(lists) > 1 else [False]
        elif kind == "word" and word in _AFTER_TABLES:
            lists[-1] = False
        if word is None and kind != "string":
            continue
        expects = before in _BEFORE_TABLE or (before == "," and lists[-1])
        if kind == "word" and word in _BEFORE_TABLE:
            lists[-1] = word in ("from", "using", "join") or lists[-1]
            continue
        if kind == "string" and not expects:
            continue
        name = value.strip("'").lower() if kind == "string" else word or ""
        if after == "(" and not (expects and before in ("into", "update", "table")):
            if kind == "word" and name in WORDS_BEFORE_PARENTHESIS or name in own:
                continue
            if (why := unread_function(name)) is not None:
                return why
        elif expects and after != "." and not _known(name, tables, own) and name not in ("select", "set", "not", "exists", "if"):
            return Unread(f"its text names `{name}`, of which it is not known whose rows it holds")
        elif expects and after == ".":
            last = words[i + 2] if i + 2 < len(words) else None
            if last is None or not _known(last, tables, own):
                return Unread(f"its text names `{name}.{last}`, of which it is not known whose rows it holds")
    return None


def _cte(tokens: list[tuple[str, str]], words: list[str | None], i: int) -> bool:
    return i > 0 and words[i] is not None and words[i - 1] in ("with", "recursive") and tokens[i + 1][1] in ("(", "as", "AS")


def _known(name: str, tables: frozenset[str], own: set[str | None]) -> bool:
    return name in tables or name in own or name in _CATALOGUE


def _word(kind: str, value: str) -> str | None:
    if kind == "word":
        return value.lower()
    return value[1:-1].lower() if kind == "quoted" else None


_tables: tuple[int, frozenset[str]] = (-1, frozenset())


def _known_tables() -> frozenset[str]:
    """The names of all tables that some class is mapped to, without the owned ones."""
    global _tables
    mappers: set[Mapper[object]] = set()
    for one in list(_registries()):
        mappers |= set(one.mappers)
    count = len(mappers) * 1_000_003 + registry.version
    if _tables[0] != count:
        names = {t.name.lower() for m in mappers for c in [m.local_table] if isinstance(c, Table) for t in c.metadata.tables.values()}
        _tables = (count, frozenset(names - set(registry.names)))
    return _tables[1]


def _registries() -> set[mapped]:
    return {mapper.registry for mapper in registry.mappers}
