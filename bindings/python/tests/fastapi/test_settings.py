"""What a guard takes from arguments, environment and contract, and what stops its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from betroth.fastapi import Betroth, SettingsFault

SECRET = "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWducyBpdA=="
PUBLIC_KEY = '{"kty":"OKP","crv":"Ed25519","x":"GywlaXZGOvYOMHitOy2q6PIM1yF690HLUXAyOmWuT2g"}'


def fault(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    with pytest.raises(SettingsFault) as raised:
        Betroth()
    return str(raised.value)


def test_the_address_of_the_issuer_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETTER_AUTH_URL", "https://app.example.com/")
    settings = Betroth().settings
    assert settings.issuer == "https://app.example.com"
    assert settings.audience == ("https://app.example.com",)
    assert settings.jwks_url == "https://app.example.com/api/auth/jwks"
    assert settings.algorithms == ("EdDSA",)
    assert not settings.development


def test_an_issuer_on_this_machine_is_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETTER_AUTH_URL", "http://localhost:3000")
    assert Betroth().settings.development
    monkeypatch.setenv("BETROTH_MODE", "production")
    assert not Betroth().settings.development


def test_the_issuer_has_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETTER_AUTH_URL", "https://internal.example.com")
    monkeypatch.setenv("BETTER_AUTH_ISSUER", "https://app.example.com")
    settings = Betroth().settings
    assert settings.issuer == "https://app.example.com"
    assert settings.jwks_url == "https://internal.example.com/api/auth/jwks"


def test_a_secret_or_a_public_key_takes_the_place_of_the_key_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETTER_AUTH_ISSUER", "https://app.example.com")
    for name, text, algorithm in [
        ("JWT_SECRET", SECRET, "HS256"),
        ("BETTER_AUTH_SECRET", SECRET, "HS256"),
        ("BETTER_AUTH_PUBLIC_KEY", PUBLIC_KEY, "EdDSA"),
    ]:
        with monkeypatch.context() as patch:
            patch.setenv(name, text)
            settings = Betroth().settings
            assert (settings.jwks_url, settings.algorithms) == (None, (algorithm,))
            assert settings.keys is not None and len(settings.keys) == 1


def test_the_secret_of_sessions_signs_no_tokens_where_the_issuer_has_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BETTER_AUTH_URL", "https://app.example.com")
    monkeypatch.setenv("BETTER_AUTH_SECRET", SECRET)
    assert Betroth().settings.jwks_url == "https://app.example.com/api/auth/jwks"


def test_arguments_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", SECRET)
    auth = Betroth(
        "https://app.example.com",
        audience=["https://api.example.com", "https://old.example.com"],
        jwks_url="http://web:3000/api/auth/jwks",
        algorithms=["ES256"],
        leeway=5,
    )
    settings = auth.settings
    assert settings.audience == ("https://api.example.com", "https://old.example.com")
    assert (settings.jwks_url, settings.keys) == ("http://web:3000/api/auth/jwks", None)
    assert (settings.algorithms, settings.leeway) == (("ES256",), 5)


def test_without_anything_the_start_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    text = fault(monkeypatch)
    assert "set `BETTER_AUTH_URL`" in text
    assert "`BETROTH_MODE=development`" in text
    assert text.count("BETTER_AUTH_URL") == 2, text


def test_a_weak_secret_stops_the_start_with_the_command_that_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = fault(monkeypatch, BETTER_AUTH_ISSUER="https://app.example.com", JWT_SECRET="hunter2-hunter2")
    assert "openssl rand -base64 32" in text
    assert "hunter2" not in text


def test_two_forms_of_key_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    text = fault(monkeypatch, BETTER_AUTH_PUBLIC_KEY=PUBLIC_KEY, JWT_SECRET=SECRET)
    assert "`JWT_SECRET` and `BETTER_AUTH_PUBLIC_KEY` are both set" in text


def test_a_key_set_over_plain_http_must_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    text = fault(monkeypatch, BETTER_AUTH_URL="http://web:3000")
    assert "`jwks_url`" in text
    settings = Betroth(jwks_url="http://web:3000/api/auth/jwks").settings
    assert settings.jwks_url == "http://web:3000/api/auth/jwks"


def test_a_mode_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "`BETROTH_MODE` holds no mode" in fault(monkeypatch, BETROTH_MODE="dev")


def test_the_contract_beside_the_app_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "betroth.lock.toml").write_text(
        """
        [issuer]
        base_url = { env = "AUTH_URL", development = "http://localhost:3000" }
        jwks_url = "http://web:3000/api/auth/jwks"
        [token]
        audience = "https://api.example.com"
        [web]
        origins = ["https://app.example.com"]
        """,
        "utf-8",
    )
    (tmp_path / "app").mkdir()
    module = tmp_path / "app" / "main.py"
    module.write_text("from betroth.fastapi import Betroth\nauth = Betroth.from_contract()\n", "utf-8")
    scope: dict[str, object] = {"__file__": str(module)}
    monkeypatch.setenv("AUTH_URL", "https://app.example.com")
    exec(compile(module.read_text("utf-8"), str(module), "exec"), scope)
    auth = scope["auth"]
    assert isinstance(auth, Betroth)
    settings = auth.settings
    assert (settings.issuer, settings.audience) == ("https://app.example.com", ("https://api.example.com",))
    assert settings.origins == ("https://app.example.com",)
    assert settings.jwks_url == "http://web:3000/api/auth/jwks"


def test_what_the_contract_lacks_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    contract = tmp_path / "betroth.toml"
    contract.write_text('[issuer]\nbase_url = { env = "AUTH_URL" }\n[web]\n', "utf-8")
    with pytest.raises(SettingsFault) as raised:
        Betroth.from_contract(contract)
    text = str(raised.value)
    assert f"{contract}:2:" in text
    assert "`AUTH_URL`" in text and "`WEB_ORIGINS`" in text


def test_without_a_contract_it_says_where_it_looked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BETROTH_CONTRACT", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsFault, match="`BETROTH_CONTRACT` names no file"):
        Betroth.from_contract()
