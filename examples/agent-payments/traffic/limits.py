"""Amounts, times and quantities on both sides of every limit of the policy."""

from .world import (AGENTS, CASH_LIKE, GAMBLING, GAMBLING_LIMIT, LIMIT, REFUND, SHOPS, SHOW, STRANGERS, TRAVEL,
                    TRAVEL_LIMIT, UNTRUSTED_LIMIT, chance, money, moved, pick, request, screened, with_lines)

KNOWN, TRUSTED, UNTRUSTED = AGENTS[0], AGENTS[2], AGENTS[4]
ALWAYS = ["payment.charge", "payment.refund", "payment.transfer"]


def limits():
    yield from amounts()
    yield from carts()
    yield from times()
    yield from mandates()
    yield from counterparties()
    yield from scores()


def around(limit):
    """The limit, a minor unit to each side, and where four fifths of it are passed."""
    near = limit * 4 // 5
    return [near, near + 1, limit - 1, limit, limit + 1]


def pay(amount, currency, **more):
    """A charge that has no ceiling to meet before the limit."""
    made = request(amount=amount, currency=currency, **more)
    made["mandate"].pop("ceiling", None)
    return made


def amounts():
    adult = {"age_verified": True}
    for currency, limit in LIMIT.items():
        for cart in (True, False):
            for shops, most in ((SHOPS, limit), (TRAVEL, TRAVEL_LIMIT[currency]), (GAMBLING, GAMBLING_LIMIT[currency])):
                for amount in around(most):
                    made = pay(amount, currency, shop=pick(shops), cart=cart)
                    made["user"].update(adult if shops is GAMBLING else {})
                    yield made
            for amount in around(UNTRUSTED_LIMIT[currency]):
                yield pay(amount, currency, shop=pick(SHOPS + TRAVEL), agent=UNTRUSTED, cart=cart)
        for amount in (SHOW[currency], SHOW[currency] + 1):
            yield pay(amount, currency, cart=False)
        for amount in (REFUND[currency] - 1, REFUND[currency], REFUND[currency] + 1):
            yield request("payment.refund", amount=amount, currency=currency, agent=pick(AGENTS))
        for amount in around(limit):
            made = request("payment.transfer", amount=amount, currency=currency)
            made["mandate"].pop("ceiling", None)
            yield made
    for user, currency, most, shows in (
        ("u-4711", "USD", 80000, 2000), ("u-4711", "EUR", 72000, 1800), ("u-4711", "GBP", 160000, 4000),
        ("u-2002", "USD", 6000, 5000), ("u-2002", "EUR", 5500, 4500), ("u-2002", "GBP", 5000, 4000), ("u-2002", "JPY", 75000, 7500),
    ):
        shop = TRAVEL[0] if user == "u-4711" else SHOPS[0]
        for amount in around(most) + around(LIMIT[currency]):
            yield pay(amount, currency, shop=shop, user=user)
        for amount in (shows, shows + 1):
            yield pay(amount, currency, shop=SHOPS[1], user=user, cart=False)
    for action in ALWAYS:
        for amount in (1, 2000, 90000):
            yield request(action, amount=amount, currency="CHF")


def carts():
    for agent, most in ((KNOWN, 10), (TRUSTED, 25), (UNTRUSTED, 3)):
        for user in ("u-1000", "u-2002"):
            for quantity in sorted({0, 1, 3, 4, 5, 6, most, most + 1}):
                yield with_lines(pay(1, "USD", shop=SHOPS[0], agent=agent, user=user), ("MUG-4", quantity, 150), ("TEA-100", 1, 499))
    for sku in ("GIFT-CARD-100", "GIFT-CARD-500", "PREPAID-VISA", "CRYPTO-VOUCHER", "TOBACCO-1", "TOBACCO-10", "gift-card-100"):
        for user in ("u-1001", "u-4711"):
            yield with_lines(pay(1, "EUR", user=user), ("TEA-100", 2, 499), (sku, 1, 1000))
    for off in (-1, 0, 1):
        made = with_lines(pay(1, "GBP"), ("NOVEL-77", 2, 899), ("MUG-4", 3, 450))
        made["params"]["amount"] = money(2 * 899 + 3 * 450 + off, "GBP")
        yield made
    made = with_lines(pay(1, "USD"), ("NOVEL-77", 1, 899), ("MUG-4", 1, 450))
    made["params"]["cart"]["lines"][1]["price"] = money(450, "EUR")
    yield made
    made = with_lines(pay(1, "USD"), ("NOVEL-77", 1, 899))
    made["params"]["cart"]["lines"][0]["price"] = money(899, "EUR")
    yield made
    for many in (1, 49, 50):
        yield with_lines(pay(1, "USD"), *[(f"PART-{n}", 1, 100 + n) for n in range(many)])


