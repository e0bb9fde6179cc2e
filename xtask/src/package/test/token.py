"""Signs a token and verifies it, with nothing installed but the package."""

import importlib.util
import json
import time

import betroth
from betroth import Keys, Refusal, Verifier
from betroth._betroth import Signer

ISSUER = "https://app.example.com"

for name in ("fastapi", "httpx", "sqlalchemy"):
    assert importlib.util.find_spec(name) is None, f"`{name}` is installed"
assert betroth.__version__

signer = Signer.generate("EdDSA", kid="one")
published = json.dumps({"keys": [json.loads(signer.jwk)]})
verifier = Verifier(ISSUER, ISSUER, Keys.from_jwks(published, ["EdDSA"]))
now = int(time.time())
claims = {"iss": ISSUER, "aud": ISSUER, "sub": "ada", "iat": now, "exp": now + 60}
assert verifier.verify(signer.sign(json.dumps(claims))).subject == "ada"
stranger = Signer.generate("EdDSA", kid="one")
try:
    verifier.verify(stranger.sign(json.dumps(claims)))
except Refusal as refusal:
    assert refusal.status == 401, refusal
else:
    raise AssertionError("a token of somebody else's key was accepted")
