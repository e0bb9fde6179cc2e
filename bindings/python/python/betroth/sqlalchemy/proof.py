"""Whether a compiled statement is confined to the rows of one owner. Judged once per compiled statement.

The statement is compiled a second time by a compiler that looks at what it writes: at each FROM, whether an owned table stands in it, and
whether the WHERE or the ON clause that holds for it says `owner column = bound value`. So no path through the ORM needs a case of its
own, and what was forgotten is refused. The values themselves are compared at every execution, by the guard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.elements import BindParameter, ClauseElement, ColumnElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, FromClause, FromGrouping, Join, TableClause
from sqlalchemy.sql.visitors import iterate

from .conditions import conjuncts, equals, joins, within
from .owner import OwnedTable, OwnerColumn, registry
from .reading import Unread, unread_function, unread_table, unread_text


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key into an owned table that a statement sets: for each row of values, the parameters that hold them."""

    constraint: ForeignKeyConstraint
    target: OwnedTable
    names: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Verdict:
    """What must hold whenever a compiled statement is run.

    `refusal` says why it is never run. `equal` names the parameters that must be the owner's value, `references` those that must name
    rows of the owner, `own_keys` those that are the keys of rows which the statement itself inserts.
    """

    touches: bool = False
    refusal: str | None = None
    equal: list[tuple[str, OwnerColumn]] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    own_keys: dict[Table, list[tuple[str, ...]]] = field(default_factory=dict)

    @property
    def harmless(self) -> bool:
        """It reads and writes no owned row, whatever its values are."""
        return not (self.touches or self.refusal or self.references)


HARMLESS = Verdict()


def judge(compiled: SQLCompiler) -> Verdict:
    """The verdict on a statement as SQLAlchemy has compiled it."""
    statement = compiled.statement
    if statement is None:
        return Verdict(touches=True, refusal="it has no form that can be read")
    kind: Any = type(compiled)
    inspection = _inspector(kind)(
        compiled.dialect,
        statement,
        cache_key=compiled.cache_key,
        column_keys=compiled.column_keys,
        for_executemany=compiled.for_executemany,
        schema_translate_map=compiled.schema_translate_map,
    )
    verdict: Verdict = inspection.verdict(compiled)
    return verdict


