"""The database layer: row level security of PostgreSQL, with an identity that no statement can change.

In a migration, `op.install_isolation(key)` once and `op.isolate("notes", "owner_id")` for each table; in the program,
`confine(engine, key)`. The program's role must neither own the tables nor be a superuser: `confine` refuses such a role.

The identity travels as a statement of its own at the start of each transaction, with a MAC by a key that the program and a table hold which
the program's role cannot read. The function that checks it seals the identity with the same key to this server process and this
transaction, and the policies believe nothing but that seal. An injected `set_config` can at most make the policies believe nobody.
"""

from __future__ import annotations

from .connection import confine
from .key import IsolationKey

__all__ = ["IsolationKey", "confine"]
