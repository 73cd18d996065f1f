"""Who pays whom for what, and a request that the policy has nothing to say against."""

import random
from datetime import datetime, timedelta, timezone

chance = random.Random(20260302)


def pick(items):
    return items[int(chance.random() * len(items))]


def between(low, high):
    return low + int(chance.random() * (high - low + 1))


def often(share):
    return chance.random() < share


# --- Who and what there is -----------------------------------------------------------------------------------------

SHOPS = [  # id, name, merchant category code, country
    ("m-1001", "Green Basket", 5411, "DE"), ("m-1002", "Crumb & Crust", 5462, "DE"),
    ("m-1003", "The Quiet Page", 5942, "DE"), ("m-1004", "Linden Pharmacy", 5912, "DE"),
    ("m-1005", "Volt Electronics", 5732, "US"), ("m-1006", "Paper Lantern Office", 5943, "US"),
    ("m-1009", "Stride Shoes", 5661, "GB"), ("m-1012", "Petal & Stem", 5992, "DE"),
    ("m-1015", "Harbour Hardware", 5251, "US"), ("m-1018", "Tiny Giants Toys", 5945, "FR"),
    ("m-1021", "Cloud Nine Hosting", 7372, "US"), ("m-1024", "Kanto Camera", 5946, "JP"),
    ("m-1027", "Olive Press", 5499, "IT"), ("m-1030", "Rivet Cycles", 5940, "NL"),
    ("m-1033", "Silver Screen", 7832, "GB"), ("m-1036", "Alpine Outfitters", 5941, "CH"),
]
TRAVEL = [
    ("m-1041", "Northern Wings", 4511, "DE"), ("m-1042", "Atlantic Air", 3000, "US"),
    ("m-1043", "Hotel Miramar", 3999, "ES"), ("m-1044", "Wayfarer Trips", 4722, "GB"),
    ("m-1045", "Fjord Cruises", 4411, "NO"), ("m-1046", "Guesthouse Sakura", 7011, "JP"),
]
GAMBLING = [
    ("m-1051", "State Lottery", 7800, "DE"), ("m-1052", "Red or Black", 7801, "MT"),
    ("m-1053", "Furlong Bets", 7995, "GB"),
]
CASH_LIKE = [("m-1057", "Quick Exchange", 6051, "US"), ("m-1058", "Wire Away", 4829, "US")]
STRANGERS = [
    ("m-2001", "Best Deals 4 U", 5999, "US"), ("m-2002", "Totally Real Watches", 5944, "HK"),
    ("m-1061", "Green Basket Online", 5411, "DE"), ("M-1001", "GREEN BASKET", 5411, "DE"),
]
SKUS = ["APPLE-1", "BREAD-2", "NOVEL-77", "CABLE-USBC", "PAPER-A4", "LAMP-3", "SHOE-42", "TULIP-20", "DRILL-9", "KITE-5",
        "TRIPOD-1", "OIL-500", "TYRE-28", "SEAT-H12", "TENT-2", "SOAP-6", "TEA-100", "MUG-4", "INK-BK", "TOBACCO-1"]
