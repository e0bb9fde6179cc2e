"""Which tables are owned, by which column, and by whom."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from sqlalchemy import BindParameter, Column, ColumnDefault, String, Table, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column
from sqlalchemy.sql.selectable import FromClause

from .acting import WAYS, Identity, System, found
from .errors import IsolationSetup, NoOrganization, NoUser

By = Literal["subject", "organization"]


@dataclass(frozen=True, slots=True)
class Owner:
    """The column that holds a row's owner: a person (`subject`) or an organization, whose id it holds."""

    column: str
    by: By = "subject"


def by_organization(column: str) -> Owner:
    """An owner column that holds the id of an organization."""
    return Owner(column, "organization")


class Owned:
    """Rows that belong to a person: a column `owner_id` of text. A class that declares its own `owner_id` keeps that one."""

    __betroth_owners__: ClassVar[tuple[Owner, ...]] = (Owner("owner_id"),)
    owner_id: Mapped[str] = mapped_column(String, index=True)


class OwnedByOrganization:
    """Rows that belong to an organization: a column `organization_id` of text."""

    __betroth_owners__: ClassVar[tuple[Owner, ...]] = (by_organization("organization_id"),)
    organization_id: Mapped[str] = mapped_column(String, index=True)


OwnerSetting = str | Owner | Iterable[str | Owner]
Owners = Mapping[type[Any], OwnerSetting]


@dataclass(frozen=True, eq=False)
class OwnerColumn:
    """One owner column of one table, with the bound value that stands for whoever acts."""

    column: Column[Any]
    attribute: str
    by: By
    bind: BindParameter[Any] = field(init=False)
    convert: Callable[[str], Any] | None = field(init=False)

    def __post_init__(self) -> None:
        bind: BindParameter[Any] = BindParameter(None, callable_=self.expected, type_=self.column.type, unique=True)
        object.__setattr__(self, "bind", bind)
        object.__setattr__(self, "convert", _conversion(self.column))

    def expected(self) -> Any:
        """The value that this column has in the rows of whoever acts.

        # Errors
        `NoUser` if nobody acts, or if the id of the person cannot stand in this column; `NoOrganization` if they act for none.
        """
        acting = found()
        if not isinstance(acting, Identity):
            raise NoUser(f"nobody is in context, and `{self.column}` decides whose rows are seen: {WAYS}")
        value = acting.subject if self.by == "subject" else acting.organization
        if value is None:
            raise NoOrganization(f"the person in context acts for no organization, and `{self.column}` decides whose rows are seen")
        return value if self.convert is None else self._converted(value, self.convert)

    def _converted(self, value: str, convert: Callable[[str], Any]) -> Any:
        try:
            return convert(value)
        except ValueError:
            raise NoUser(f"the id of the person in context is no {self.column.type!r}, so no row of `{self.column}` is theirs") from None

    def stamp(self) -> Any:
        """The owner of a new row: `expected`, or nothing where the system acts."""
        return None if found().__class__ is System else self.expected()


_CONVERSIONS: dict[type, Callable[[str], Any]] = {int: int, uuid.UUID: uuid.UUID}


def _conversion(column: Column[Any]) -> Callable[[str], Any] | None:
    """What makes a value of the column from an id in text; `None` where the text itself is one."""
    try:
        return _CONVERSIONS.get(column.type.python_type)
    except NotImplementedError:
        return None


@dataclass(eq=False)
class OwnedTable:
    """A table whose rows have owners. All of its owner columns must name whoever acts.

    A table that a joined subclass adds has no column of its own: `owners` is empty, and nothing but the ORM's own joins reach it.
    """

    table: Table
    mapper: Mapper[Any]
    owners: tuple[OwnerColumn, ...]