def times():
    for action in ALWAYS:
        for seconds in (1, 0, -1):
            yield moved(request(action), ("mandate", "expires_at"), seconds)
        for seconds in (59, 60, 61):
            yield moved(request(action), ("mandate", "issued_at"), seconds)
        for seconds in (0, 1):
            made = moved(request(action), ("mandate", "issued_at"), -86400)
            yield moved(made, ("mandate", "expires_at"), 29 * 86400 + seconds)
        for seconds in (0, 1):
            yield moved(request(action), ("context", "session_started_at"), -12 * 3600 - seconds)
        for seconds in (0, 1):
            made = moved(request(action), ("agent", "registered_at"), -14 * 86400 + seconds)
            made["params"]["merchant"]["known"] = False
            yield made
    for shop, age in ((SHOPS[0], 900), (TRAVEL[0], 300)):
        for seconds in (age - 1, age, age + 1):
            yield moved(request(shop=shop), ("cart", "quoted_at"), -seconds)


def mandates():
    for action in ALWAYS:
        made = request(action)
        del made["mandate"]
        yield made
        for field in ("scope", "issued_at", "expires_at", "nonce", "signature_valid"):
            made = request(action)
            del made["mandate"][field]
            yield made
        made = request(action)
        made["mandate"] = {}
        yield made
        made = request(action)
        made["mandate"]["signature_valid"] = False
        yield made
        for other in ALWAYS + ["payment.*", "payments.charge"]:
            made = request(action)
            made["mandate"]["scope"] = [other]
            yield made
        for amount in (2999, 3000, 3001):
            made = request(action, amount=amount, currency="EUR")
            made["mandate"]["ceiling"] = money(3000, "EUR")
            yield made
        made = request(action, currency="USD")
        made["mandate"]["ceiling"] = money(100000, "EUR")
        yield made


def counterparties():
    for action in ALWAYS:
        for shop in STRANGERS + CASH_LIKE:
            yield request(action, shop=shop)
    for answer in ("clear", "possible", "listed", None):
        for agent in AGENTS:
            made = request("payment.transfer", agent=agent)
            screened(made, answer)
            yield made
    for agent in AGENTS:
        made = request("payment.transfer", agent=agent)
        del made["facts"]
        yield made
        made = request("payment.transfer", agent=agent)
        made["facts"][0]["args"]["name"] = "Somebody Else"
        yield made
    for age in ({}, {"age_verified": False}, {"age_verified": True}):
        for shop in GAMBLING:
            made = request(shop=shop, amount=1000)
            made["user"].update(age)
            yield made
    for number, mcc in enumerate((2999, 3000, 3999, 4000, 4411, 4511, 4722, 7011, 7012, 7013)):
        yield pay(90000, "USD", shop=(f"m-10{number + 10}", "Somewhere", mcc, "DE"))
    for shop in SHOPS[:6]:
        for country in ("DE", "FR", None):
            made = request(shop=shop, user="u-2002", amount=1500, currency="EUR")
            made["params"]["merchant"].pop("country", None)
            made["params"]["merchant"].update({"country": country} if country else {})
            yield made
    for known in (True, False, None):
        for agent in AGENTS:
            made = request(agent=agent, amount=1200)
            made["params"]["merchant"].pop("known", None)
            made["params"]["merchant"].update({} if known is None else {"known": known})
            yield made


def scores():
    """Every combination of what adds to the score."""
    for bits in range(32):
        shop = CASH_LIKE[0] if bits & 1 else SHOPS[bits % len(SHOPS)]
        made = pay(1, "USD", shop=shop, agent=KNOWN)
        with_lines(made, *[(f"BOX-{n}", 5 if bits & 2 else 4, 100) for n in range(3)])
        made["context"].update(ip_country="FR" if bits & 4 else "DE", card_country="DE")
        if bits & 8:
            moved(made, ("agent", "registered_at"), -86400)
        elif chance.random() < 0.3:
            del made["agent"]["registered_at"]
        made["params"]["merchant"]["known"] = not bits & 16
        yield made
