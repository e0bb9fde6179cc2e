"""Switches isolation on for a session factory or class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, event, inspect
from sqlalchemy.orm import InstanceState, Mapper, ORMExecuteState, Session, UOWTransaction, scoped_session, sessionmaker
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import TextClause

from . import reading
from .acting import Acting, Identity, System, found
from .asynchronous import AsyncSession, async_sessionmaker
from .criteria import condition, owner_criteria
from .crossing import not_owner
from .errors import IsolationSetup
from .guard import stand_guard
from .owner import Owners, OwnerSetting, registry
from .stamping import stamp_insert

_SEEN = "betroth_acting"


def isolate(
    target: Any,
    owners: Owners | Mapping[type[Any], OwnerSetting] | None = None,
    *,
    functions: Iterable[str] = (),
    tables: Iterable[str] = (),
) -> None:
    """Makes the sessions of `target` see and write the rows of whoever acts, and nobody else's.

    `target` is a `sessionmaker`, `async_sessionmaker`, `scoped_session`, or a class of sessions (SQLAlchemy's or SQLModel's `Session`,
    `AsyncSession`, or one of your own). `owners` names for each mapped class the attribute that holds the owner: `"owner_id"`,
    `by_organization("organization_id")`, or several of them; classes with the mixin `Owned` need not be named. `functions` are functions
    of your database that read no owned table, and `tables` tables and views without a class that hold none of their rows; text may name them.

    Call it once, after the models are imported and before the first session. It may be called for several targets.

    # Errors
    `IsolationSetup` if `target` is none of these, or a class cannot have the owner that it is given.
    """
    for class_, setting in (owners or {}).items():
        registry.add(class_, setting)
    reading.allowed_functions.update(name.lower() for name in functions)
    reading.allowed_tables.update(name.lower() for name in tables)
    registry.version += 1  # What was judged before is judged anew.
    _install(_session_class(target))
    stand_guard()


def _session_class(target: Any) -> type[Session]:
    """The class of synchronous sessions behind `target`, of which `target` alone makes use where it is a factory."""
    if isinstance(target, scoped_session):
        return _session_class(target.session_factory)
    if isinstance(target, sessionmaker):
        return target.class_
    if isinstance(target, async_sessionmaker):
        inner = target.kw.get("sync_session_class") or target.class_.sync_session_class
        made = type(inner.__name__, (inner,), {})
        target.kw["sync_session_class"] = made
        return made
    if isinstance(target, type) and issubclass(target, AsyncSession):
        target.sync_session_class = type("Session", (target.sync_session_class,), {})
        return target.sync_session_class
    if isinstance(target, type) and issubclass(target, Session):
        return target
    raise IsolationSetup(f"`isolate` takes a session factory or a class of sessions, not `{target!r}`")


def _install(class_: type[Session]) -> None:
    if "_betroth_isolated" in vars(class_):
        return
    class_._betroth_isolated = True  # type: ignore[attr-defined]
    event.listen(class_, "do_orm_execute", carry_owner)
    event.listen(class_, "before_flush", check_flush)
    for name in ("_identity_lookup", "merge", "__iter__", "__contains__", "refresh"):
        setattr(class_, name, _settled(getattr(class_, name)))


def _settled(method: Any) -> Any:
    def settled(self: Session, *args: Any, **kwargs: Any) -> Any:
        settle(self)
        return method(self, *args, **kwargs)

    settled.__name__, settled.__doc__ = method.__name__, method.__doc__
    return settled


def carry_owner(state: ORMExecuteState) -> None:
    """Gives a statement of the session its filter, or the row that it inserts its owner.

    # Errors
    `NoUser` and `NotOwner` for an insert.
    """
    settle(state.session)
    statement: Any = state.statement
    option = owner_criteria()
    if isinstance(found(), System):
        if option in getattr(statement, "_with_options", ()):
            statement = statement._clone()
            statement._with_options = tuple(o for o in statement._with_options if o is not option)
            state.statement = statement
        return
    if isinstance(statement, Insert):
        stamp_insert(state)
        return
    if isinstance(statement, TextClause):
        return
    options = getattr(statement, "_with_options", None)
    if options is not None and option not in options:
        statement = statement._generate()
        statement._with_options = (*options, option)  # What `options()` does, without looking at what the option is.
    load = state.execution_options.get("_sa_orm_load_options")
    if load is not None and load._refresh_state is not None and (owners := registry.owners(load._refresh_state.mapper)):
        statement = statement.where(condition(owners))  # SQLAlchemy leaves criteria out where it loads an object anew.
    state.statement = statement


def check_flush(session: Session, context: UOWTransaction, instances: Any) -> None:
    """Refuses a flush that changes rows of somebody else, or gives rows away.

    # Errors
    `NoUser`, `NotOwner`.
    """
    settle(session)
    acting = found()
    if acting.__class__ is System:
        return
    for group, word in ((session.new, "insert"), (session.dirty, "change"), (session.deleted, "delete")):
        for instance in group:
            state = inspect(instance)
            for owner in registry.owners(state.mapper):
                value = state.dict.get(owner.attribute)
                before = state.committed_state.get(owner.attribute, value)
                expected = owner.expected()
                for one in (value, before if word != "insert" else None):
                    if one.__class__ in _PLAIN and str(one) != str(expected):
                        raise not_owner(
                            f"cannot {word} a `{state.mapper.class_.__name__}` whose `{owner.attribute}` is not the owner who acts"
                        )


_PLAIN = frozenset({str, int, bytes, UUID})
"""What an owner column holds once it is loaded; an SQL expression is judged when it is sent."""


def settle(session: Session) -> None:
    """Lets a session follow whoever acts: when that changes, what belongs to others leaves it, and what was loaded through relationships
    is loaded anew.

    # Errors
    `NotOwner` if it holds changes to rows of others that were not flushed.
    """
    acting = found()
    seen = session.info.get(_SEEN)
    if acting is seen or acting is None:
        return
    session.info[_SEEN] = acting
    if acting == seen or not session.identity_map:
        return
    for state in list(session.identity_map.all_states()):
        instance = state.obj()
        if instance is None:
            continue
        whose = _whose(state, acting)
        if whose is not _OWN and session.is_modified(instance):
            session.info[_SEEN] = seen
            raise not_owner(
                f"the session holds changes to a `{state.mapper.class_.__name__}` of somebody else: flush them while you act as before"
            )
        if whose is _OTHERS:
            session.expunge(instance)
        elif whose is _UNKNOWN:
            session.expire(instance)
        else:
            loaded = [key for key in _seen_through(state.mapper) if key in state.dict]
            changed = [key for key in loaded if state.attrs[key].history.has_changes()]
            if any(_whose(inspect(one), acting) is _OTHERS for key in changed for one in _related(state.dict[key])):
                session.info[_SEEN] = seen
                raise not_owner(
                    f"the session holds changes to `{state.mapper.class_.__name__}.{changed[0]}` beside rows of somebody else: "
                    "flush them while you act as before"
                )
            if keys := [key for key in loaded if key not in changed]:
                session.expire(instance, keys)


def _seen_through(mapper: Mapper[Any]) -> list[str]:
    """The attributes of an object that show rows beside its own: relationships, and properties that are an SQL expression."""
    computed = [p.key for p in mapper.column_attrs if not isinstance(p.columns[0], Column)]
    return [*(r.key for r in mapper.relationships), *computed]


def _related(value: Any) -> Iterable[Any]:
    """The objects that the value of a relationship holds: of a list, a set, a dictionary, or one."""
    if value is None or inspect(value, raiseerr=False) is not None:
        return () if value is None else (value,)
    return value.values() if isinstance(value, Mapping) else value


_OWN, _OTHERS, _UNKNOWN = "own", "others", "unknown"


def _whose(state: InstanceState[Any], acting: Acting) -> str:
    """Whose an object of the session is, as far as can be told without asking the database."""
    owners = registry.owners(state.mapper)
    if not isinstance(acting, Identity) or not owners or state.expired:
        return _OWN  # An expired object is loaded anew before it is seen.
    values = [(state.committed_state.get(o.attribute, state.dict.get(o.attribute)), o.expected()) for o in owners]
    if any(value is None for value, _ in values):
        return _UNKNOWN
    return _OWN if all(str(value) == str(expected) for value, expected in values) else _OTHERS
