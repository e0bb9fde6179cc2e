"""A guard in the folder that holds the API alone, with its lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from betroth import Contract, Route
from betroth.fastapi import Betroth, SettingsFault
from betroth.fastapi.settings import Settings

CONTRACT = """
[issuer]
base_url = { env = "AUTH_URL", development = "http://localhost:3000" }
jwks_url = "http://web:3000/api/auth/jwks"  # within the cluster

[token]
leeway = "5s"
max_age = "1h"

[claims]
roles = "realm_access.roles"

[web]
root = "web"
origins = { env = "PAGES" }

[api.main]
audience = "https://api.example.com"

[api.reports]
root = "services/reports"
audience = { env = "REPORTS" }
default = "optional"
docs = "off"

[[route]]
api = "main"
path = "/health"
access = "public"

[[route]]
api = "reports"
path = "/reports/{id}"
methods = ["GET"]
roles = ["admin"]

[limits]
failures = "7/min"
trusted_proxies = ["10.0.0.0/8"]

[deployment.production]
issuer.base_url = "https://app.example.com"
"""


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_URL", "https://app.example.com")
    monkeypatch.setenv("PAGES", "https://app.example.com,https://www.example.com")
    monkeypatch.setenv("REPORTS", "https://reports.example.com")


def lock(text: str, api: str) -> str:
    return Contract(text, "betroth.toml", {}, "production").lock(api)


def meant(settings: Settings) -> dict[str, object]:
    """The settings but for where they come from."""
    return vars(settings) | {"source": "", "routes": [facts(route) for route in settings.routes]}


def facts(route: Route) -> tuple[object, ...]:
    return route.methods, route.path, route.access, route.roles, route.scopes, route.fresh


@pytest.mark.parametrize("api", ["main", "reports"])
def test_a_lock_gives_the_settings_of_the_whole_contract(tmp_path: Path, api: str) -> None:
    whole, alone = tmp_path / "betroth.toml", tmp_path / "image" / "betroth.lock.toml"
    whole.write_text(CONTRACT, "utf-8")
    alone.parent.mkdir()
    alone.write_text(lock(CONTRACT, api).replace("../../", "../"), "utf-8")
    expected = Betroth.from_contract(whole, api=api).settings
    # The lock is for one API, so nobody has to name it.
    settings = Betroth.from_contract(alone).settings
    assert meant(settings) == meant(expected)
    assert settings.audience == (f"https://{'api' if api == 'main' else 'reports'}.example.com",)
    assert len(settings.routes) == 1 and settings.failures == "7/min"
    assert settings.source == f"`{alone}`"


def test_the_lock_beside_the_application_is_found_where_no_contract_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "app" / "main.py"
    module.parent.mkdir()
    module.write_text("from betroth.fastapi import Betroth\nauth = Betroth.from_contract()\n", "utf-8")
    (tmp_path / "betroth.lock.toml").write_text(lock(CONTRACT, "reports"), "utf-8")
    monkeypatch.chdir("/")
    scope: dict[str, object] = {"__file__": str(module)}
    exec(compile(module.read_text("utf-8"), str(module), "exec"), scope)
    auth = scope["auth"]
    assert isinstance(auth, Betroth)
    assert auth.settings.audience == ("https://reports.example.com",)


@pytest.mark.parametrize(
    ("contract", "says"),
    [
        (CONTRACT.replace('"5s"', '"6s"'), "the contract says something else since"),
        (CONTRACT.replace("reports", "billing"), "no API of this name"),
        ("[api", "betroth.toml:1:"),
    ],
)
def test_a_lock_that_differs_from_the_contract_beside_it_stops_the_start(
    tmp_path: Path, contract: str, says: str
) -> None:
    folder = tmp_path / "services" / "reports"
    folder.mkdir(parents=True)
    (folder / "betroth.lock.toml").write_text(lock(CONTRACT, "reports"), "utf-8")
    (tmp_path / "betroth.toml").write_text(contract, "utf-8")
    with pytest.raises(SettingsFault) as raised:
        Betroth.from_contract(folder / "betroth.lock.toml")
    assert says in str(raised.value)


def test_a_change_that_this_api_needs_nothing_of_stops_no_start(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "reports"
    folder.mkdir(parents=True)
    (folder / "betroth.lock.toml").write_text(lock(CONTRACT, "reports"), "utf-8")
    for contract in (CONTRACT, CONTRACT.replace("/health", "/status"), CONTRACT + "# more\n"):
        (tmp_path / "betroth.toml").write_text(contract, "utf-8")
        Betroth.from_contract(folder / "betroth.lock.toml")


def test_a_contract_without_an_api_has_no_lock() -> None:
    with pytest.raises(ValueError, match="names no API"):
        Contract("[web]", "betroth.toml", {}, "production").lock()
