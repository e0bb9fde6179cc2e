"""What isolation refuses.

Each error passes through SQLAlchemy as itself: `DontWrapMixin` keeps it from being turned into a `StatementError`.
"""

from __future__ import annotations

from sqlalchemy.exc import DontWrapMixin


class IsolationError(DontWrapMixin, Exception):
    """A statement or change that isolation does not let pass. `code` is stable."""

    code = "isolation"


class NoUser(IsolationError):
    """Owned rows were asked for, and nobody is in context."""

    code = "no-user"


class NoOrganization(NoUser):
    """Rows of organizations were asked for, and the person in context acts for none."""

    code = "no-organization"


class UnprovenStatement(IsolationError):
    """A statement on an owned table that does not carry the owner, or that cannot be read."""

    code = "unproven-statement"


class NotOwner(IsolationError):
    """A change to a row of somebody else, to an owner, or a reference to somebody else's row."""

    code = "not-owner"


class IsolationSetup(IsolationError):
    """`isolate`, or the database, is set up so that the promise would not hold."""

    code = "isolation-setup"
