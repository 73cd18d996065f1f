"""Decorators: what is asserted each time is whether the function ran."""

import asyncio
import threading
import time

import pytest

import lictor
from conftest import usd
from lictor import ApprovalRequired, ApprovalTimeout, Denied, Gateway, GatewayUnavailable, Guard, LictorError, permit


@pytest.fixture
def ran():
    return []


def guarded(ran, guard, fails=False):
    @guard.protect("payments.refund", lambda charge_id, amount: {"charge_id": charge_id, "amount": usd(amount)})
    def refund(charge_id, amount):
        """Gives money back."""
        ran.append((charge_id, amount))
        if fails:
            raise RuntimeError("the bank is closed")
        return f"gave back {amount}"

    return refund


def awaited(ran, guard, fails=False):
    @guard.protect("payments.refund", lambda charge_id, amount: {"charge_id": charge_id, "amount": usd(amount)})
    async def refund(charge_id, amount):
        ran.append((charge_id, amount))
        if fails:
            raise RuntimeError("the bank is closed")
        return f"gave back {amount}"

    return lambda *given: asyncio.run(refund(*given))


KINDS = [guarded, awaited]


@pytest.mark.parametrize("kind", KINDS)
def test_it_runs_where_it_may_and_nowhere_else(kind, shop, ran, charge):
    refund = kind(ran, Guard(shop.gateway()))
    assert refund(charge, "20.00") == "gave back 20.00" and ran == [(charge, "20.00")]
    with pytest.raises(Denied):
        refund(charge, "600.00")
    with pytest.raises(ApprovalRequired):
        refund(charge, "60.00")
    assert len(ran) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_it_runs_once_people_have_approved(kind, shop, ran, charge):
    refund = kind(ran, Guard(shop.gateway(), wait=60))
    with shop.answers("approve"):
        assert refund(charge, "60.00") == "gave back 60.00"
    with shop.answers("deny"), pytest.raises(Denied):
        refund(charge, "61.00")
    with pytest.raises(ApprovalTimeout):
        kind(ran, Guard(shop.gateway(), wait=1))(charge, "62.00")
    assert ran == [(charge, "60.00")]


@pytest.mark.parametrize("kind", KINDS)
def test_it_does_not_run_where_nobody_answers(kind, nowhere, faulty, ran, charge):
    hangs = faulty(lambda handler: time.sleep(5))
    for url in (nowhere, hangs.url):
        with pytest.raises(GatewayUnavailable):
            kind(ran, Guard(Gateway(url, "key", timeout=0.3)))(charge, "20.00")
    assert ran == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_raises_itself_comes_through(kind, shop, ran, charge):
    with pytest.raises(RuntimeError, match="the bank is closed"):
        kind(ran, Guard(shop.gateway()), fails=True)(charge, "20.00")
    assert len(ran) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_is_asked_with_may_fail(kind, shop, ran, charge):
    refund = kind(ran, Guard(shop.gateway()))
    for given in ((charge,), (charge, float("nan")), (charge, object()), (7, "20.00")):
        with pytest.raises((TypeError, ValueError, LictorError)):
            refund(*given)
    assert ran == []


@pytest.mark.parametrize("kind", KINDS)
def test_with_a_checkout_a_token_is_used_up_before(kind, shop, ran, charge):
    guard = Guard(shop.gateway(), checkout=shop.checkout())
    assert kind(ran, guard)(charge, "20.00") == "gave back 20.00"
    with pytest.raises(RuntimeError):
        kind(ran, guard, fails=True)(charge, "21.00")
    assert len(ran) == 2


def test_with_a_checkout_that_is_down_it_does_not_run(shop, nowhere, ran, charge):
    with pytest.raises(GatewayUnavailable):
        guarded(ran, Guard(shop.gateway(), checkout=Gateway(nowhere, "key")))(charge, "20.00")
    assert ran == []


def test_an_outcome_that_cannot_be_told_loses_no_result(shop, ran, charge):
    class Till(Gateway):
        def settle(self, token, outcome, amount=None):
            raise GatewayUnavailable("GATEWAY_UNAVAILABLE", "gone")

    assert guarded(ran, Guard(shop.gateway(), checkout=Till(shop.url, shop.checkout_key)))(charge, "20.00") == "gave back 20.00"


