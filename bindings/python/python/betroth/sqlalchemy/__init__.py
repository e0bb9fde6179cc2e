"""Keeps people's rows apart in SQLAlchemy and SQLModel.

    from betroth.sqlalchemy import isolate

    isolate(Session, owners={Note: "owner_id"})

Every ORM statement then carries the owner who acts, and what cannot be proven to do so is refused. `docs/isolation.md` says what holds
where; the database layer for PostgreSQL is `betroth.sqlalchemy.postgresql`.

Names are imported when they are first asked for, so that `betroth.sqlalchemy.acting` can be used without SQLAlchemy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .acting import Identity, System, allow_raw, as_system, current, enter, identity, leave
    from .errors import IsolationError, IsolationSetup, NoOrganization, NotOwner, NoUser, UnprovenStatement
    from .owner import Owned, OwnedByOrganization, Owner, by_organization
    from .session import isolate

_HOMES = {
    "errors": ("IsolationError", "IsolationSetup", "NoOrganization", "NotOwner", "NoUser", "UnprovenStatement"),
    "acting": ("Identity", "System", "allow_raw", "as_system", "current", "enter", "identity", "leave"),
    "owner": ("Owned", "OwnedByOrganization", "Owner", "by_organization"),
    "session": ("isolate",),
}

__all__ = [
    "Identity",
    "IsolationError",
    "IsolationSetup",
    "NoOrganization",
    "NoUser",
    "NotOwner",
    "Owned",
    "OwnedByOrganization",
    "Owner",
    "System",
    "UnprovenStatement",
    "allow_raw",
    "as_system",
    "by_organization",
    "current",
    "enter",
    "identity",
    "isolate",
    "leave",
]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"{__name__}.{home}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module `{__name__}` has no `{name}`")
