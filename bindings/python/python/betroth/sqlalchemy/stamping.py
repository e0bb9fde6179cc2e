"""Gives the rows of ORM `INSERT` statements their owner."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, ORMExecuteState

from .crossing import not_owner
from .owner import OwnerColumn, registry


def stamp_insert(state: ORMExecuteState) -> None:
    """Puts the owner into every row of an `insert(Model)`, given as parameters, as values, or as several values.

    An `ON CONFLICT … DO UPDATE` keeps to the owner's rows.

    # Errors
    `NotOwner` if a row names another owner; `NoUser`.
    """
    mapper = state.bind_mapper
    if not state.is_orm_statement or mapper is None or not (owners := registry.owners(mapper)):
        return
    statement: Any = state.statement
    statement = statement._clone()
    if statement.select is not None:
        return  # The guard refuses it.
    if isinstance(state.parameters, list):
        state.parameters = [_stamped(row, owners, mapper) for row in state.parameters]
    elif state.parameters:
        state.parameters = _stamped(state.parameters, owners, mapper)
    elif statement._multi_values:
        statement._multi_values = tuple([_stamped(row, owners, mapper) for row in rows] for rows in statement._multi_values)
    else:
        statement = statement.values(_stamped(dict(statement._values or {}), owners, mapper))
    _confine_conflict(statement, owners)
    state.statement = statement


def _stamped(row: Any, owners: tuple[OwnerColumn, ...], mapper: Mapper[Any]) -> Any:
    stamped = dict(row)
    for owner in owners:
        expected = owner.expected()
        keys = [key for key in stamped if key == owner.attribute or getattr(key, "key", None) in (owner.attribute, owner.column.key)]
        for key in keys:
            value = getattr(stamped[key], "value", stamped[key])
            if value is not None and str(value) != str(expected):
                raise not_owner(f"cannot insert a `{mapper.class_.__name__}` whose `{owner.attribute}` is not the owner who acts")
            del stamped[key]
        like = next(iter(stamped), owner.attribute)
        stamped[owner.attribute if isinstance(like, str) else owner.column] = expected
    return stamped


def _confine_conflict(statement: Any, owners: tuple[OwnerColumn, ...]) -> None:
    clause = statement._post_values_clause
    if isinstance(clause, (postgresql.dml.OnConflictDoUpdate, sqlite.dml.OnConflictDoUpdate)):
        confined = clause._clone()
        own = and_(*(owner.column == owner.bind for owner in owners))
        where = clause.update_whereclause
        confined.update_whereclause = own if where is None else and_(own, where)
        statement._post_values_clause = confined
