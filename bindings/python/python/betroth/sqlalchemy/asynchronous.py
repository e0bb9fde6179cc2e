"""SQLAlchemy's asynchronous classes, which it has only where `greenlet` is installed; without it, nothing is an instance of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
else:
    try:
        from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
    except ImportError:

        class AsyncEngine: ...

        class AsyncSession: ...

        class async_sessionmaker: ...


__all__ = ["AsyncEngine", "AsyncSession", "async_sessionmaker"]
