package payment

import rego.v1

# The first hard rule that refuses; nothing after it is asked.
hard := "IDENTITY_UNVERIFIED" if not input.agent_verified

else := "MANDATE_EXPIRED" if input.now >= input.expires_at

else := "OUT_OF_HOURS" if not open

else := "OUT_OF_SCOPE" if not "payment.charge" in input.scope

else := "MERCHANT_NOT_LISTED" if not data.merchants[input.merchant]

else := "CURRENCY_MISMATCH" if input.currency != "USD"

else := "OVER_LIMIT" if input.amount > limit

else := "CURRENCY_MISMATCH" if input.ceiling_currency != input.currency

else := "OVER_MANDATE" if input.amount > input.ceiling

else := "NONCE_REUSED" if input.nonce in input.recent_nonces

else := "SKU_NOT_LISTED" if unlisted

else := "CURRENCY_MISMATCH" if input.spent_currency != input.currency

else := "OVER_DAILY_LIMIT" if input.spent_today + input.amount > 200000

else := "TOO_MANY_ATTEMPTS" if input.attempts_last_hour >= 100

open if {
	input.minute_of_day >= 480
	input.minute_of_day < 1320
}

unlisted if {
	some sku in input.skus
	not data.skus[sku]
}

default limit := 50000

limit := data.limits[input.category]

is_new if input.now - input.agent_since < 604800000

soft contains "BUSY" if input.attempts_last_hour >= 20

soft contains "VERY_BUSY" if input.attempts_last_hour >= 50

soft contains "ELSEWHERE" if input.ip_country != input.merchant_country

soft contains "RISKY_COUNTRY" if data.risky_countries[input.ip_country]

soft contains "NEW_AGENT" if is_new

soft contains "NEW_AND_BIG" if {
	is_new
	input.amount > 10000
}

soft contains "NEAR_LIMIT" if input.amount * 10 > limit * 8

soft contains "BIG_CART" if count(input.skus) > 10

soft contains "RISKY_GOODS" if data.risky_goods[input.category]

decision := {"hard": hard} if hard

else := {"soft": soft}
