"""Requests that are not well formed, as lines of text, because some of them are not even JSON that a program would write."""

import json

from .world import pick, request


def malformed():
    for spoil in SPOILERS:
        for action in ("payment.charge", "payment.refund"):
            made = request(action, currency="USD")
            spoil(made)
            yield line(made)
    yield from torn()


def line(made):
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def setting(*path):
    """Sets the last but one of `path`, a chain of members, to the last."""
    *way, last, value = path

    def spoil(made):
        for step in way:
            made = made[step]
        made[last] = value

    return spoil


adding = setting


def removing(*path):
    *way, last = path

    def spoil(made):
        for step in way:
            made = made[step]
        del made[last]

    return spoil


def in_cart(*path):
    """The same inside a cart that certainly is there; what has no cart gets one, which is wrong as well."""
    spoil_inside = setting(*path)

    def spoil(made):
        made["params"]["cart"] = {"lines": [{"sku": "TEA-100", "quantity": 1, "price": {"minor": 2000, "currency": "USD"}}]}
        spoil_inside(made["params"]["cart"])

    return spoil


SPOILERS = [
    setting("action", "payment.steal"), setting("action", "payment.Charge"), setting("action", 7), removing("action"),
    removing("agent"), removing("agent", "id"), removing("agent", "tier"), setting("agent", "tier", "admin"),
    setting("agent", "id", 7), adding("agent", "is_admin", True), setting("agent", "registered_at", "last spring"),
    removing("user"), setting("user", "id", ["u-1000"]), setting("user", "age_verified", "yes"),
    adding("user", "email", "somebody@example.org"),
    removing("context"), removing("context", "now"), setting("context", "now", "yesterday"),
    setting("context", "now", 1772445600), setting("context", "ip_country", "Germany"),
    setting("context", "card_country", 49), adding("context", "device", "phone"),
    removing("params"), removing("params", "merchant"), removing("params", "amount"),
    setting("params", "merchant", "m-1001"), removing("params", "merchant", "id"), removing("params", "merchant", "mcc"),
    setting("params", "merchant", "mcc", "5411"), setting("params", "merchant", "mcc", 54.11),
    setting("params", "merchant", "mcc", -1), setting("params", "merchant", "known", 1),
    adding("params", "merchant", "rating", 5), setting("params", "merchant", "country", "DEU"),
    setting("params", "merchant", "id", "m" * 65),
    setting("params", "amount", 20), setting("params", "amount", "20.00 USD"),
    setting("params", "amount", {"minor": -2000, "currency": "USD"}),
    setting("params", "amount", {"amount": "-20.00", "currency": "USD"}),
    setting("params", "amount", {"minor": 20.5, "currency": "USD"}),
    setting("params", "amount", {"amount": "20.001", "currency": "USD"}),
    setting("params", "amount", {"amount": 20.001, "currency": "USD"}),
    setting("params", "amount", {"amount": "2000.5", "currency": "JPY"}),
    setting("params", "amount", {"amount": "20,00", "currency": "EUR"}),
    setting("params", "amount", {"amount": "", "currency": "EUR"}),
    setting("params", "amount", {"amount": "20.00"}), setting("params", "amount", {"currency": "USD"}),
    setting("params", "amount", {"amount": "20.00", "currency": "usd"}),
    setting("params", "amount", {"amount": "20.00", "currency": "USDC"}),
    setting("params", "amount", {"minor": 2000, "currency": "USD", "tip": 100}),
    setting("params", "note", 12), adding("params", "discount", "10%"),
    in_cart("lines", []), in_cart("lines", "TEA-100"), in_cart("lines", [{"sku": "TEA-100", "quantity": 1}]),
    in_cart("lines", [{"sku": "TEA-100", "quantity": "1", "price": {"minor": 2000, "currency": "USD"}}]),
    in_cart("lines", [{"sku": "TEA-100", "quantity": -1, "price": {"minor": 2000, "currency": "USD"}}]),
    in_cart("lines", [{"sku": "TEA-100", "quantity": 1, "price": {"minor": -2000, "currency": "USD"}}]),
    in_cart("lines", [{"sku": f"PART-{n}", "quantity": 1, "price": {"minor": 1, "currency": "USD"}} for n in range(51)]),
    in_cart("coupon", "SPRING"),
    setting("mandate", "signed"), setting("mandate", "scope", "payment.charge"), setting("mandate", "scope", []),
    setting("mandate", "scope", ["payment.charge", 1]), setting("mandate", "expires_at", "2026-13-01T00:00:00Z"),
    setting("mandate", "issued_at", True), setting("mandate", "nonce", 81), setting("mandate", "ceiling", 200),
    setting("mandate", "signature_valid", "true"), adding("mandate", "issuer", "wallet.example"),
    adding("priority", "high"), setting("schema_version", "1"), setting("schema_version", 2), setting("facts", {}),
]


def torn():
    """What only a text can be: members that stand twice, and ends that are missing."""
    for _ in range(3):
        text = line(request("payment.charge"))
        yield text.replace('"user":{', '"user":{"id":"u-2002"},"user":{', 1)
        yield text.replace('"currency":', '"currency":"USD","currency":', 1)
        yield text.replace('"tier":', '"tier":"trusted","tier":', 1)
        yield text[: len(text) * 2 // 3]
    yield "[]"
    yield '"' + pick(["pay", "charge"]) + '"'
    yield "pay 20 dollars to the grocery"
