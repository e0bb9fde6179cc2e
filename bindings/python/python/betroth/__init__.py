"""Tokens of Better Auth, verified as every host of Betroth verifies them.

`betroth.fastapi` guards an application of FastAPI; what stands here knows no framework, no network and no file.
"""

from betroth._betroth import (
    VERSION as __version__,
)
from betroth._betroth import (
    Ask,
    CachedSession,
    Contract,
    ContractError,
    FailureLimit,
    Fetch,
    KeyFault,
    KeyPolicy,
    Keys,
    Refusal,
    Route,
    Session,
    SessionCookies,
    SessionFault,
    Verified,
    VerifiedCache,
    Verifier,
    VerifierFault,
)

__all__ = [
    "Ask",
    "CachedSession",
    "Contract",
    "ContractError",
    "FailureLimit",
    "Fetch",
    "KeyFault",
    "KeyPolicy",
    "Keys",
    "Refusal",
    "Route",
    "Session",
    "SessionCookies",
    "SessionFault",
    "Verified",
    "VerifiedCache",
    "Verifier",
    "VerifierFault",
    "__version__",
]
