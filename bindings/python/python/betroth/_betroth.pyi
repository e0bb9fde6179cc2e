from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, final, overload

__all__ = [
    "VERSION",
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
    "Signer",
    "Verified",
    "VerifiedCache",
    "Verifier",
    "VerifierFault",
    "clock_now",
    "move_clock",
    "seconds_of",
]

VERSION: Final[str]

class Refusal(Exception):
    """A token is refused.

    The text, `code` and `cure` are for the log; `status`, `error` and `description` are for who sent it.
    """

    code: str
    """A name that stays: `token-expired`."""
    claim: str | None
    """The claim concerned."""
    status: Literal[400, 401, 503]
    error: Literal["invalid_request", "invalid_token"] | None
    """`error` of `WWW-Authenticate` (RFC 6750 §3.1)."""
    description: str
    """`error_description` of it."""
    cure: str
    """What to do, for whoever runs issuer or API."""
    retry_after: int | None
    """In how many seconds it may be told, where it cannot be told now."""

class KeyFault(ValueError):
    """A key, a secret or a key set is not taken. Shows no part of it."""

    code: str
    """Why, as a name that stays: `secret-short`. Not set where an algorithm's name is wrong."""

class VerifierFault(ValueError):
    """There can be no such verifier; the text says what to change."""

class SessionFault(Exception):
    """A cookie or token is not what Better Auth signed for a session. Shows no part of it."""

    code: str
    """Why, as a name that stays: `signature-mismatch`."""

class ContractError(ValueError):
    """The contract is wrong, or the environment lacks what it asks for; the text says what to write or to set."""

@final
class Keys:
    """The keys of one issuer, and which algorithms are accepted."""

    @staticmethod
    def from_jwks(text: str, algorithms: Sequence[str]) -> Keys:
        """The keys of a JWK set in JSON (RFC 7517 §5) that are for one of `algorithms`. Raises `KeyFault`."""
    @staticmethod
    def from_public_key(text: str, algorithms: Sequence[str]) -> Keys:
        """One public key in PEM or as a JWK, or a JWK set. Raises `KeyFault`."""
    @staticmethod
    def from_secret(secret: str, algorithm: str = "HS256") -> Keys:
        """A secret that both sides hold: each can also sign. Raises `KeyFault`."""
    @staticmethod
    def none(algorithms: Sequence[str]) -> Keys:
        """No key yet: every token is answered with *unavailable*."""
    @property
    def algorithms(self) -> list[str]: ...
    @property
    def kids(self) -> list[str | None]: ...
    @property
    def refused(self) -> list[tuple[int, str | None, str, str]]:
        """Each key of a set that is not taken: its place from 0, its `kid`, its code, why."""
    def __len__(self) -> int: ...