def test_what_is_changed_meanwhile_does_not_run(shop, ran, charge):
    class Slow(Gateway):
        def authorize(self, **asked):
            permit = super().authorize(**asked)
            lines["amount"] = usd("400.00")
            return permit

    lines = {"charge_id": charge, "amount": usd("20.00")}

    @Guard(Slow(shop.url, shop.agent_key)).protect("payments.refund", lambda lines: lines)
    def refund(lines):
        ran.append(lines)

    with pytest.raises(Denied):
        refund(lines)
    assert ran == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_permitted_for_a_time_that_is_over_does_not_run(kind, shop, ran, charge, monkeypatch):
    class Later:
        """A clock that is so many seconds ahead."""

        ahead = 0.0

        def time(self):
            return time.time() + self.ahead

    clock = Later()
    monkeypatch.setattr("lictor._guard.time", clock)
    refund = kind(ran, Guard(shop.gateway()))
    refund(charge, "20.00")
    clock.ahead = 86_400.0
    with pytest.raises(Denied) as found:
        refund(charge, "21.00")
    assert found.value.code == "TOKEN_EXPIRED" and ran == [(charge, "20.00")]


def test_names_of_arguments_are_names_of_fields(shop, ran, charge):
    guard = Guard(shop.gateway())

    class Desk:
        @guard.protect("payments.refund")
        def plain(self, charge_id, amount, note=None):
            ran.append(charge_id)

        @guard.protect("payments.refund", {"charge_id": "which", "amount": "much"})
        def named(self, which, much, why):
            ran.append(which)

    Desk().plain(charge, amount=usd("1.00"))
    Desk().named(charge, usd("1.00"), "it was late")
    assert ran == [charge, charge]
    assert Desk.plain.__name__ == "plain"


def test_generators_and_wrong_gateways_are_refused_where_they_are_written(shop):
    with pytest.raises(TypeError):

        @Guard(shop.gateway()).protect("payments.refund")
        def later(charge_id):
            yield charge_id

    with pytest.raises(TypeError):

        @Guard(shop.awaited()).protect("payments.refund")
        def now(charge_id):
            pass


def test_an_awaited_gateway_guards_what_is_awaited(shop, ran, charge):
    assert awaited(ran, Guard(shop.awaited()))(charge, "20.00") == "gave back 20.00"


def test_who_is_cancelled_does_not_run(shop, ran, charge):
    @Guard(shop.awaited(), wait=60).protect("payments.refund", lambda charge_id: {"charge_id": charge_id, "amount": usd("90.00")})
    async def refund(charge_id):
        ran.append(charge_id)

    async def all():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(refund(charge), 1)
        with shop.answers("approve"):
            await asyncio.sleep(1)

    asyncio.run(all())
    assert ran == []


class TestPermit:
    @pytest.fixture(autouse=True)
    def configured(self, monkeypatch):
        for name in ("LICTOR_URL", "LICTOR_KEY", "LICTOR_CHECKOUT_KEY"):
            monkeypatch.delenv(name, raising=False)
        permit.use(None)
        yield
        permit.use(None)

    def test_require(self, shop, charge):
        permit.use(shop.gateway())
        assert permit.require("payments.refund", {"charge_id": charge, "amount": usd("20.00")}).receipt.permits
        with pytest.raises(Denied):
            permit.require("payments.refund", {"charge_id": charge, "amount": usd("600.00")})

    def test_where_nobody_says_who_is_asked(self, ran, charge):
        @lictor.guard("payments.refund")
        def refund(charge_id):
            ran.append(charge_id)

        for asking in (lambda: refund(charge), lambda: permit.require("payments.refund", {})):
            with pytest.raises(LictorError) as nobody:
                asking()
            assert nobody.value.code == "NO_GATEWAY"
        assert ran == []

    def test_the_environment_says_it(self, shop, ran, charge, monkeypatch):
        @lictor.guard("payments.refund", {"charge_id": "charge_id", "amount": "amount"})
        def refund(charge_id, amount):
            ran.append(charge_id)

        monkeypatch.setenv("LICTOR_URL", shop.url)
        monkeypatch.setenv("LICTOR_KEY", shop.agent_key)
        monkeypatch.setenv("LICTOR_CHECKOUT_KEY", shop.checkout_key)
        refund(charge, usd("20.00"))
        with pytest.raises(Denied):
            refund(charge, usd("600.00"))
        assert ran == [charge]

    def test_an_approval_is_a_person(self, shop, ran, charge):
        permit.use(shop.gateway())

        @lictor.require_approval("payments.refund", {"charge_id": "charge_id", "amount": "amount"}, wait=60)
        def refund(charge_id, amount):
            ran.append(amount["amount"])

        with shop.answers("approve"):
            refund(charge, usd("60.00"))
        # The policy allows this one without asking anybody, and the function wants somebody.
        with pytest.raises(Denied) as nobody:
            refund(charge, usd("20.00"))
        assert nobody.value.code == "NOT_APPROVED" and ran == ["60.00"]


def test_threads_share_a_guard(shop, ran, charge):
    refund = guarded(ran, Guard(shop.gateway()))
    threads = [threading.Thread(target=refund, args=(f"{charge}-{number}", "1.00")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(ran) == 8
