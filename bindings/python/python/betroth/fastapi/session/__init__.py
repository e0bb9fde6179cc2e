"""Better Auth's session itself as a credential: in its signed cookie, as a bearer token, or from the cookie cache."""

from betroth.fastapi.session.credential import SessionCredential
from betroth.fastapi.session.facts import SessionFacts
from betroth.fastapi.session.settings import SessionSettings

__all__ = ["SessionCredential", "SessionFacts", "SessionSettings"]
