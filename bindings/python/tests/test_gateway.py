"""The client against a real gateway, and against whatever else may answer."""

import asyncio
import base64
import dataclasses
import json
import time

import pytest

from conftest import usd
from lictor._json import decode
from lictor import (
    ApprovalDenied,
    ApprovalRequired,
    ApprovalTimeout,
    Denied,
    Gateway,
    GatewayError,
    GatewayUnavailable,
    KeysRefused,
    LictorError,
    NotAllowed,
    ReceiptRefused,
)

REFUND = "payments.refund"


def refund(charge, amount="20.00"):
    return {"action": REFUND, "resource": {"charge_id": charge, "amount": usd(amount)}}


def test_a_yes_comes_with_a_verified_receipt(shop, charge):
    permit = shop.gateway().authorize(**refund(charge))
    receipt = permit.receipt
    assert (receipt.decision, receipt.action, receipt.agent, receipt.mode) == ("allow", REFUND, "shopper-7", "enforce")
    assert receipt.token_id == permit.claims["jti"] and permit.claims["act"] == REFUND
    assert receipt.trust == "connection" and "The receipt is genuine" in receipt.report
    with pytest.raises(TypeError):
        bool(permit)


def test_a_token_is_used_once_and_for_this_only(shop, charge):
    asked, till = refund(charge), shop.checkout()
    permit = shop.gateway().authorize(**asked)
    with pytest.raises(Denied) as other:
        till.validate(permit.token, **refund(charge, "20.01"))
    assert other.value.code == "INTENT_MISMATCH"
    assert till.validate(permit.token, **asked)["allowed"] is True
    till.settle(permit.token, "executed")
    with pytest.raises(Denied) as again:
        till.validate(permit.token, **asked)
    assert again.value.code == "REPLAY_DETECTED"


def test_a_no_is_raised_and_waits_for_nobody(shop, charge):
    began = time.monotonic()
    with pytest.raises(Denied) as no:
        shop.gateway().authorize(**refund(charge, "600.00"), wait=True)
    assert no.value.code == "TOO_MUCH" and time.monotonic() - began < 5
    receipt = shop.gateway().receipt(no.value.receipt)
    assert receipt.decision == "deny" and receipt.token_id is None


def test_without_waiting_an_approval_is_told(shop, charge):
    with pytest.raises(ApprovalRequired) as held:
        shop.gateway().authorize(**refund(charge, "60.00"))
    assert held.value.code == "LARGE" and held.value.link == f"{shop.url}/approvals/{held.value.approval_id}"


def test_what_people_approve_is_allowed_once(shop, charge):
    with shop.answers("approve"):
        permit = shop.gateway().authorize(**refund(charge, "60.00"), wait=60)
    assert [answer["answer"] for answer in permit.receipt.content["approvals"]] == ["approved"]
    with pytest.raises(ApprovalRequired):
        shop.gateway().authorize(**refund(charge, "60.00"))


def test_what_people_deny_is_not(shop, charge):
    with shop.answers("deny"), pytest.raises(ApprovalDenied):
        shop.gateway().authorize(**refund(charge, "70.00"), wait=60)


def test_who_does_not_answer_in_time_has_not_approved(shop, charge):
    began = time.monotonic()
    with pytest.raises(ApprovalTimeout):
        shop.gateway().authorize(**refund(charge, "80.00"), wait=1.5)
    assert time.monotonic() - began < 8


def test_a_tool_is_what_the_policy_says(shop, charge):
    permit = shop.gateway().authorize(tool="refund", input={"charge_id": charge, "cents": 1999})
    assert permit.receipt.action == REFUND
    with pytest.raises(ApprovalRequired):
        shop.gateway().authorize(tool="format_disk", input={})


def test_an_obligation_that_nobody_meets_is_a_no(shop, charge):
    with pytest.raises(NotAllowed) as unmet:
        shop.gateway().authorize(**refund(charge, "42.00"))
    assert unmet.value.code == "OBLIGATION_NOT_MET"
    permit = shop.gateway().authorize(**refund(charge, "42.00"), obligations=["keep_record"])
    assert [one["id"] for one in permit.obligations] == ["keep_record"]


