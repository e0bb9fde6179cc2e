"""What a guard asks of a token: each value from its argument, else the environment, else the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import urlsplit

from betroth import Contract, ContractError, KeyFault, Keys, Route, SessionCookies
from betroth.fastapi import environment
from betroth.fastapi.fault import SettingsFault
from betroth.fastapi.session import SessionSettings

if TYPE_CHECKING:
    from betroth.fastapi.session.database import Database

Access = Literal["public", "optional", "required"]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """What was said in code; `None` where nothing was."""

    issuer: str | None = None
    audience: str | Sequence[str] | None = None
    algorithms: Sequence[str] | None = None
    jwks_url: str | None = None
    public_key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    leeway: int | None = None
    max_age: int | None = None
    origins: Sequence[str] | None = None
    accept: Sequence[str] | None = None
    lookup: str | None = None
    database: Database | None = field(default=None, repr=False)
    session_secret: str | None = field(default=None, repr=False)

    @property
    def names_keys(self) -> bool:
        """Whether one of them says what signatures are checked with."""
        return not (self.jwks_url is None and self.public_key is None and self.secret is None)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What holds. Times are in seconds."""

    issuer: str
    """`iss`, byte for byte."""
    audience: tuple[str, ...]
    """One of them is in `aud`."""
    algorithms: tuple[str, ...]
    keys: Keys | None
    """`None` where they are published at `jwks_url`."""
    jwks_url: str | None
    leeway: int
    max_age: int | None
    types: tuple[str, ...]
    required: tuple[str, ...]
    claims: Mapping[str, str]
    default: Access
    """What a route asks that nobody spoke of."""
    docs: Literal["development", "public", "required", "off"]
    routes: tuple[Route, ...]
    origins: tuple[str, ...]
    failures: str
    """How many an address may have, in which time: `20/min`."""
    trusted_proxies: tuple[str, ...]
    session: SessionSettings | None
    """`None` where the session itself is no credential."""
    development: bool
    source: str
    """Where they come from, for the start-up line."""


def from_environment(arguments: Arguments) -> Settings:
    """The settings of a guard without a contract.

    Raises `SettingsFault` with everything that is missing, weak or contradictory.
    """
    variables = environment.variables()
    if arguments.issuer and not variables.get(environment.URL):
        # Where the issuer is follows from its name, as in Better Auth; who has them differ sets the variable too.
        variables[environment.URL] = arguments.issuer
    # Where it is asked may be an inner address; who it is, is what everybody sees.
    issuer = arguments.issuer or variables.get(environment.ISSUER) or variables.get(environment.URL)
    mode = environment.mode(variables, issuer)
    text = environment.contract_text(
        variables, keys_given=arguments.names_keys, accept=arguments.accept, lookup=arguments.lookup
    )
    return _resolve(arguments, _contract(text, "", variables, mode), mode, None, "arguments and environment")


def from_contract(arguments: Arguments, text: str, file: str, api: str | None) -> Settings:
    """The settings of a guard with the contract `text` of `file`, for its API of that name.

    Raises `SettingsFault` as `from_environment`.
    """
    variables = environment.variables()
    contract = _contract(text, file, variables, "production")
    _refuse_a_stale_lock(contract, Path(file))
    try:
        issuer: str | None = arguments.issuer or contract.base_url
    except ContractError:
        issuer = None
    mode = environment.mode(variables, issuer)
    return _resolve(arguments, _contract(text, file, variables, mode), mode, api, f"`{file}`")


def _origins(arguments: Arguments, contract: Contract) -> list[str]:
    """Those of the argument, held to what the contract would take: neither `*` nor `null`. Raises `ContractError`."""
    if arguments.origins is None:
        return contract.origins
    if isinstance(arguments.origins, str):
        raise ContractError("the argument `origins` is a text; write a list, as in `origins=[\"https://app.example.com\"]`")
    if not arguments.origins:
        return []
    # A list of texts is written the same in JSON and TOML.
    return Contract(f"[web]\norigins = {json.dumps(list(arguments.origins))}", "", {}, "production").origins


