// Tokens, verified by jose as its documentation says, with nothing but the published set of keys.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLocalJWKSet, jwtVerify } from "jose";

const read = (name) => JSON.parse(readFileSync(join(process.argv[2], name), "utf8"));
const keys = createLocalJWKSet(read("jwks.json"));
const verified = (token) =>
  jwtVerify(token, keys, {
    issuer: "https://gateway.example",
    audience: "store-1",
    typ: "lictor-exec+jwt",
    algorithms: ["EdDSA", "Ed25519"],
    currentDate: new Date("2026-03-01T10:00:30Z"),
    requiredClaims: ["exp", "nbf", "iat", "jti", "sub"],
  });

const [good, bad] = [read("good.json"), read("bad.json")];
for (const [name, token] of Object.entries(good)) {
  const { payload } = await verified(token);
  assert.equal(payload.sub, "agent-7");
  if (name === "purchase") assert.deepEqual([payload.price_amount, payload.currency], ["19.99", "USD"]);
}
for (const [name, token] of Object.entries(bad)) {
  await assert.rejects(verified(token), { code: /^ERR_J/ }, `jose takes the token ${name}`);
}
console.log(`jose: ${Object.keys(good).length} tokens taken, ${Object.keys(bad).length} refused`);