def test_malformed_requests_and_keys_that_do_not_count(shop, charge):
    for resource in ({}, {"charge_id": charge, "amount": usd("1.00"), "more": 1}, {"charge_id": 7, "amount": usd("1.00")}):
        with pytest.raises(GatewayError) as wrong:
            shop.gateway().authorize(action=REFUND, resource=resource)
        assert wrong.value.status == 400
    with pytest.raises(GatewayError) as unknown:
        Gateway(shop.url, shop.agent_key[:-1] + "x").authorize(**refund(charge))
    assert unknown.value.status == 401
    with pytest.raises(GatewayError) as till:
        shop.checkout().authorize(**refund(charge))
    assert till.value.status == 403
    for nonsense in (float("nan"), object(), {1: 2}):
        with pytest.raises(ValueError):
            shop.gateway().authorize(action=REFUND, resource={"charge_id": nonsense})
    for both in ({}, {"action": "a", "tool": "b"}, {"action": "a", "input": {}}, {"tool": "a", "resource": {}}):
        with pytest.raises(ValueError):
            shop.gateway().authorize(**both)


def test_awaited_it_is_the_same(shop, charge):
    async def all():
        gateway = shop.awaited()
        permit = await gateway.authorize(**refund(charge))
        assert permit.receipt.decision == "allow"
        with pytest.raises(Denied):
            await gateway.authorize(**refund(charge, "600.00"))
        with pytest.raises(ApprovalTimeout):
            await gateway.authorize(**refund(charge, "81.00"), wait=1)
        waiting = asyncio.ensure_future(gateway.authorize(**refund(charge, "82.00"), wait=60))
        await asyncio.sleep(0.5)
        began = time.monotonic()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert time.monotonic() - began < 1
        gateway.close()

    asyncio.run(all())


def test_a_gateway_that_is_down(nowhere, charge):
    with pytest.raises(GatewayUnavailable):
        Gateway(nowhere, "key").authorize(**refund(charge))


YES = {"decision": "allowed", "reasonCode": "OK", "executionToken": "a.b.c", "receipt": "/r/x", "expiresAt": "", "traceId": "0" * 32}


def slowly(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


FAULTS = {
    "nothing": lambda handler: time.sleep(5),
    "a byte at a time": slowly,
    "no JSON": lambda handler: handler.say(200, b"yes", "text/plain"),
    "JSON that is none": lambda handler: handler.say(200, b'{"decision":"allowed"'),
    "a member twice": lambda handler: handler.say(200, b'{"decision":"denied","decision":"allowed"}'),
    "a list": lambda handler: handler.say(200, ["allowed"]),
    "nothing in it": lambda handler: handler.say(200, {}),
    "another word": lambda handler: handler.say(200, {**YES, "decision": "yes"}),
    "a number": lambda handler: handler.say(200, {**YES, "decision": True}),
    "a yes without a token": lambda handler: handler.say(200, {"decision": "allowed", "reasonCode": "OK"}),
    "a yes with whatever": lambda handler: handler.say(200, YES),
    "a receipt elsewhere": lambda handler: handler.say(200, {**YES, "receipt": "//evil.example/r/x"}),
    "a yes that is an error": lambda handler: handler.say(500, YES),
    "another place": lambda handler: handler.say(302, b"", Location="/agents/v1/exec/authorize"),
    "too much": lambda handler: handler.say(200, b" " * (1 << 20) + b"{}"),
    "nested without an end": lambda handler: handler.say(200, b"[" * 200_000),
    "cut short": lambda handler: handler.say(200, b"{}", **{"Content-Length": "100"}) or handler.connection.close(),
    "it hangs up": lambda handler: handler.connection.close(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_else_answers_is_no_yes(fault, faulty, charge):
    server = faulty(FAULTS[fault])
    began = time.monotonic()
    with pytest.raises(LictorError):
        Gateway(server.url, "key", timeout=0.5).authorize(**refund(charge), wait=True)
    assert time.monotonic() - began < 3 and server.asked


def through(shop, change):
    """A server between, which passes everything on and changes some of it."""
    import urllib.error
    import urllib.request

    def answer(handler):
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in ("host", "content-length")}
        asked = urllib.request.Request(shop.url + handler.path, handler.body, headers, method=handler.command)
        with urllib.request.urlopen(asked, timeout=10) as answered:
            handler.say(answered.status, change(handler.path, answered.read()))

    return answer


@pytest.fixture
def between(shop, faulty, monkeypatch):
    import conftest

    def read(handler):
        handler.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)) or None
        handler.server.asked.append(handler.path)
        handler.server.answer(handler)

    monkeypatch.setattr(conftest.Fault, "do_POST", read)
    monkeypatch.setattr(conftest.Fault, "do_GET", read)
    return lambda change: Gateway(faulty(through(shop, change)).url, shop.agent_key)


