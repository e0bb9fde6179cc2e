"""What the environment says where no contract does: the variables that people of this field have set already."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from betroth.fastapi.fault import SettingsFault

URL = "BETTER_AUTH_URL"
ISSUER = "BETTER_AUTH_ISSUER"
TOKEN_SECRET = "JWT_SECRET"
SESSION_SECRET = "BETTER_AUTH_SECRET"
PUBLIC_KEY = "BETTER_AUTH_PUBLIC_KEY"
ORIGINS = "WEB_ORIGINS"
MODE = "BETROTH_MODE"
CONTRACT = "BETROTH_CONTRACT"

CONTRACT_FILES = ("betroth.toml", "betroth.lock.toml")


def is_loopback(address: str) -> bool:
    """Whether a URL leads to this machine. A text that is none does not."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def mode(variables: Mapping[str, str], issuer: str | None) -> str:
    """`development` or `production`: as `BETROTH_MODE` says, else by whether the issuer's address is this machine.

    Raises `SettingsFault` where the variable holds neither.
    """
    word = variables.get(MODE)
    if not word:
        return "development" if issuer and is_loopback(issuer) else "production"
    if word not in ("development", "production"):
        raise SettingsFault([f"`{MODE}` holds no mode; set it to `development` or `production`, or unset it"])
    return word


def contract_text(
    variables: Mapping[str, str], *, keys_given: bool, accept: Sequence[str] | None = None, lookup: str | None = None
) -> str:
    """The contract that the variables mean, in TOML; `keys_given` where an argument names the keys.

    With `accept` the session is a credential in these forms, which is looked up as `lookup` says.

    One form of key is meant: the secret or public key that is set, or the key set of the issuer. The secret of
    Better Auth counts as one for tokens only where nothing says where the issuer is.

    Raises `SettingsFault` where two forms are set.
    """

    def is_set(name: str) -> bool:
        return bool(variables.get(name))

    lines = ["[issuer]"]
    if is_set(ISSUER):
        lines.append(f'iss = {{ env = "{ISSUER}" }}')
    if is_set(ISSUER) and not is_set(URL):
        lines.append(f'base_url = {{ env = "{ISSUER}" }}')
    forms = [name for name in (TOKEN_SECRET, PUBLIC_KEY) if is_set(name)]
    if len(forms) > 1 and not keys_given:
        raise SettingsFault(
            [
                f"`{TOKEN_SECRET}` and `{PUBLIC_KEY}` are both set, and tokens are checked with one of them: "
                "unset the other, or say which by the argument `secret`, `public_key` or `jwks_url`"
            ]
        )
    if not forms and not is_set(URL) and is_set(SESSION_SECRET):
        forms = [SESSION_SECRET]
    if forms == [PUBLIC_KEY]:
        lines += ["[keys]", 'form = "public-key"']
    elif forms and not keys_given:
        lines += ["[keys]", 'form = "shared-secret"', f'secret = {{ env = "{forms[0]}" }}']
    if is_set(ORIGINS):
        lines.append("[web]")
    if accept is not None:
        # A list of texts, and a text, are written the same in JSON and TOML.
        lines += ["[session]", f"accept = {json.dumps(list(accept))}"]
        lines += [] if lookup is None else [f"lookup = {json.dumps(lookup)}"]
    return "\n".join(lines)


def find_contract(start: Path, variables: Mapping[str, str]) -> Path:
    """The contract's file: `BETROTH_CONTRACT`, else the nearest from the folder `start` upwards.

    Raises `SettingsFault` where there is none.
    """
    named = variables.get(CONTRACT)
    if named:
        path = Path(named)
        if not path.is_file():
            raise SettingsFault([f"`{CONTRACT}` names no file that is there; set it to the path of `betroth.toml`"])
        return path
    for folder in (start, *start.parents):
        for name in CONTRACT_FILES:
            if (folder / name).is_file():
                return folder / name
    raise SettingsFault(
        [
            f"there is no `betroth.toml` and no `betroth.lock.toml` in `{start}` or above; `betroth init` writes one, "
            f"`{CONTRACT}` names one elsewhere, and `Betroth()` does without"
        ]
    )


def variables() -> dict[str, str]:
    """The variables around this process."""
    return dict(os.environ)
