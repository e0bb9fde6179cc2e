"""The policies as operations of Alembic. Import this module in `env.py`, or in the migration that uses it.

import betroth.sqlalchemy.postgresql.operations

def upgrade():
    op.install_isolation(os.environ["BETROTH_ISOLATION_KEY"])
    op.isolate("notes", "owner_id")
    op.isolate("documents", by_organization("organization_id"))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from alembic.operations import MigrateOperation, Operations

from sqlalchemy import inspect, text

from ..acting import as_system
from ..errors import IsolationSetup
from ..owner import Owner
from . import schema
from .key import IsolationKey


@Operations.register_operation("install_isolation")
class InstallIsolation(MigrateOperation):
    """Makes the schema `betroth` with the key and the functions; run again, it replaces the key."""

    def __init__(self, key: IsolationKey) -> None:
        self.key = key

    @classmethod
    def install_isolation(cls, operations: Operations, key: str | IsolationKey) -> None:
        """Makes what the policies stand on. `key` is the secret that the program gives to `confine`, of at least 32 bytes.

        # Errors
        `IsolationSetup` if the key is weak, or if SQL is only written down (`--sql`): the key would stand in it.
        """
        operations.invoke(cls(key if isinstance(key, IsolationKey) else IsolationKey(key)))

    def reverse(self) -> UninstallIsolation:
        return UninstallIsolation()


@Operations.register_operation("uninstall_isolation")
class UninstallIsolation(MigrateOperation):
    """Removes the schema `betroth`."""

    @classmethod
    def uninstall_isolation(cls, operations: Operations) -> None:
        """Removes what the policies stand on; fails while a table still has them."""
        operations.invoke(cls())


@Operations.register_operation("isolate")
class Isolate(MigrateOperation):
    """Puts the policies on one table."""

    def __init__(self, table: str, owners: list[Owner], options: dict[str, Any]) -> None:
        self.table, self.owners, self.options = table, owners, options

    @classmethod
    def isolate(
        cls,
        operations: Operations,
        table: str,
        owner: str | Owner | Iterable[str | Owner],
        *,
        schema: str | None = None,
        types: Mapping[str, str] | None = None,
        references: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        """Shows and takes only rows whose owner columns name whoever acts.

        `types` are the SQL types of the owner columns, `references` the foreign keys that must point to rows of the owner, as
        `{"parent_id": ("public.notes", "id")}`. Both are read from the database; with `--sql` they must be given. Isolate the table that
        is referred to first.
        """
        owners = [Owner(o) if isinstance(o, str) else o for o in ([owner] if isinstance(owner, (str, Owner)) else owner)]
        operations.invoke(cls(table, owners, {"schema": schema, "types": types, "references": references}))

    def reverse(self) -> Unisolate:
        return Unisolate(self.table, self.options["schema"])


@Operations.register_operation("isolate_through")
class IsolateThrough(MigrateOperation):
    """Puts policies on a table whose rows are whose the rows are that they refer to."""

    def __init__(self, policy: schema.Policy) -> None:
        self.policy = policy

    @classmethod
    def isolate_through(
        cls, operations: Operations, table: str, through: Mapping[str, tuple[str, str]], *, schema: str | None = None
    ) -> None:
        """For link tables and the tables of joined subclasses: `op.isolate_through("note_tags", {"note_id": ("notes", "id")})`.

        A row is seen and taken only if all rows named in `through` are seen. Isolate these first.
        """
        operations.invoke(cls(_policy(table, schema, through)))

    def reverse(self) -> Unisolate:
        return Unisolate(self.policy.table, self.policy.schema)


@Operations.register_operation("unisolate")
class Unisolate(MigrateOperation):
    """Takes the policies off one table."""

    def __init__(self, table: str, schema: str | None) -> None:
        self.table, self.schema = table, schema

    @classmethod
    def unisolate(cls, operations: Operations, table: str, *, schema: str | None = None) -> None:
        """Undoes `isolate`: everybody who may read the table sees all rows again."""
        operations.invoke(cls(table, schema))


@Operations.register_operation("act_as_system")
class ActAsSystem(MigrateOperation):
    """Lets the rest of the transaction see everybody's rows."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    @classmethod
    def act_as_system(cls, operations: Operations, reason: str) -> None:
        """For migrations of data: the owner of the tables is held to the policies too. The server logs the reason."""
        operations.invoke(cls(reason))


