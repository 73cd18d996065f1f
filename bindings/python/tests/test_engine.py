"""Deciding in process."""

import datetime
import decimal
import threading

import pytest

from lictor import ApprovalRequired, BundleRefused, Denied, Engine
from test_vectors import BUNDLES, KEYS

SAID = {
    "agent": {"id": "a-1"},
    "context": {"now": datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.timezone.utc)},
    "facts": [
        {"fact": "seller_blocked", "args": {"seller": "s-1"}, "value": False},
        {"fact": "rating", "args": {"seller": "s-1"}, "value": {"state": "verified", "value": 7}},
    ],
}


def buy(amount):
    return {
        "action": "market.buy",
        "params": {"seller": {"id": "s-1", "name": "Nell"}, "price": {"amount": amount, "currency": "USD"}, "speed": "normal"},
    }


@pytest.fixture(scope="module")
def market():
    return Engine.open(BUNDLES["market"], keys=[KEYS["release"]])


def test_decisions_are_typed(market):
    decision = market.decide(buy(decimal.Decimal("40.00")), SAID)
    assert decision.allowed and decision.require() is decision
    assert [(one.id, one.code) for one in decision.obligations] == [("keep_record", "KEEP_A_RECORD")]
    asks = market.decide(buy(decimal.Decimal("85")), SAID)
    assert (asks.verdict, asks.causes[0].to, asks.causes[0].quorum) == ("step_up", "boss", 2)
    with pytest.raises(ApprovalRequired):
        asks.require()
    with pytest.raises(Denied) as no:
        market.decide(buy("120.00"), SAID).require()
    assert no.value.code == "TOO_DEAR"


def test_a_decision_is_no_truth_value(market):
    with pytest.raises(TypeError):
        if market.decide(buy("1000.00"), SAID):
            pass


def test_what_is_told_is_what_the_policy_tells(market):
    request = buy("20.00")
    request["params"]["prices"] = {"s-1": {"amount": "19.99", "currency": "USD"}}
    decision = market.decide(request, SAID)
    assert (decision.reason_code, decision.told_code) == ("TOO_DEAR", "NOT_NOW")
    with pytest.raises(Denied) as no:
        decision.require()
    assert no.value.code == "NOT_NOW"


def test_tools_facts_and_explanations(market):
    input = {"seller": {"id": "s-1", "name": "Nell"}, "amount": "20.00", "currency": "usd"}
    assert market.decide_tool("shop/buy", input, SAID).action == "market.buy"
    assert (
        market.facts_needed(buy("20.00"), {"agent": SAID["agent"], "context": SAID["context"], "facts": []})[0]["fact"] == "seller_blocked"
    )
    assert market.explain({**buy("120.00"), **SAID})["layers"] == ["base"]
    assert market.id.startswith("sha256:") and market.sequence == 0


def test_what_is_no_request_is_refused(market):
    for nonsense in (b"\xff", "{", "", '"\ud800"', [], {"action": 7}):
        assert market.decide(nonsense).verdict == "deny"
    for nothing in (float("inf"), {"a": object()}, {1: 1}, datetime.datetime(2026, 1, 1)):
        with pytest.raises(ValueError):
            market.decide(nothing)


def test_bundles_come_from_files_too(tmp_path):
    path = tmp_path / "tiny.bundle"
    path.write_bytes(BUNDLES["tiny"])
    assert Engine.open(path, keys=[KEYS["release"]]).sequence == 0
    with pytest.raises(BundleRefused) as refused:
        Engine.open(path)
    assert refused.value.code == "B0107"
    with pytest.raises(BundleRefused):
        Engine.open(path, keys=["no key"])
    with pytest.raises(BundleRefused) as refused:
        Engine.open(tmp_path / "none")
    assert refused.value.code == "UNREADABLE"


def test_threads_share_an_engine(market):
    outcomes = []
    expected = market.decide(buy("40.00"), SAID).text

    def work():
        for _ in range(200):
            outcomes.append(market.decide(buy("40.00"), SAID).text == expected)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 800
