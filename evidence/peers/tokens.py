"""Tokens, verified by PyJWT as its documentation says, with nothing but the published set of keys."""

import datetime
import hashlib
import json
import pathlib
import sys

import jwt

NOW = datetime.datetime(2026, 3, 1, 10, 0, 30, tzinfo=datetime.timezone.utc)
folder = pathlib.Path(sys.argv[1])


def verified(token):
    keys = jwt.PyJWKSet.from_json((folder / "jwks.json").read_text())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    # The tokens are of one moment, so that time is compared here.
    claims = jwt.decode(
        token,
        key,
        algorithms=["EdDSA"],
        audience="store-1",
        issuer="https://gateway.example",
        options={"require": ["exp", "nbf", "iat", "jti", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert claims["nbf"] <= NOW.timestamp() < claims["exp"], "it is not in force"
    return claims


def digest(members):
    text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


# What was asked for, which a shop has: the digests of a purchase are made of it as docs/receipts.md says.
article = {"storeId": "store-1", "permyxProductId": "product-1", "sourceVariantId": "shopify:variant:1"}
intent = article | {"quantity": 2, "price": {"amount": "19.99", "currency": "USD"}, "scope": "agent_exec"}

good = json.loads((folder / "good.json").read_text())
bad = json.loads((folder / "bad.json").read_text())
for name, token in good.items():
    assert jwt.get_unverified_header(token)["typ"] == "lictor-exec+jwt"
    claims = verified(token)
    assert claims["sub"] == "agent-7" and claims["ver"] == 1, name
    if name == "purchase":
        assert (claims["price_amount"], claims["currency"], claims["qty"]) == ("19.99", "USD", 2)
        assert (claims["sku_hash"], claims["execution_intent_hash"]) == (digest(article), digest(intent))
for name, token in bad.items():
    try:
        verified(token)
    except (jwt.PyJWTError, KeyError, AssertionError):
        continue
    raise SystemExit(f"PyJWT takes the token {name}")
print(f"PyJWT {jwt.__version__}: {len(good)} tokens taken, {len(bad)} refused")