BLOCKED = ["GIFT-CARD-100", "GIFT-CARD-500", "PREPAID-VISA", "CRYPTO-VOUCHER"]
AGENTS = [  # id, tier, registered
    ("shopper-7", "known", "2025-06-01T00:00:00Z"), ("pantry-2", "known", "2025-11-20T12:00:00Z"),
    ("concierge-1", "trusted", "2024-02-14T08:00:00Z"), ("office-4", "trusted", "2025-01-07T09:30:00Z"),
    ("bargain-bot", "untrusted", "2025-12-01T00:00:00Z"), ("helper-x", "untrusted", "2025-09-09T09:09:09Z"),
]
CURRENCIES = ["USD", "USD", "USD", "EUR", "EUR", "GBP", "JPY"]
DIGITS = {"USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "JPY": 0}
SHOW = {"USD": 5000, "EUR": 4500, "GBP": 4000, "JPY": 7500}
REFUND = {"USD": 20000, "EUR": 18000, "GBP": 16000, "JPY": 30000}
LIMIT = {"USD": 50000, "EUR": 45000, "GBP": 40000, "JPY": 75000}
TRAVEL_LIMIT = {"USD": 200000, "EUR": 180000, "GBP": 160000, "JPY": 75000}
GAMBLING_LIMIT = {"USD": 5000, "EUR": 4500, "GBP": 4000, "JPY": 7500}
UNTRUSTED_LIMIT = {"USD": 10000, "EUR": 9000, "GBP": 8000, "JPY": 15000}
COUNTRIES = ["DE", "US", "GB", "FR", "JP", "NL", "IT", "ES"]

serial = 0


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def money(minor, currency):
    """Minor units for most; some agents send a decimal string, a few a JSON number."""
    digits = DIGITS[currency]
    text = str(minor) if digits == 0 else f"{minor // 100}.{minor % 100:02d}"
    way = chance.random()
    if way < 0.7:
        return {"minor": minor, "currency": currency}
    if way < 0.9:
        return {"amount": text, "currency": currency}
    return {"amount": int(minor) if digits == 0 else minor / 100, "currency": currency}


def merchant(entry, known=True):
    number, name, mcc, country = entry
    found = {"id": number, "name": name, "mcc": mcc}
    if often(0.9):
        found["country"] = country
    if known is not None:
        found["known"] = known
    return found


def in_lines(total, currency):
    """Cart lines that add up to the total."""
    lines = []
    left = total
    for _ in range(between(0, 3)):
        quantity = between(1, 4)
        price = left // (quantity * 3)
        if price > 0:
            lines.append({"sku": pick(SKUS[:-1]), "quantity": quantity, "price": money(price, currency)})
            left -= price * quantity
    lines.append({"sku": pick(SKUS[:-1]), "quantity": 1, "price": money(left, currency)})
    return lines


def request(action="payment.charge", shop=None, amount=2000, currency="USD", agent=None, user="u-1000", cart=True):
    """A request that the policy has nothing to say against, if the amount is small enough."""
    global serial
    serial += 1
    shop = shop or pick(SHOPS)
    number, tier, registered = agent or pick(AGENTS[:4])
    now = datetime(2026, 3, 2, 7, tzinfo=timezone.utc) + timedelta(seconds=between(0, 24 * 86400))
    home = pick(COUNTRIES)
    params = {"merchant": merchant(shop), "amount": money(amount, currency)}
    if action == "payment.charge" and cart:
        params["cart"] = {"lines": in_lines(amount, currency)}
        if often(0.8):
            params["cart"]["quoted_at"] = stamp(now - timedelta(seconds=between(0, 300)))
    if action == "payment.transfer":
        params["account"] = f"DE{serial:020d}"
    if action == "payment.refund":
        params["charge_id"] = f"ch-{serial:05d}"
    if often(0.15):
        params["note"] = pick(["as agreed", "weekly order", "order 2/2", "please hurry", "für Oma ☕"])
    made = {
        "action": action,
        "agent": {"id": number, "tier": tier, "registered_at": registered},
        "user": {"id": user},
        "mandate": {
            "scope": pick([[action], ["payment.charge", "payment.refund", "payment.transfer"], [action, "calendar.read"]]),
            "issued_at": stamp(now - timedelta(seconds=between(0, 86400))),
            "expires_at": stamp(now + timedelta(seconds=between(1, 20 * 86400))),
            "nonce": f"n-{serial:05d}",
            "signature_valid": True,
        },
        "context": {"now": stamp(now), "ip_country": home, "card_country": home},
        "params": params,
    }
    if often(0.5):
        made["mandate"]["ceiling"] = money(amount + between(0, 20000), currency)
    if often(0.6):
        made["context"]["session_started_at"] = stamp(now - timedelta(seconds=between(0, 40000)))
    if often(0.1):
        made["schema_version"] = 1
    if action == "payment.transfer":
        screened(made, "clear")
    return made


def screened(made, answer):
    name = made["params"]["merchant"]["name"]
    made["facts"] = [{"fact": "sanctions", "args": {"name": name}, "value": answer}]


def moved(made, path, seconds):
    """Sets a time of the request to so many seconds after its `now`."""
    part, field = path
    place = made["params"]["cart"] if part == "cart" else made[part]
    place[field] = stamp(instant(made["context"]["now"]) + timedelta(seconds=seconds))
    return made


def with_lines(made, *lines):
    """A cart of these lines, paid in full."""
    currency = made["params"]["amount"]["currency"]
    made["params"]["cart"] = {"lines": [{"sku": s, "quantity": q, "price": money(p, currency)} for s, q, p in lines]}
    made["params"]["amount"] = money(sum(q * p for _, q, p in lines), currency)
    made["mandate"].pop("ceiling", None)
    return made
