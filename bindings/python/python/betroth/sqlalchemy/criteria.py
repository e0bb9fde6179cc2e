"""The filter that every ORM statement gets: one option, built once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.util import _deep_annotate

from .owner import OwnerColumn, registry


class OwnerCriteria(CriteriaOption):
    """Every owned class of the registry, each as `with_loader_criteria` has it.

    Its key for SQLAlchemy's cache is its version alone, so that a statement with it costs no more to look up than one without. That is
    sound because the bound values hold no value of their own: they ask who acts whenever the statement is run.
    """

    __slots__ = ("_criteria", "_version")
    inherit_cache = False
    propagate_to_loaders = True
    _is_legacy_option = False

    def __init__(self) -> None:
        self._version = registry.version
        self._criteria = [_OfClass(mapper, owners) for mapper, owners in registry.mappers.items()]

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> tuple[Any, ...] | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return (OwnerCriteria, self._version)

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        if attributes.get(OwnerCriteria) is None:
            attributes[OwnerCriteria] = self
            for criteria in self._criteria:
                criteria.get_global_criteria(attributes)

    def __reduce__(self) -> Any:
        return (owner_criteria, ())


def condition(owners: tuple[OwnerColumn, ...]) -> ColumnElement[bool]:
    """That all owner columns name whoever acts."""
    return and_(*(owner.column == owner.bind for owner in owners))


class _OfClass(LoaderCriteriaOption):
    """The criteria of one class, made of the attributes of whatever stands for the class: itself, or an alias of it."""

    __slots__ = ("_owners",)

    def __init__(self, mapper: Mapper[Any], owners: tuple[OwnerColumn, ...]) -> None:
        super().__init__(mapper, condition(owners), include_aliases=True, propagate_to_loaders=True)
        self._owners = owners

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        own = and_(*(getattr(ext_info.entity, owner.attribute) == owner.bind for owner in self._owners))
        return _deep_annotate(own, {"for_loader_criteria": self}, detect_subquery_cols=True, ind_cols_on_fromclause=True)


_built: OwnerCriteria | None = None


def owner_criteria() -> OwnerCriteria:
    """The option for all classes that are owned now."""
    global _built
    if _built is None or _built._version != registry.version:
        _built = OwnerCriteria()
    return _built
