"""Stands at every SQLAlchemy engine of the process and lets no statement on an owned table pass that is not proven to keep to its owner.

Listens on the class `Engine`, so that no engine, connection or session is forgotten. What a driver's own cursor does is not seen here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Table, event, schema, select, tuple_
from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler
from sqlalchemy.sql.dml import Delete, Update

from .acting import WAYS, Identity, System, found, raw_reason
from .criteria import condition
from .crossing import not_owner
from .errors import IsolationError, NoUser, UnprovenStatement
from .owner import OwnedTable, registry
from .proof import HARMLESS, Reference, Verdict, judge
from .reading import unread_text

log = logging.getLogger("betroth.sqlalchemy")

_HARMLESS_DDL = (
    schema.AddConstraint,
    schema.CreateIndex,
    schema.CreateSchema,
    schema.CreateSequence,
    schema.CreateTable,
    schema.DropConstraint,
    schema.DropIndex,
    schema.DropSchema,
    schema.DropSequence,
    schema.DropTable,
    schema.SetColumnComment,
    schema.SetTableComment,
)

_VERDICT = "_betroth_verdict"
"""Where a compiled statement, which SQLAlchemy keeps in its cache, carries the registry's version and its verdict."""


def confine_flush(connection: Connection, clause: Any, multiparams: Any, params: Any, options: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Adds the owner to the `UPDATE` and `DELETE` statements of a flush, which SQLAlchemy writes by primary key alone.

    A row of somebody else is then not matched, and SQLAlchemy's own count of rows refuses the flush.
    """
    if isinstance(clause, (Update, Delete)) and found().__class__ is Identity and isinstance(clause.table, Table):
        owned = registry.find(clause.table)
        if owned is not None and options.get("compiled_cache") is owned.mapper._compiled_cache:
            clause = clause.where(condition(owned.owners) if owned.owners else _through_base(owned))
    return clause, multiparams, params


def check(connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
    """Refuses a statement about to be sent, if it may read or write a row of somebody else.

    # Errors
    `NoUser`, `UnprovenStatement`, `NotOwner`.
    """
    if not registry or found().__class__ is System:
        return
    compiled = context.compiled if context is not None else None
    if isinstance(compiled, SQLCompiler) and not _is_query_for_a_default(compiled, statement):
        entry = getattr(compiled, _VERDICT, None)
        if entry is None or entry[0] != registry.version:
            entry = (registry.version, judge(compiled))
            setattr(compiled, _VERDICT, entry)
        verdict = entry[1]
    else:
        verdict = _text_verdict(statement, compiled)
    if verdict is HARMLESS or raw_reason() is not None:
        return
    try:
        _hold(verdict, connection, context)
    except IsolationError as error:
        log.warning("refused: %s", error, extra={"code": error.code, "subject": getattr(found(), "subject", None)})
        raise


def _is_query_for_a_default(compiled: SQLCompiler, statement: str) -> bool:
    """Whether SQLAlchemy asks for the default of a column, before the insert or update whose compiled form it names."""
    return (compiled.isinsert or compiled.isupdate) and statement.lstrip()[:6].upper() == "SELECT"


def _text_verdict(statement: str, compiled: Any) -> Verdict:
    if isinstance(compiled, DDLCompiler) and _makes_or_drops(compiled.statement):
        drops = isinstance(compiled.statement, schema.DropTable) and registry.find(compiled.statement.element)
        if not drops or found() is None:
            return HARMLESS  # Tables are made and dropped where nobody acts: at the start, in migrations and tests.
        return Verdict(touches=True, refusal="it drops a table with rows of others")
    unread = unread_text(statement)
    return HARMLESS if unread is None else Verdict(touches=unread.owned, refusal=unread.why)


def _makes_or_drops(statement: Any) -> bool:
    """Whether it is one of SQLAlchemy's own for a table and what belongs to it: also for a type of PostgreSQL, whose dialect is not imported for it."""
    return isinstance(statement, _HARMLESS_DDL) or type(statement).__module__ == "sqlalchemy.dialects.postgresql.named_types"


def _hold(verdict: Verdict, connection: Connection, context: Any) -> None:
    acting = found()
    if acting is None and verdict.touches:
        raise NoUser(f"nobody is in context, and the statement is on a table whose rows have owners: {WAYS}")
    if verdict.refusal is not None:
        raise UnprovenStatement(
            f"{verdict.refusal}; ask through the ORM session and name the class (`select(Note)`, `.select_from(Note)`), "
            'so that the statement carries its owner, or take it on yourself with `with allow_raw("reason"):`'
        )
    if getattr(context, "_betroth_held", False):
        return  # One execution in several batches.
    context._betroth_held = True
    rows = context.compiled_parameters
    for name, owner in verdict.equal:
        expected = owner.expected()
        for row in rows:
            if not _equal(row.get(name), expected):
                raise not_owner(f"`{owner.column}` must be the owner who acts, and another value was given")
    for reference in verdict.references:
        _hold_reference(reference, verdict, connection, rows)


def _equal(value: Any, expected: Any) -> bool:
    return bool(value == expected) or (value is not None and str(value) == str(expected))


def _hold_reference(reference: Reference, verdict: Verdict, connection: Connection, rows: Any) -> None:
    """Asks, on the same connection, whether all rows that are referred to are the owner's."""
    own = {tuple(row.get(name) for name in names) for names in verdict.own_keys.get(reference.target.table, ()) for row in rows}
    wanted = {values for names in reference.names for row in rows if None not in (values := tuple(row.get(n) for n in names))}
    wanted -= own
    if not wanted:
        return
    target = reference.target
    columns = [element.column for element in reference.constraint.elements]
    table = target.table
    local = [table.c[column.key] for column in columns]
    query = select(*local).where(tuple_(*local).in_(wanted) if len(local) > 1 else local[0].in_([v for (v,) in wanted]))
    query = query.where(condition(target.owners) if target.owners else _through_base(target))
    seen = {tuple(row) for row in connection.execute(query)}
    if len(seen) < len(wanted):
        raise not_owner(f"a reference to a row of `{table.name}` that is not there for the owner who acts")


def _through_base(owned: OwnedTable) -> Any:
    """That a subclass's row belongs to a row of the owner in the table that has the owner."""
    base = owned.mapper.local_table
    keys = [(own, fk.column) for own in owned.table.primary_key for fk in own.foreign_keys if fk.column.table is base]
    inner = select(*(target for _, target in keys)).where(condition(registry.owners(owned.mapper)))
    return keys[0][0].in_(inner) if len(keys) == 1 else tuple_(*(own for own, _ in keys)).in_(inner)


def stand_guard() -> None:
    """Registers the guard at all engines. Calling it again changes nothing."""
    if not event.contains(Engine, "before_cursor_execute", check):
        event.listen(Engine, "before_execute", confine_flush, retval=True)
        event.listen(Engine, "before_cursor_execute", check)