class _Inspector:
    """What is mixed into the dialect's own compiler. The compiler writes its text in `__init__`, so evidence is gathered meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.proven: list[tuple[BindParameter[Any], OwnerColumn]] = []
        self.written: list[tuple[Insert | Update, OwnedTable | None]] = []
        self.refusals: list[str] = []
        self.named = False
        self.accounted = 0
        self.rendered = 0
        super().__init__(*args, **kwargs)

    # What is read

    def _compose_select_body(self: Any, text: str, select: Any, compile_state: Any, inner: Any, froms: Any, *rest: Any, **kw: Any) -> str:
        self.confine(froms, select._where_criteria)
        for hint in (*select._hints.values(), *(text for _, text in select._statement_hints)):
            self.read(hint)
        return super()._compose_select_body(text, select, compile_state, inner, froms, *rest, **kw)  # type: ignore[misc,no-any-return]

    def update_tables_clause(self: Any, statement: Update, table: Any, extra_froms: Any, **kw: Any) -> str:
        self.write(statement, [table, *extra_froms])
        return super().update_tables_clause(statement, table, extra_froms, **kw)  # type: ignore[misc,no-any-return]

    def delete_table_clause(self: Any, statement: Delete, table: Any, extra_froms: Any, **kw: Any) -> str:
        self.write(statement, [table, *extra_froms])
        return super().delete_table_clause(statement, table, extra_froms, **kw)  # type: ignore[misc,no-any-return]

    def visit_insert(self: Any, statement: Insert, *args: Any, **kw: Any) -> str:
        nested = bool(self.stack)
        owned = registry.find(statement.table)
        if nested and (owned or _references(statement.table)):
            self.refusals.append(f"it writes `{statement.table}` inside another statement")
        if not owned:
            self.unread(unread_table(statement.table))
        self.written.append((statement, owned))
        return super().visit_insert(statement, *args, **kw)  # type: ignore[misc,no-any-return]

    def write(self: Any, statement: Update | Delete, froms: Sequence[FromClause]) -> None:
        table = froms[0]
        owned = registry.find(table)
        if len(self.stack) > 1 and (owned or _references(table)):
            self.refusals.append(f"it writes `{table}` inside another statement")
        self.confine(froms, statement._where_criteria)
        if isinstance(statement, Update):
            self.written.append((statement, owned))
        for hint in statement._hints.values():
            self.read(hint)

    def visit_table(self: Any, table: TableClause, asfrom: bool = False, **kw: Any) -> str:
        if asfrom and registry.find(table):
            self.rendered += 1
        elif asfrom:
            self.unread(unread_table(table))
        return super().visit_table(table, asfrom=asfrom, **kw)  # type: ignore[misc,no-any-return]

    # What only text says

    def read(self, text: str) -> None:
        self.unread(unread_text(text))

    def unread(self, found: Unread | None) -> None:
        if found is not None:
            self.refusals.append(found.why)
            self.named = self.named or found.owned

    def visit_textclause(self: Any, clause: Any, *args: Any, **kw: Any) -> str:
        self.read(clause.text)
        return super().visit_textclause(clause, *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_tstring(self: Any, tstring: Any, *args: Any, **kw: Any) -> str:
        self.read(" :value ".join(part.text if hasattr(part, "text") else "" for part in tstring.parts))
        return super().visit_tstring(tstring, *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_extract(self: Any, extract: Any, **kw: Any) -> str:
        self.read(extract.field)
        return super().visit_extract(extract, **kw)  # type: ignore[misc,no-any-return]

    def visit_column(self: Any, column: Any, *args: Any, **kw: Any) -> str:
        if column.is_literal:
            self.read(column.name)
        return super().visit_column(column, *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_function(self: Any, func: Any, *args: Any, **kw: Any) -> str:
        self.unread(unread_function(".".join((*func.packagenames, func.name))))
        return super().visit_function(func, *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_custom_op_binary(self: Any, element: Any, operator: Any, **kw: Any) -> str:
        self.read(operator.opstring)
        return super().visit_custom_op_binary(element, operator, **kw)  # type: ignore[misc,no-any-return]

    def visit_custom_op_unary_operator(self: Any, element: Any, operator: Any, **kw: Any) -> str:
        self.read(operator.opstring)
        return super().visit_custom_op_unary_operator(element, operator, **kw)  # type: ignore[misc,no-any-return]

    def visit_custom_op_unary_modifier(self: Any, element: Any, operator: Any, **kw: Any) -> str:
        self.read(operator.opstring)
        return super().visit_custom_op_unary_modifier(element, operator, **kw)  # type: ignore[misc,no-any-return]

    # Proof

    def confine(self, froms: Iterable[FromClause], criteria: Iterable[ClauseElement]) -> None:
        conditions = list(conjuncts(criteria))
        for from_ in froms:
            self.confine_one(from_, conditions)

    def confine_one(self, from_: FromClause, conditions: list[ColumnElement[Any]]) -> None:
        if isinstance(from_, FromGrouping):
            self.confine_one(from_.element, conditions)
        elif isinstance(from_, Join):
            on = list(conjuncts([from_.onclause])) if from_.onclause is not None else []
            # An outer join keeps the rows of its preserved side whatever ON says.
            self.confine_one(from_.left, conditions if from_.isouter or from_.full else conditions + on)
            self.confine_one(from_.right, conditions if from_.full else conditions + on)
        else:
            source: Any = from_
            while isinstance(source, AliasedReturnsRows):
                source = source.element
            if isinstance(source, TableClause) and (owned := registry.find(source)):
                self.accounted += 1
                self.prove(owned, from_, conditions)

    def prove(self, owned: OwnedTable, from_: FromClause, conditions: list[ColumnElement[Any]]) -> None:
        if not owned.owners:
            if not self.joined_to_owner(owned, from_, conditions):
                self.refusals.append(f"`{owned.table.name}` is read or written without the table that holds its owner")
            return
        for owner in owned.owners:
            binds = [b for c in conditions if (b := equals(c, from_, owner.column)) is not None and _sent_as_given(b, owner.column)]
            # The program may have compared the column too; the filter's own value is the one that holds.
            bind = next((b for b in binds if b.callable == owner.expected), binds[0] if binds else None)
            if bind is None:
                self.refusals.append(f"`{owned.table.name}` is read or written without `{owner.column.name}`")
                return
            self.proven.append((bind, owner))

    def joined_to_owner(self, owned: OwnedTable, from_: FromClause, conditions: list[ColumnElement[Any]]) -> bool:
        """Whether each row of a subclass's table is held to its row in the table with the owner, which needs a proof itself."""
        base = owned.mapper.local_table
        pairs = [(own, fk.column) for own in owned.table.primary_key for fk in own.foreign_keys if fk.column.table is base]
        if len(pairs) == 1 and any(within(c, from_, *pairs[0]) for c in conditions):
            return True
        return bool(pairs) and all(any(joins(c, from_, own, target) for c in conditions) for own, target in pairs)

    def verdict(self: Any, compiled: SQLCompiler) -> Verdict:
        for element in iterate(self.statement):
            if hasattr(type(element), "_compiler_dispatcher"):  # Compiled by the program's own `@compiles`.
                self.read(str(element._compiler_dispatch(self)))
        verdict = Verdict(touches=bool(self.named or self.accounted or self.rendered or any(owned for _, owned in self.written)))
        if not verdict.touches and not self.refusals and not any(_references(s.table) for s, _ in self.written):
            return HARMLESS
        if self.string != compiled.string or self.positiontup != compiled.positiontup:
            self.refusals.append("it compiles to another text each time")
        if self.rendered != self.accounted:
            self.refusals.append("an owned table stands where its filter cannot be seen")
        verdict.equal = [(self.bind_names[bind], owner) for bind, owner in self.proven if bind in self.bind_names]
        if len(verdict.equal) != len(self.proven):
            self.refusals.append("the owner's value is no parameter of it")
        for statement, owned in self.written:
            if not self.refusals:  # What is written inside another statement is refused before.
                self.judge_values(statement, owned, verdict)
        if self.refusals:
            verdict.refusal = self.refusals[0]
        return verdict

    def judge_values(self: Any, statement: Insert | Update, owned: OwnedTable | None, verdict: Verdict) -> None:
        """Holds the values that are written: owner columns, and foreign keys into owned tables."""
        table: Any = statement.table
        references = _references(table)
        if not owned and not references:
            return
        final = self.compile_state.statement
        inserting = isinstance(statement, Insert)
        if inserting:
            if final.select is not None:
                self.refusals.append(f"it fills `{table.name}` from a query, whose rows cannot be judged")
            if final._prefixes:
                self.refusals.append(f"it inserts into `{table.name}` with a prefix, which may replace rows of others")
            self.judge_conflict(final._post_values_clause, table, owned, references)
        given = self.given_columns()
        rows = len(final._multi_values[0]) if inserting and final._multi_values else 0
        for owner in owned.owners if owned else ():
            if inserting or owner.column.key in given:
                names = self.value_names(owner.column, rows)
                if names is None:
                    self.refusals.append(f"`{owner.column}` is given by an expression or not at all")
                else:
                    verdict.equal += [(name, owner) for name in names]
        for constraint, target in references:
            columns = list(constraint.columns)
            if not any(c.key in given or any(n in self.binds for n in (c.key, f"{c.key}_m0")) for c in columns):
                continue
            names_of = [self.value_names(c, rows) for c in columns]
            if any(names is None for names in names_of):
                self.refusals.append(f"`{table.name}` gets a reference to `{target.table.name}` from an expression")
            else:
                verdict.references.append(Reference(constraint, target, tuple(zip(*names_of, strict=True))))
        if inserting and owned:
            keys = [self.value_names(c, rows) for c in table.primary_key]
            if keys and all(names is not None for names in keys):
                verdict.own_keys[table] = list(zip(*keys, strict=True))

    def judge_conflict(self, clause: Any, table: Any, owned: OwnedTable | None, references: list[Any]) -> None:
        """Holds `ON CONFLICT … DO UPDATE` to rows of the owner, and to the values that the insert was held to."""
        if clause is None or isinstance(clause, (postgresql.dml.OnConflictDoNothing, sqlite.dml.OnConflictDoNothing)):
            return
        if not isinstance(clause, (postgresql.dml.OnConflictDoUpdate, sqlite.dml.OnConflictDoUpdate)):
            self.refusals.append(f"what it does with a row of `{table.name}` that is there already cannot be read")
            return
        if owned:
            where = clause.update_whereclause
            self.prove(owned, table, list(conjuncts([where])) if where is not None else [])
        guarded = {owner.column.key for owner in (owned.owners if owned else ())}
        guarded |= {column.key for constraint, _ in references for column in constraint.columns}
        for key, value in dict(clause.update_values_to_set).items():
            name = getattr(key, "key", key)
            inserted = getattr(getattr(value, "table", None), "name", None) == "excluded" and getattr(value, "key", None) == name
            if name in guarded and not inserted:
                self.refusals.append(f"it sets `{table.name}.{name}` of a row that is there already to another value than it inserts")

    def given_columns(self: Any) -> set[str]:
        """Keys of the columns that the statement names values for."""
        parameters = dict(self.compile_state._dict_parameters or {})
        return {str(getattr(column, "key", column)) for column in (*parameters, *(self.column_keys or ()))}

    def value_names(self: Any, column: Column[Any], rows: int) -> list[str] | None:
        """The parameters that hold a column's value, one for each row of a `VALUES` list; `None` if one is no parameter."""
        names = [f"{column.key}_m{row}" for row in range(rows)] if rows else [column.key]
        return names if all(name in self.binds and _sent_as_given(self.binds[name], column) for name in names) else None


def _sent_as_given(bind: BindParameter[Any], column: Column[Any]) -> bool:
    """Whether no type turns the value into another on its way, apart from the column's own."""
    kind = type(bind.type)
    return kind is type(column.type) or (kind.__module__.startswith("sqlalchemy.") and not bind.type._has_bind_expression)


@cache
def _inspector(compiler: type[SQLCompiler]) -> Any:
    return type("Inspector", (_Inspector, compiler), {})


def _references(table: Any) -> list[tuple[ForeignKeyConstraint, OwnedTable]]:
    """The foreign keys of a table that point into owned tables."""
    found: list[tuple[ForeignKeyConstraint, OwnedTable]] = []
    for constraint in getattr(table, "foreign_key_constraints", ()):
        try:
            target = registry.find(constraint.referred_table)
        except Exception as error:  # The referred table is not in this MetaData; then its name is all there is.
            del error
            continue
        if target is not None:
            found.append((constraint, target))
    return found