def _contract(text: str, file: str, variables: Mapping[str, str], mode: str) -> Contract:
    try:
        return Contract(text, file, variables, mode)
    except ContractError as error:
        raise SettingsFault([str(error)]) from None


def _refuse_a_stale_lock(lock: Contract, file: Path) -> None:
    """Raises `SettingsFault` where the contract is there too and asks for something else: nobody could say which holds."""
    if lock.locked is None:
        return
    path = file.parent / lock.locked
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return
    try:
        stale = lock.stale(Contract(text, str(path), {}, "production"))
    except ContractError as error:
        raise SettingsFault([str(error)]) from None
    if stale is not None:
        raise SettingsFault([f"the lock `{file}` is stale: {stale}; run `betroth lock` in the folder of `{path}`"])


class _Reading:
    """Reads values one after the other; what is wrong with them is told together."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __call__(self, value: Callable[[], T]) -> T | None:
        """The value, or `None` with its fault kept."""
        try:
            return value()
        except (ContractError, KeyFault) as error:
            self.fault(str(error))
            return None

    def fault(self, text: str) -> None:
        """Keeps a fault, once."""
        if text not in self.faults:
            self.faults.append(text)


def _resolve(arguments: Arguments, contract: Contract, mode: str, api: str | None, source: str) -> Settings:
    reading = _Reading()
    issuer = arguments.issuer or reading(lambda: contract.iss)
    audience = _audience(arguments, contract, api, issuer, reading)
    keys, jwks_url, algorithms = _keys(arguments, contract, reading)
    origins = reading(lambda: _origins(arguments, contract))
    default = reading(lambda: contract.default(api))
    docs = reading(lambda: contract.docs(api))
    routes = reading(lambda: contract.routes(api))
    session = _session(arguments, contract, any(route.fresh for route in routes or ()), reading)
    if faults := reading.faults:
        if mode == "production" and any("mode is development" in fault for fault in faults):
            faults.append(f"on your own machine, `{environment.MODE}=development` lets the `development` values count")
        raise SettingsFault(faults)
    return Settings(
        issuer=issuer or "",
        audience=audience,
        algorithms=algorithms,
        keys=keys,
        jwks_url=jwks_url,
        leeway=contract.leeway if arguments.leeway is None else arguments.leeway,
        max_age=contract.max_age if arguments.max_age is None else arguments.max_age,
        types=tuple(contract.types),
        required=tuple(contract.required),
        claims=contract.claims,
        default=default or "required",
        docs=docs or "off",
        routes=tuple(routes or ()),
        origins=tuple(origins or ()),
        failures=contract.failures,
        trusted_proxies=tuple(contract.trusted_proxies),
        session=session,
        development=mode == "development",
        source=source,
    )


def _session(
    arguments: Arguments, contract: Contract, asks_fresh: bool, reading: _Reading
) -> SessionSettings | None:
    """How sessions are a credential: as the contract says, with what the arguments say in place of it."""
    written = contract.session
    named = [name for name in ("accept", "lookup", "database", "session_secret") if getattr(arguments, name) is not None]
    if written is None:
        if named:
            cure = 'name the forms in which they count, as in `accept=["session-cookie"]`'
            if contract.file:
                cure = f'add the table `[session]` to `{contract.file}`, with `accept = ["session-cookie"]`'
            reading.fault(f"the argument `{named[0]}` is for sessions, and nothing says that they count: {cure}")
        return None
    accept = tuple(written.accept)
    if arguments.accept is not None:
        # What the contract would refuse is refused in an argument, too.
        text = f"[session]\naccept = {json.dumps(list(arguments.accept))}\ncookie = {json.dumps(written.cookie)}"
        said = reading(lambda: Contract(text, "", {}, "production").session)
        accept = accept if said is None else tuple(said.accept)
    if arguments.database is not None and arguments.lookup == "get-session":
        reading.fault('the arguments `database` and `lookup="get-session"` exclude each other: sessions are looked up in one place')
    secret = arguments.session_secret or reading(lambda: contract.session_secret)
    if secret is None:
        return None
    cache = written.cache_cookie if "cookie-cache" in accept else None
    try:
        cookies = SessionCookies(secret, written.cookie, cache, written.strategy, secure=_is_https(contract))
    except KeyFault as fault:
        reading.fault(f"what sessions are signed with is not taken: {fault}")
        return None
    asks = "session-cookie" in accept or "session-token" in accept
    database, issuer_url = arguments.database, None
    lookup = arguments.lookup or ("database" if database is not None else written.lookup)
    if lookup == "get-session":
        issuer_url = reading(lambda: contract.issuer_url)
        if issuer_url is not None and not (issuer_url.startswith("https:") or environment.is_loopback(issuer_url)):
            reading.fault(f"`{issuer_url}` is asked for sessions, and they travel over https, or on this machine, alone")
    elif database is None:
        is_needed = asks or asks_fresh
        # For a cookie cache alone it need not be there; where it is, an older cache can be looked up.
        database = reading(lambda: contract.session_database) if is_needed else _if_set(lambda: contract.session_database)
    return SessionSettings(accept=accept, cookie=written.cookie, cookies=cookies, database=database, issuer_url=issuer_url)


def _if_set(value: Callable[[], T]) -> T | None:
    try:
        return value()
    except ContractError:
        return None


def _is_https(contract: Contract) -> bool:
    """Whether people see Better Auth over https, so that its cookies are named `__Secure-`."""
    url = _if_set(lambda: contract.base_url)
    return url is not None and url.startswith("https:")


def _audience(
    arguments: Arguments, contract: Contract, api: str | None, issuer: str | None, reading: _Reading
) -> tuple[str, ...]:
    if isinstance(arguments.audience, str):
        return (arguments.audience,)
    if arguments.audience is not None:
        return tuple(arguments.audience)
    # As Better Auth has it, tokens are for their issuer where nothing else is said: for the one named in code, then.
    if issuer is not None and not reading(lambda: contract.has_audience(api)):
        return (issuer,)
    audience = reading(lambda: contract.audience(api))
    return () if audience is None else (audience,)


def _keys(
    arguments: Arguments, contract: Contract, reading: _Reading
) -> tuple[Keys | None, str | None, tuple[str, ...]]:
    """The keys, or where they are published; and the accepted algorithms."""
    named = [name for name in ("jwks_url", "public_key", "secret") if getattr(arguments, name) is not None]
    if len(named) > 1:
        reading.fault(f"the arguments `{'` and `'.join(named)}` exclude each other: name one place of keys")
        return None, None, ()
    if (secret := arguments.secret) is not None:
        algorithms = tuple(arguments.algorithms or ("HS256",))
        if len(algorithms) > 1:
            reading.fault('`algorithms` names several, and a secret is for one: write `algorithms=["HS256"]`')
        return reading(lambda: Keys.from_secret(secret, algorithms[0])), None, algorithms
    # The algorithms of another form of key say nothing of the one that is named in code.
    written = [name for name in contract.algorithms if not (arguments.names_keys and name.startswith("HS"))]
    algorithms = tuple(arguments.algorithms or written or ("EdDSA",))
    if (public_key := arguments.public_key) is not None:
        return reading(lambda: Keys.from_public_key(public_key, algorithms)), None, algorithms
    if (url := arguments.jwks_url) is not None:
        if urlsplit(url).scheme not in ("http", "https"):
            reading.fault("the argument `jwks_url` is no address; write one as `https://app.example.com/api/auth/jwks`")
        return None, url, algorithms
    known = len(reading.faults)
    held = reading(lambda: contract.keys)
    if held is not None or len(reading.faults) > known:
        return held, None, algorithms
    return None, _published_at(contract, reading), algorithms


def _published_at(contract: Contract, reading: _Reading) -> str | None:
    url = reading(lambda: contract.jwks_url)
    is_safe = url is None or url.startswith("https:") or environment.is_loopback(url) or contract.has_jwks_url
    if not is_safe:
        reading.fault(
            f"the keys are fetched over https, or from this machine, and `{url}` follows from the issuer's address and "
            "is neither: say `issuer.jwks_url` in the contract, or the argument `jwks_url`, if that is where they are"
        )
    return url