@final
class Verified:
    """A token that passed every check. Only a `Verifier` makes one."""

    @property
    def subject(self) -> str | None: ...
    @property
    def issuer(self) -> str | None: ...
    @property
    def audience(self) -> list[str]: ...
    @property
    def expires_at(self) -> int:
        """`exp`, in seconds since 1970."""
    @property
    def not_before(self) -> int | None: ...
    @property
    def issued_at(self) -> int | None: ...
    @property
    def token_id(self) -> str | None:
        """`jti`"""
    @property
    def email(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def organization(self) -> str | None: ...
    @property
    def session(self) -> str | None: ...
    @property
    def roles(self) -> list[str]: ...
    @property
    def permissions(self) -> list[str]: ...
    @property
    def scopes(self) -> list[str]: ...
    @property
    def actor(self) -> str | None:
        """`sub` of who acts for the subject (RFC 8693 §4.1)."""
    @property
    def algorithm(self) -> str: ...
    @property
    def kid(self) -> str | None: ...
    @property
    def claims(self) -> dict[str, Any]:
        """Every claim, as `json.loads` reads it; the same object at every asking."""
    @property
    def json(self) -> str:
        """Every claim as JSON, byte for byte as it was signed."""

@final
class Verifier:
    """Accepts the tokens of one issuer for one audience, or for one of several."""

    def __new__(
        cls,
        issuer: str,
        audience: str | Sequence[str],
        keys: Keys,
        *,
        leeway: int = 30,
        max_age: int | None = None,
        types: Sequence[str] | None = None,
        required: Sequence[str] | None = None,
        claims: Mapping[str, str] | None = None,
    ) -> Verifier:
        """Times are in seconds. Raises `VerifierFault`."""
    @staticmethod
    def from_contract(contract: Contract, api: str | None = None, keys: Keys | None = None) -> Verifier:
        """The verifier of a contract for its API of that name. Raises `ContractError`."""
    def with_keys(self, keys: Keys) -> Verifier:
        """The same rules with another state of the keys."""
    @property
    def keys(self) -> Keys: ...
    def verify(self, token: str, now: int | None = None) -> Verified:
        """Verifies a token at `now`, in whole seconds since 1970. Raises `Refusal` with the first check that fails."""

@final
class VerifiedCache:
    """Remembers accepted tokens, up to a number of bytes; threads may share it."""

    def __new__(cls, bytes: int = 16777216) -> VerifiedCache: ...
    def verify(self, verifier: Verifier, token: str, now: int | None = None) -> Verified:
        """What `verifier` says of the token, from memory where it has said it before. Raises `Refusal`."""
    def find(self, verifier: Verifier, token: str, now: int | None = None) -> Verified | None:
        """The token where it is remembered and holds. Costs no signature."""
    @overload
    def find_bearer(
        self, verifier: Verifier, headers: Iterable[tuple[bytes, bytes]], policy: None = None, now: int | None = None
    ) -> Verified | None:
        """The same for the only `Authorization: Bearer` among the headers of an ASGI scope."""
    @overload
    def find_bearer(
        self, verifier: Verifier, headers: Iterable[tuple[bytes, bytes]], policy: KeyPolicy, now: int | None = None
    ) -> Verified | Ask | None:
        """The same, or what `policy` has to do first, as by `KeyPolicy.look`. Raises `Refusal` as that does."""
    def forget_kid(self, kid: str) -> None: ...
    def forget_session(self, session: str) -> None: ...
    def forget_subject(self, subject: str) -> None: ...
    def clear(self) -> None: ...
    @property
    def bytes(self) -> int: ...
    def __len__(self) -> int: ...

@final
class Fetch:
    """The order to fetch the key set once."""

    @property
    def timeout(self) -> int:
        """In how many seconds from its giving the fetch must have ended."""

@final
class Ask:
    """What a host does before it can verify a token."""

    @property
    def fetch(self) -> Fetch | None:
        """The fetch to make; `None` where somebody fetches already."""
    @property
    def waits(self) -> bool:
        """Whether the token waits for the fetch."""
    @property
    def timeout(self) -> int:
        """In how many seconds the fetch has ended at the latest."""

@final
class KeyPolicy:
    """The keys of one issuer as they come, grow old and are replaced; threads may share it."""

    def __new__(
        cls,
        algorithms: Sequence[str],
        *,
        time_to_live: int | None = None,
        greatest_age: int | None = None,
        fetch_timeout: int | None = None,
        fetch_burst: int | None = None,
        fetch_interval: int | None = None,
    ) -> KeyPolicy:
        """Times are in seconds."""
    @property
    def keys(self) -> Keys: ...
    def look_for(self, token: str, now: int | None = None) -> Ask | None:
        """What to do for a token: nothing where it is `None`. Raises `Refusal`."""
    def look(self, now: int | None = None) -> Ask | None:
        """What to do so that there are keys, before any token has come. Raises `Refusal`."""
    def fetched(self, fetch: Fetch, keys: Keys, jitter: int, now: int | None = None) -> bool:
        """Takes what a fetch brought, and says whether it was taken."""
    def failed(self, fetch: Fetch, retry_after: int | None = None, now: int | None = None) -> None:
        """A fetch brought nothing that is taken."""

@final
class Route:
    """`[[route]]` of a contract: what one route asks."""

    @property
    def methods(self) -> list[str]: ...
    @property
    def path(self) -> str: ...
    @property
    def access(self) -> Literal["public", "optional", "required"]: ...
    @property
    def roles(self) -> list[str]: ...
    @property
    def scopes(self) -> list[str]: ...
    @property
    def fresh(self) -> int | None: ...

@final
class Session:
    """`[session]` of a contract: how the session itself is a credential."""

    @property
    def accept(self) -> list[str]:
        """`session-cookie`, `session-token`, `cookie-cache`; in the order in which they are looked for."""
    @property
    def cookie(self) -> str:
        """The name of the cookie, without `__Secure-`."""
    @property
    def cache_cookie(self) -> str | None: ...
    @property
    def strategy(self) -> Literal["compact", "jwt", "jwe"]: ...
    @property
    def lookup(self) -> Literal["database", "get-session"]: ...

@final
class Contract:
    """`betroth.toml` in an environment: each value is read when it is asked for. Raises `ContractError`."""

    def __new__(cls, text: str, file: str, variables: Mapping[str, str], mode: str) -> Contract: ...
    @property
    def file(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def iss(self) -> str: ...
    def audience(self, api: str | None = None) -> str: ...
    def has_audience(self, api: str | None = None) -> bool: ...
    @property
    def jwks_url(self) -> str: ...
    @property
    def has_jwks_url(self) -> bool: ...
    @property
    def base_path(self) -> str: ...
    @property
    def origins(self) -> list[str]: ...
    @property
    def keys(self) -> Keys | None: ...
    @property
    def algorithms(self) -> list[str]: ...
    @property
    def leeway(self) -> int: ...
    @property
    def max_age(self) -> int | None: ...
    @property
    def types(self) -> list[str]: ...
    @property
    def required(self) -> list[str]: ...
    @property
    def claims(self) -> dict[str, str]: ...
    def default(self, api: str | None = None) -> Literal["public", "optional", "required"]: ...
    def docs(self, api: str | None = None) -> Literal["development", "public", "required", "off"]: ...
    def routes(self, api: str | None = None) -> list[Route]: ...
    @property
    def failures(self) -> str: ...
    @property
    def trusted_proxies(self) -> list[str]: ...
    def lock(self, api: str | None = None) -> str:
        """The text of the lock for the API of that name, as `betroth lock` writes it."""
    @property
    def locked(self) -> str | None:
        """Of a lock: the contract that it was made of, relative to the lock; `None` of any other contract."""
    def stale(self, contract: Contract) -> str | None:
        """Why this lock asks for something else than `contract`, in words; `None` where it does not."""
    @property
    def session(self) -> Session | None: ...
    @property
    def session_secret(self) -> str | None: ...
    @property
    def session_database(self) -> str | None: ...
    @property
    def issuer_url(self) -> str: ...

@final
class CachedSession:
    """What a cookie cache holds: the rows `session` and `user` in JSON, true at a time that is over."""

    @property
    def session(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def updated_at(self) -> int | None:
        """When they were read, in seconds since 1970."""
    @property
    def expires_at(self) -> int:
        """When the cache ends, in seconds since 1970."""

@final
class SessionCookies:
    """Reads the session cookie of a Better Auth, and the cookie cache beside it. Whether the session lives is not asked."""

    def __new__(
        cls, secret: str, cookie: str, cache: str | None = None, strategy: str = "compact", *, secure: bool = False
    ) -> SessionCookies:
        """Names come without `__Secure-`; with `secure` those that have it count alone. Raises `KeyFault` for a weak secret, `ValueError` for an unknown strategy."""
    def are_in(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether the headers of an ASGI scope bring a session cookie, good or not."""
    def open(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str] | None:
        """The name under which the session cookie came, and the token in it. Raises `SessionFault`."""
    def open_bearer(self, token: str) -> str:
        """The token that a bearer token was signed for. Raises `SessionFault`."""
    def sign(self, token: str) -> str:
        """The value of the session cookie of a token, as it stands in a header."""
    def cached(
        self, headers: Iterable[tuple[bytes, bytes]], name: str, token: str, now: int | None = None
    ) -> CachedSession | None:
        """The cookie cache beside the session cookie of that name and token. Raises `SessionFault`."""

@final
class FailureLimit:
    """Counts refused tokens by the address that they came from, within a bound of memory; threads may share it.

    IPv6 counts by /64. Beyond 65,536 addresses those are forgotten that have failed least. A text that is no address is
    not counted: it would count for everybody behind it. `now` is in whole seconds of any clock that does not go back;
    where it is `None`, of one of its own.
    """

    def __new__(cls, rate: str) -> FailureLimit:
        """As many failures for each address as `rate` says, in the words of the contract: `20/min`. Raises `ValueError`."""
    def retry_after(self, address: str, now: int | None = None) -> int | None:
        """In how many seconds the next token of this address is verified, at least 1; `None` where it is at once."""
    def failed(self, address: str, now: int | None = None) -> bool:
        """A token of this address was refused. Says whether that used up its allowance."""
    def failures(self, address: str, now: int | None = None) -> int:
        """How many failures of this address count at `now`; with time they cease to, evenly."""
    @property
    def is_empty(self) -> bool:
        """Whether no address is counted, so that none is worth looking for."""

@final
class Signer:
    """Signs with one key under one algorithm."""

    @staticmethod
    def generate(algorithm: str = "EdDSA", *, kid: str | None = None, media_type: str | None = None) -> Signer:
        """A signer with a new key pair; its `kid` is the key's thumbprint (RFC 7638) where none is given. Raises `KeyFault`."""
    @staticmethod
    def from_secret(
        secret: str, algorithm: str = "HS256", *, kid: str | None = None, media_type: str | None = None
    ) -> Signer:
        """A signer with a secret that both sides hold. Raises `KeyFault`."""
    @staticmethod
    def from_pem(pem: str, algorithm: str, *, kid: str | None = None, media_type: str | None = None) -> Signer:
        """A signer with a private key, in PEM. Raises `KeyFault`."""
    def sign(self, claims: str) -> str:
        """A token with `claims`, a JSON object. Times are the caller's to set. Raises `ValueError`."""
    @property
    def pem(self) -> str | None:
        """The private key in PEM; `None` of a secret."""
    @property
    def jwk(self) -> str | None:
        """The public key as a JWK; `None` of a secret."""
    @property
    def kid(self) -> str | None: ...
    @property
    def algorithm(self) -> str: ...

def seconds_of(text: str) -> int:
    """The seconds of a text such as `30s`, `15m`, `12h` or `7d`; at least 1.

    Raises `ValueError` where it is none.
    """

def clock_now() -> int:
    """The time that tokens are judged at, in whole seconds since 1970."""

def move_clock(seconds: int) -> None:
    """Has every verifier of this process judge tokens `seconds` after the time of the machine; 0 undoes it.

    For `betroth.testing`. Raises `RuntimeError` where no pytest is loaded.
    """
