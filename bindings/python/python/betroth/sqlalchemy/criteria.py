"""The filter that every ORM statement gets: one option, built once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import Mapper, with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.elements import ColumnElement

from .owner import OwnerColumn, registry


class OwnerCriteria(CriteriaOption):
    """Every owned class of the registry, each with its `with_loader_criteria`.

    Its key for SQLAlchemy's cache is its version alone, so that a statement with it costs no more to look up than one without. That is
    sound because the bound values hold no value of their own: they ask who acts whenever the statement is run.
    """

    __slots__ = ("_criteria", "_version")
    inherit_cache = False
    propagate_to_loaders = True
    _is_legacy_option = False

    def __init__(self) -> None:
        self._version = registry.version
        self._criteria = [
            with_loader_criteria(mapper, _of_class(mapper, owners), include_aliases=True, propagate_to_loaders=True)
            for mapper, owners in registry.mappers.items()
        ]

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> tuple[Any, ...]:
        return (OwnerCriteria, self._version)

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        if attributes.get(OwnerCriteria) is None:
            attributes[OwnerCriteria] = self
            for criteria in self._criteria:
                criteria.get_global_criteria(attributes)  # type: ignore[attr-defined]

    def __reduce__(self) -> Any:
        return (owner_criteria, ())


def condition(owners: tuple[OwnerColumn, ...]) -> ColumnElement[bool]:
    """That all owner columns name whoever acts."""
    return and_(*(owner.column == owner.bind for owner in owners))


def _of_class(mapper: Mapper[Any], owners: tuple[OwnerColumn, ...]) -> ColumnElement[bool]:
    """The condition on attributes of the class, which SQLAlchemy adapts to aliases where it joins for eager loads."""
    return and_(*(getattr(mapper.class_, owner.attribute) == owner.bind for owner in owners))


_built: OwnerCriteria | None = None


def owner_criteria() -> OwnerCriteria:
    """The option for all classes that are owned now."""
    global _built
    if _built is None or _built._version != registry.version:
        _built = OwnerCriteria()
    return _built
