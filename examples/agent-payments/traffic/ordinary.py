"""Ordinary traffic, with everything that goes wrong in it now and then."""

from .world import (AGENTS, BLOCKED, CASH_LIKE, COUNTRIES, CURRENCIES, GAMBLING, GAMBLING_LIMIT, LIMIT, SHOPS, STRANGERS,
                    TRAVEL, TRAVEL_LIMIT, UNTRUSTED_LIMIT, between, chance, money, moved, often, pick, request, screened)


def ordinary():
    currency = pick(CURRENCIES)
    kind = chance.random()
    action = "payment.charge" if kind < 0.78 else "payment.refund" if kind < 0.9 else "payment.transfer"
    shop, most = pick(SHOPS), LIMIT[currency]
    where = chance.random()
    if where < 0.12:
        shop, most = pick(TRAVEL), TRAVEL_LIMIT[currency]
    elif where < 0.16:
        shop, most = pick(GAMBLING), GAMBLING_LIMIT[currency]
    agent = pick(AGENTS) if often(0.4) else pick(AGENTS[:4])
    if agent[1] == "untrusted":
        most = min(most, UNTRUSTED_LIMIT[currency])
    share = chance.random() ** 2 * (1.2 if often(0.2) else 0.8)
    user = pick(["u-1000", "u-1001", "u-1002", "u-3141"]) if often(0.85) else pick(["u-4711", "u-2002"])
    made = request(action, shop, max(1, int(most * share)), currency, agent, user, cart=often(0.85))
    if shop in GAMBLING and often(0.7) or often(0.05):
        made["user"]["age_verified"] = not often(0.1)
    for _ in range(between(0, 5)):
        if often(0.13):
            pick(MISHAPS)(made)
    return made


def mishap_unknown_agent(made):
    made["agent"].pop("registered_at", None)


def mishap_new_agent(made):
    moved(made, ("agent", "registered_at"), -between(0, 20 * 86400))


def mishap_new_merchant(made):
    made["params"]["merchant"]["known"] = False


def mishap_merchant_untold(made):
    made["params"]["merchant"].pop("known", None)


def mishap_other_country(made):
    made["context"]["ip_country"] = pick(COUNTRIES)


def mishap_no_country(made):
    made["context"].pop(pick(["ip_country", "card_country"]), None)


def mishap_cash(made):
    number, name, mcc, _ = pick(CASH_LIKE)
    made["params"]["merchant"].update(id=number, name=name, mcc=mcc)
    if made["action"] == "payment.transfer":
        screened(made, "clear")


def mishap_stranger(made):
    number, name, mcc, _ = pick(STRANGERS)
    made["params"]["merchant"].update(id=number, name=name, mcc=mcc)
    if made["action"] == "payment.transfer":
        screened(made, pick(["clear", "possible", "listed"]))


def mishap_no_mandate(made):
    made.pop("mandate", None)


def mishap_mandate(made):
    if "mandate" in made:
        made["mandate"].pop(pick(["scope", "issued_at", "expires_at", "nonce", "signature_valid"]), None)


def mishap_ceiling(made):
    if "mandate" in made:
        made["mandate"]["ceiling"] = money(between(100, 9000), made["params"]["amount"]["currency"])


def mishap_blocked(made):
    if "cart" in made["params"]:
        pick(made["params"]["cart"]["lines"])["sku"] = pick(BLOCKED + ["TOBACCO-1", "TOBACCO-10"])


def mishap_cent(made):
    if "cart" in made["params"]:
        line = made["params"]["cart"]["lines"][0]
        line["quantity"] = line["quantity"] + 1


def mishap_stale(made):
    if "cart" in made["params"]:
        moved(made, ("cart", "quoted_at"), -between(290, 1800))


def mishap_screening(made):
    if made["action"] == "payment.transfer":
        pick([lambda: made.pop("facts", None), lambda: screened(made, None), lambda: screened(made, "possible")])()


MISHAPS = [
    mishap_unknown_agent, mishap_unknown_agent, mishap_new_agent, mishap_new_agent, mishap_new_merchant, mishap_new_merchant,
    mishap_merchant_untold, mishap_other_country, mishap_other_country, mishap_no_country, mishap_cash, mishap_stranger,
    mishap_no_mandate, mishap_mandate, mishap_ceiling, mishap_blocked, mishap_cent, mishap_stale, mishap_screening,
]
