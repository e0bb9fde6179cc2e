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
from sqlalchemy.sql.selectable import TableClause

from .functions import KNOWN, TABLE_FUNCTIONS, WORDS_BEFORE_PARENTHESIS
from .owner import registry

_TOKEN = re.compile(
    r"""
    (?P<space> \s+ | --[^\n]* | /\*.*?\*/ )
  | (?P<string> [eEnNbBxX]?'(?:[^']|'')*' )
  | (?P<quoted> "(?:[^"]|"")*" | `[^`]*` )
  | (?P<word> [^\W\d][\w$]* )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Where a string or a comment ends after these depends on the database; `$1` is a parameter.
_AMBIGUOUS = re.compile(r"\\|\$(?!\d)|/\*!|\#(?![>-])|[uU]&['\"]")
_BEFORE_TABLE = frozenset({"from", "join", "into", "update", "table", "using", "only", "lateral"})
_AFTER_TABLES = frozenset(
    "where group order having limit offset union intersect except set values returning for window fetch select".split()
)
_FROM_OF_A_FUNCTION = frozenset({"extract", "trim", "substring", "overlay", "position"})
# Statements that run what cannot be seen here.
_HIDING = frozenset("execute prepare do call copy attach detach load listen declare move explain".split())
_CATALOGUE = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema", "sqlite_sequence", "dual", "alembic_version"})
_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema"})
_SCHEMA_PRAGMAS = frozenset({"table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list", "table_list"})

allowed_functions: set[str] = set()
"""Functions of the database that `isolate` was told to trust, in lower case."""

allowed_tables: set[str] = set()
"""Tables and views that no class is mapped to, and that `isolate` was told hold nobody's rows, in lower case."""


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


def unread_table(table: TableClause) -> Unread | None:
    """Why a table that is not owned cannot be let pass, or `None`: a view over an owned table is one too, and no class is mapped to it."""
    name = table.name.lower()
    if (table.schema or "").lower() in _SYSTEM_SCHEMAS or name in _known_tables() | _CATALOGUE | allowed_tables:
        return None
    return _unknown_table(name, name)


def unread_text(text: str) -> Unread | None:
    """Why this text cannot be let pass, or `None`."""
    return _unread(text, registry.version, frozenset(allowed_functions), _known_tables() | allowed_tables)


@lru_cache(maxsize=1024)
def _unread(text: str, version: int, functions: frozenset[str], tables: frozenset[str]) -> Unread | None:
    del version, functions  # They decide when an answer is out of date.
    if _AMBIGUOUS.search(text):
        return Unread("its text has quotes, escapes or comments that databases read differently")
    tokens = [_Token.of(match) for match in _TOKEN.finditer(text) if match.lastgroup != "space"]
    words = [token.word for token in tokens]
    if words[:1] == ["pragma"] and any(word in _SCHEMA_PRAGMAS for word in words[1:5]):
        return None
    owned = frozenset(registry.names)
    for i, token in enumerate(tokens):
        if token.word in owned:
            return Unread(f"it names `{token.word}` in text", owned=True)
        if token.word in _HIDING and (i == 0 or tokens[i - 1].text == ";"):
            return Unread(f"its text says `{token.word}`, and what that runs cannot be read")
    return _unread_names(tokens, tables | _CATALOGUE | _named_queries(tokens))


class _Token(NamedTuple):
    """A piece of text; `word` is what it names, in lower case, if it is a word or a quoted name."""

    kind: str
    text: str
    word: str | None

    @classmethod
    def of(cls, match: re.Match[str]) -> _Token:
        kind, text = match.lastgroup or "other", match.group()
        return cls(kind, text, text.lower() if kind == "word" else text[1:-1].lower() if kind == "quoted" else None)


_NOTHING = _Token("other", "", None)


def _named_queries(tokens: list[_Token]) -> frozenset[str]:
    """The names that `WITH` gives; none if `WINDOW` gives names in the same form."""
    words = [token.word for token in tokens]
    if "with" not in words or "window" in words:
        return frozenset()
    found = set()
    for before, name, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        begins = before.word in ("with", "recursive") or before.text == ","
        if begins and name.word is not None and (after.word == "as" or (after.text == "(" and before.text != ",")):
            found.add(name.word)
    return frozenset(found)


def _unread_names(tokens: list[_Token], known: frozenset[str]) -> Unread | None:
    """Looks at what stands where a table stands, and at what is called."""
    lists = [(False, "")]  # For each open parenthesis: whether a comma is followed by a table, and the word before it.
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else _NOTHING
        after = tokens[i + 1] if i + 1 < len(tokens) else _NOTHING
        in_list, opener = lists[-1]
        if token.text == "(":
            lists.append((False, before.word or ""))
        elif token.text == ")" and len(lists) > 1:
            lists.pop()
        elif token.kind == "word" and token.word in _AFTER_TABLES:
            lists[-1] = (False, opener)
        elif token.kind == "word" and token.word in _BEFORE_TABLE:
            lists[-1] = (in_list or token.word in ("from", "using", "join"), opener)
        elif token.kind in ("word", "quoted", "string"):
            expects = (before.text == "," and in_list) or _announces_a_table(tokens, i - 1, opener)
            found = _unread_name(tokens, i, after, expects, known)
            if found is not None:
                return found
    return None


def _announces_a_table(tokens: list[_Token], i: int, opener: str) -> bool:
    """Whether a table comes after token `i`; not after the `FROM` of `extract(year FROM …)` or `IS DISTINCT FROM`."""
    if i < 0 or tokens[i].kind != "word" or tokens[i].word not in _BEFORE_TABLE:
        return False
    compared = tokens[i].word == "from" and i > 1 and tokens[i - 1].word == "distinct" and tokens[i - 2].word in ("is", "not")
    return not (compared or (tokens[i].word == "from" and opener in _FROM_OF_A_FUNCTION))


def _unread_name(tokens: list[_Token], i: int, after: _Token, expects: bool, known: frozenset[str]) -> Unread | None:
    token = tokens[i]
    name = token.word if token.word is not None else token.text.strip("'").lower()
    qualified = f"{tokens[i - 2].word}.{name}" if i > 1 and tokens[i - 1].text == "." else name
    if after.text == "(" and token.kind != "string":
        into = i > 0 and tokens[i - 1].word == "into"
        if (token.kind == "word" and name in WORDS_BEFORE_PARENTHESIS) or (name in known and (into or not expects or qualified == name)):
            return None
        return unread_function(qualified)
    if expects and after.text == "." and i + 2 < len(tokens):
        last = tokens[i + 2].word
        return None if last in known else _unknown_table(f"{name}.{last}", last)
    if expects and name not in known and name not in ("select", "set", "not", "exists", "if", "values"):
        return _unknown_table(name, name)
    return None


def _unknown_table(name: str, table: str | None) -> Unread:
    return Unread(f"it names `{name}`, which may hold rows of others: if it does not, name it in `isolate(…, tables={{'{table}'}})`")


_tables: tuple[int, frozenset[str]] = (-1, frozenset())


def _known_tables() -> frozenset[str]:
    """The names of all tables that some class is mapped to, without the owned ones."""
    global _tables
    mappers: set[Mapper[object]] = set()
    for one in list(_registries()):
        mappers |= set(one.mappers)
    count = hash((len(mappers), registry.version))
    if _tables[0] != count:
        names = {t.name.lower() for m in mappers for c in [m.local_table] if isinstance(c, Table) for t in c.metadata.tables.values()}
        _tables = (count, frozenset(names - set(registry.names)))
    return _tables[1]


def _registries() -> set[mapped]:
    return {mapper.registry for mapper in registry.mappers}
