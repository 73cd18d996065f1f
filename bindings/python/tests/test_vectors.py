"""The conformance vectors, all of them."""

import base64
import json
import pathlib

import pytest

from lictor import BundleRefused, Engine, KeysRefused, ReceiptRefused, TokenRefused, verify_receipt, verify_token
from lictor import _native

FILE = json.loads((pathlib.Path(__file__).parents[3] / "conformance" / "vectors.json").read_bytes())
KEYS = {key["name"]: key["public_key"] for key in FILE["test_keys"]}
BUNDLES = {name: base64.b64decode(text, validate=True) for name, text in FILE["bundles"].items()}
DOCUMENTS = FILE["documents"]
_engines: "dict[str, Engine]" = {}


def data(given):
    if isinstance(given, str):
        return given.encode()
    if "base64" in given:
        return base64.b64decode(given["base64"], validate=True)
    return "".join(text * times for text, times in given["repeated"]).encode()


def engine(name):
    if name not in _engines:
        _engines[name] = Engine.open(BUNDLES[name], keys=[KEYS["release"]])
    return _engines[name]


def load(ask):
    trusted = DOCUMENTS[ask["trusted"]] if "trusted" in ask else None
    keys = [KEYS[name] for name in ask.get("keys", [])]
    rest = {member: ask[member] for member in ("min_sequence", "now", "max_steps") if member in ask}
    try:
        Engine.open(BUNDLES[ask["bundle"]], keys=keys, trusted=trusted, **rest)
    except BundleRefused as error:
        return {"outcome": error.code}
    return {"outcome": "OK"}


def decide(ask):
    said = data(ask["said"]) if "said" in ask else None
    decision = engine(ask["bundle"]).decide(data(ask["request"]), said)
    assert decision.allowed == (decision.verdict == "allow")
    return {"outcome": f"{decision.verdict} {decision.reason_code}", "text": decision.text}


def facts_needed(ask):
    return {"outcome": "OK", "text": engine(ask["bundle"]).facts_needed_text(data(ask["request"]))}


def token(ask):
    expected = {member: ask[member] for member in ("issuer", "audience", "scope", "mode", "now", "skew")}
    try:
        return {"outcome": "OK", "says": verify_token(ask["token"], DOCUMENTS[ask["jwks"]], **expected)}
    except TokenRefused as error:
        return {"outcome": error.code}


def receipt(ask):
    elsewhere = {member: [DOCUMENTS[name] for name in ask.get(member, [])] for member in ("anchors", "witnesses")}
    try:
        found = verify_receipt(data(ask["receipt"]), DOCUMENTS[ask["history"]], root=KEYS[ask["root"]], **elsewhere)
    except (ReceiptRefused, KeysRefused) as error:
        return {"outcome": error.code}
    assert found.trust == "root"
    return {"outcome": "genuine", "text": found.report, "says": found.content}


def history(ask):
    try:
        _native.key_history(DOCUMENTS[ask["history"]].encode(), KEYS[ask["root"]])
    except KeysRefused as error:
        return {"outcome": error.code}
    return {"outcome": "OK"}


ASK = {"load": load, "decide": decide, "facts_needed": facts_needed, "token": token, "receipt": receipt, "history": history}


def test_the_form_is_known():
    assert FILE["version"] == 1
    assert {vector["kind"] for vector in FILE["vectors"]} == set(ASK)


@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["name"])
def test_vector(vector):
    assert ASK[vector["kind"]](vector) == vector["expect"], vector["why"]
