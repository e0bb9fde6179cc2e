"""Conditions of a statement, read for what they say of a FROM element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, ColumnElement, Grouping
from sqlalchemy.sql.selectable import FromClause, Select


def conjuncts(criteria: Iterable[Any]) -> Iterator[ColumnElement[Any]]:
    """The conditions that all must hold."""
    for element in criteria:
        if isinstance(element, Grouping):
            yield from conjuncts([element.element])
        elif isinstance(element, BooleanClauseList) and element.operator is operators.and_:
            yield from conjuncts(element.clauses)
        elif isinstance(element, ColumnElement):
            yield element


def equals(condition: ColumnElement[Any], from_: FromClause, column: Column[Any]) -> BindParameter[Any] | None:
    """The bound value of `from_.column = :value`."""
    if not isinstance(condition, BinaryExpression) or condition.operator is not operators.eq:
        return None
    for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
        if isinstance(other, BindParameter) and _is_column(one, from_, column):
            return other
    return None


def joins(condition: ColumnElement[Any], from_: FromClause, own: Column[Any], target: Column[Any]) -> bool:
    if not isinstance(condition, BinaryExpression) or condition.operator is not operators.eq:
        return False
    sides = (condition.left, condition.right)
    return any(_is_column(one, from_, own) and _named(other, target) for one, other in (sides, sides[::-1]))


def within(condition: ColumnElement[Any], from_: FromClause, own: Column[Any], target: Column[Any]) -> bool:
    """Whether it is `from_.own IN (SELECT target …)`; that query needs a proof itself."""
    if not isinstance(condition, BinaryExpression) or condition.operator is not operators.in_op:
        return False
    query: Any = condition.right
    while not isinstance(query, Select) and hasattr(query, "element"):
        query = query.element
    if not _is_column(condition.left, from_, own) or not isinstance(query, Select):
        return False
    columns = list(query.selected_columns)
    return len(columns) == 1 and _is_column(columns[0], target.table, target)


def _is_column(element: Any, from_: FromClause, column: Column[Any]) -> bool:
    return _named(element, column) and element.table is not None and _same(element.table, from_)


def _named(element: Any, column: Column[Any]) -> bool:
    return getattr(element, "name", None) == column.name and getattr(element, "table", None) is not None


def _same(one: Any, other: Any) -> bool:
    """Whether both are one FROM element; SQLAlchemy copies them to note things on them."""
    return one is other or hash(one) == hash(other) or bool(one._cloned_set & other._cloned_set)