def test_a_proxy_that_changes_nothing_is_no_matter(between, charge):
    assert between(lambda path, body: body).authorize(**refund(charge)).receipt.decision == "allow"


def test_a_gateway_that_is_gone_for_a_moment_while_people_think(shop, between, charge):
    failed = []

    def change(path, body):
        if "/wait" in path and len(failed) < 2:
            failed.append(path)
            raise ConnectionError("gone")
        return body

    with shop.answers("approve"):
        permit = between(change).authorize(**refund(charge, "65.00"), wait=30)
    assert permit.receipt.approved and len(failed) == 2


def test_a_gateway_that_does_not_come_back(between, charge):
    def change(path, body):
        if "/wait" in path:
            raise ConnectionError("gone")
        return body

    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        between(change).authorize(**refund(charge, "66.00"), wait=2)
    assert time.monotonic() - began < 10


def test_a_yes_that_was_made_of_a_no_is_found(shop, between, charge):
    good = shop.gateway().authorize(action="orders.look", resource={"order": charge})
    swapped = {**YES, "executionToken": good.token, "receipt": "/r/" + good.receipt.id}

    def change(path, body):
        return json.dumps(swapped).encode() if path.endswith("/authorize") else body

    with pytest.raises(ReceiptRefused) as found:
        between(change).authorize(**refund(charge, "600.00"))
    assert "action" in found.value.message


def test_a_receipt_that_was_altered_is_found(between, charge):
    with pytest.raises(ReceiptRefused) as found:
        between(lambda path, body: body.replace(b"shopper-7", b"shopper-9") if path.startswith("/r/") else body).authorize(**refund(charge))
    assert found.value.code in ("signature", "log")


def test_a_token_that_was_altered_is_found(between, charge):
    def change(path, body):
        if not path.endswith("/authorize"):
            return body
        answer = json.loads(body)
        head, claims, signature = answer["executionToken"].split(".")
        read = json.loads(base64.urlsafe_b64decode(claims + "=="))
        read["exp"] += 3600
        forged = base64.urlsafe_b64encode(json.dumps(read).encode()).rstrip(b"=").decode()
        return json.dumps({**answer, "executionToken": f"{head}.{forged}.{signature}"}).encode()

    with pytest.raises(LictorError) as found:
        between(change).authorize(**refund(charge))
    assert found.value.code == "INVALID_SIGNATURE"


def test_with_a_root_nobody_is_believed_who_is_not_signed(shop, charge):
    other = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
    with pytest.raises(KeysRefused):
        shop.gateway(root=other).authorize(**refund(charge))


def test_addresses_and_keys_that_are_none():
    for url in ("ftp://a", "https://", "http://gateway.example", "https://a:b@c", "https://a?b", "//a"):
        with pytest.raises(ValueError):
            Gateway(url, "key")
    for key in ("", "a b", "a\r\nX: y", "é"):
        with pytest.raises(ValueError):
            Gateway("https://gateway.example", key)
    assert "secret" not in repr(Gateway("https://gateway.example", "secret"))


def test_dataclasses_are_frozen(shop, charge):
    permit = shop.gateway().authorize(**refund(charge))
    with pytest.raises(dataclasses.FrozenInstanceError):
        permit.receipt.decision = "deny"


def test_what_a_receipt_permits(shop, charge):
    receipt = shop.gateway().authorize(**refund(charge)).receipt

    def of(decision, answers, token=receipt.token_id):
        approvals = [{"answer": answer} for answer in answers]
        return dataclasses.replace(receipt, decision=decision, token_id=token, content={**receipt.content, "approvals": approvals})

    assert receipt.permits and of("step_up", ["approved"]).permits
    for other in (
        of("deny", []),
        of("step_up", []),
        of("step_up", ["approved", "denied"]),
        of("allow", [], None),
        of("deny", ["approved"]),
    ):
        assert not other.permits


def test_json_that_two_would_read_as_two():
    for text in ('{"a": 1, "a": 2}', '{"a": {"b": 1, "\\u0062": 2}}', '{"a": NaN}', '{"a": 1} {}'):
        with pytest.raises(ValueError):
            decode(text)