class Registry:
    """All owned tables of the process, by name: a table reflected a second time is the same table of the database."""

    def __init__(self) -> None:
        self.version = 0
        self.mappers: dict[Mapper[Any], tuple[OwnerColumn, ...]] = {}
        self._tables: dict[str, list[OwnedTable]] = {}

    def __bool__(self) -> bool:
        return bool(self._tables)

    @property
    def names(self) -> Iterable[str]:
        """The names of all owned tables, in lower case, without schema."""
        return self._tables.keys()

    def find(self, table: FromClause) -> OwnedTable | None:
        """The owned table that `table` stands for, whichever `MetaData` it comes from."""
        name = getattr(table, "name", None)
        if not isinstance(name, str):
            return None
        schema = getattr(table, "schema", None)
        for owned in self._tables.get(name.lower(), ()):
            if schema is None or owned.table.schema is None or owned.table.schema == schema:
                return owned
        return None

    def add(self, class_: type[Any], setting: OwnerSetting) -> None:
        """Marks the table of a mapped class as owned.

        # Errors
        `IsolationSetup` if the class is not mapped or lacks the column, or if it was marked otherwise before.
        """
        mapper = inspect(class_, raiseerr=False)
        if not isinstance(mapper, Mapper):
            raise IsolationSetup(f"`{class_.__name__}` is not a mapped class, so it cannot have owners")
        mapper = mapper.base_mapper
        wanted = tuple(_owner(item) for item in ([setting] if isinstance(setting, (str, Owner)) else setting))
        if not wanted:
            raise IsolationSetup(f"`{class_.__name__}` is named without an owner column")
        if mapper in self.mappers:
            if [(o.attribute, o.by) for o in self.mappers[mapper]] != [(w.column, w.by) for w in wanted]:
                raise IsolationSetup(f"`{class_.__name__}` already has other owner columns")
            return
        owners = tuple(_owner_column(mapper, owner) for owner in wanted)
        self.mappers[mapper] = owners
        for owner in owners:
            if owner.column.default is None and owner.column.server_default is None:
                ColumnDefault(owner.stamp)._set_parent_with_dispatch(owner.column)
        for part in mapper.self_and_descendants:
            self.add_tables(part)

    def add_tables(self, mapper: Mapper[Any]) -> None:
        """Takes in the tables of an owned class or of a subclass of one."""
        owners = self.owners(mapper)
        for table in mapper.tables:
            if isinstance(table, Table) and not any(o.table is table for o in self._tables.get(table.name.lower(), ())):
                theirs = owners if table is owners[0].column.table else ()
                self._tables.setdefault(table.name.lower(), []).append(OwnedTable(table, mapper.base_mapper, theirs))
        self.version += 1

    def owners(self, mapper: Mapper[Any]) -> tuple[OwnerColumn, ...]:
        """The owner columns of a mapped class; none if its rows are not owned."""
        return self.mappers.get(mapper.base_mapper, ())


def _owner(setting: str | Owner) -> Owner:
    return Owner(setting) if isinstance(setting, str) else setting


def _owner_column(mapper: Mapper[Any], owner: Owner) -> OwnerColumn:
    name = mapper.class_.__name__
    if owner.by not in ("subject", "organization"):
        raise IsolationSetup(f"`{name}`: rows belong to a `subject` or an `organization`, not to `{owner.by}`")
    column = mapper.columns.get(owner.column)
    if not isinstance(column, Column):
        raise IsolationSetup(f"`{name}` has no column `{owner.column}`: name the attribute that holds the owner's id")
    return OwnerColumn(column, owner.column, owner.by)


registry = Registry()


@event.listens_for(Mapper, "after_mapper_constructed")
def _mark_mixins(mapper: Mapper[Any], class_: type[Any]) -> None:
    """Marks classes with an owner mixin as soon as they are mapped; several mixins add up."""
    wanted = [o for part in class_.__mro__ for o in part.__dict__.get("__betroth_owners__", ())]
    if wanted and mapper.inherits is None:
        registry.add(class_, wanted)
    elif mapper.inherits is not None and registry.owners(mapper):
        registry.add_tables(mapper)