@Operations.implementation_for(InstallIsolation)
def _install(operations: Operations, operation: InstallIsolation) -> None:
    if operations.get_context().as_sql:
        raise IsolationSetup("`op.install_isolation` writes the key, so it runs only against a database and not with `--sql`")
    _run(operations, schema.install(operation.key))


@Operations.implementation_for(UninstallIsolation)
def _uninstall(operations: Operations, operation: UninstallIsolation) -> None:
    _run(operations, schema.uninstall())


@Operations.implementation_for(Isolate)
def _isolate(operations: Operations, operation: Isolate) -> None:
    options = operation.options
    types, references = options["types"], options["references"]
    if operations.get_context().as_sql:
        if types is None or references is None:
            raise IsolationSetup(f"with `--sql`, `op.isolate({operation.table!r}, …)` needs `types=` and `references=`")
    else:
        connection = operations.get_bind()
        types = types or _types(connection, operation)
        references = _references(connection, operation) if references is None else references
    owners = {}
    for owner in operation.owners:
        if owner.column not in types:
            raise IsolationSetup(f"table `{operation.table}` has no column `{owner.column}`")
        owners[owner.column] = (owner.by, types[owner.column])
    _run(operations, schema.Policy(operation.table, options["schema"], owners, references).create())


@Operations.implementation_for(IsolateThrough)
def _isolate_through(operations: Operations, operation: IsolateThrough) -> None:
    _run(operations, operation.policy.create())


@Operations.implementation_for(Unisolate)
def _unisolate(operations: Operations, operation: Unisolate) -> None:
    _run(operations, schema.Policy(operation.table, operation.schema, {}, {}).drop())


@Operations.implementation_for(ActAsSystem)
def _act_as_system(operations: Operations, operation: ActAsSystem) -> None:
    with as_system(f"migration: {operation.reason}"):
        operations.execute(text("SELECT betroth.act_as_system(:reason)").bindparams(reason=operation.reason))


def _policy(table: str, schema_: str | None, through: Mapping[str, tuple[str, str]]) -> schema.Policy:
    if not through:
        raise IsolationSetup(f"`op.isolate_through({table!r}, …)` needs a column that refers to an isolated table")
    return schema.Policy(table, schema_, {}, {}, dict(through))


def _run(operations: Operations, statements: Iterable[str]) -> None:
    with as_system("migration of isolation"):
        for statement in statements:
            operations.execute(text(statement.replace(":", r"\:")))


def _types(connection: Any, operation: Isolate) -> dict[str, str]:
    with as_system("migration of isolation"):
        columns = inspect(connection).get_columns(operation.table, schema=operation.options["schema"])
    return {c["name"]: c["type"].compile(connection.dialect) for c in columns}


def _references(connection: Any, operation: Isolate) -> dict[str, tuple[str, str]]:
    """The foreign keys of one column that point to the table itself or to a table with our policies."""
    own = operation.options["schema"]
    with as_system("migration of isolation"):
        isolated = {
            (row[0], row[1])
            for row in connection.execute(text("SELECT schemaname, tablename FROM pg_policies WHERE policyname = 'betroth_takes'"))
        }
        current = connection.execute(text("SELECT current_schema()")).scalar()
        keys = inspect(connection).get_foreign_keys(operation.table, schema=own)
    found = {}
    for key in keys:
        target = (key["referred_schema"] or own or current, key["referred_table"])
        if target not in isolated and target != (own or current, operation.table):
            continue
        if len(key["constrained_columns"]) != 1:
            continue  # A key of several columns that holds the owner is checked by the database itself.
        found[key["constrained_columns"][0]] = (".".join(target), key["referred_columns"][0])
    return found
