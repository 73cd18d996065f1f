/** A gateway that signs with its own good keys, and whose answers do not fit together: nothing of it permits anything. And one that only observes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ed25519 } from "@noble/curves/ed25519.js";
import { Gateway, guard, PublicKey } from "lictor";

import { refund, start } from "./support/gateway.js";

const seeds = { token: new Uint8Array(32).fill(1), receipt: new Uint8Array(32).fill(2) };
const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");
const publicKey = (seed: Uint8Array): PublicKey => PublicKey.of(ed25519.getPublicKey(seed));

/** JSON with its names in order and without spaces, which is the canonical one of what is written here. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

const digest = `sha256:${"0".repeat(64)}`;
const id = `${base64url(new Uint8Array(16))}.4`;
const now = Math.floor(Date.now() / 1_000);
const moment = new Date(now * 1_000).toISOString().replace(".000Z", "Z");
const claims = {
  ...{ iss: "https://gateway.example", aud: "shop", sub: "helper", jti: id, iat: now, nbf: now, exp: now + 120, act: "payments.refund" },
  ...{ bnd: base64url(new Uint8Array(32)), bundle: digest, dec: "d-1", gen: 1, mode: "enforce", scope: "agent_exec", ver: 1 },
};
const receipt = {
  ...{ type: "lictor-receipt", version: 1, id: "r-1", issuer: "https://gateway.example", tenant: "shop", event: "decided", time: moment },
  ...{ action: "payments.refund", agent: { id: "helper", authenticated: "api_key" }, decision: "allow", reason_code: "OK", mode: "enforce", causes: [], approvals: [] },
  ...{ bundle: digest, request_digest: digest, facts_digest: digest, token: { id, state: "issued" }, log: { origin: "gateway.example/shop", index: 4 } },
};
const approval = { by: "mia", role: "manager", answer: "approved", time: moment, evidence: "session" };

/** A client of a gateway that says all this. */
function saying(says: { claims?: object; receipt?: object; answer?: object }): Gateway {
  const head = base64url(JSON.stringify({ alg: "EdDSA", kid: publicKey(seeds.token).thumbprint, typ: "lictor-exec+jwt" }));
  const signed = `${head}.${base64url(JSON.stringify({ ...claims, ...says.claims }))}`;
  const token = `${signed}.${base64url(ed25519.sign(Buffer.from(signed), seeds.token))}`;
  const content = { ...receipt, ...says.receipt };
  const value = base64url(ed25519.sign(Buffer.from(`lictor receipt 1\n${canonical(content)}`), seeds.receipt));
  const entry = (purpose: "token" | "receipt"): object => {
    const key = publicKey(seeds[purpose]);
    return { purpose, name: `${purpose}s-1`, kid: key.thumbprint, key: base64url(key.bytes), from: "2026-01-01T00:00:00Z" };
  };
  const history = { type: "lictor-key-history", version: 1, issuer: claims.iss, tenant: "shop", edition: 1, issued: moment, keys: [entry("token"), entry("receipt")] };
  const documents: Record<string, object> = {
    "/agents/v1/exec/authorize": { decision: "allowed", executionToken: token, receipt: "/r/r-1", traceId: "0", ...says.answer },
    "/r/r-1": { receipt: content, signature: { kid: publicKey(seeds.receipt).thumbprint, value } },
    "/.well-known/lictor-keys.json": { history },
    "/.well-known/jwks.json": { keys: [{ kty: "OKP", crv: "Ed25519", x: base64url(publicKey(seeds.token).bytes), use: "sig" }] },
  };
  return new Gateway({ url: "https://gateway.example", key: "lictor_0", fetch: async (url) => new Response(JSON.stringify(documents[new URL(String(url)).pathname])) });
}

test("answers that fit together permit, and those that do not permit nothing", async () => {
  let ran = 0;
  const run = (says: Parameters<typeof saying>[0]): Promise<number> => guard(saying(says), () => (ran += 1), { action: "payments.refund", resource: () => refund("1.00") })();
  await run({});
  await run({ receipt: { decision: "step_up", approvals: [approval] } });
  assert.equal(ran, 2);

  const refused = async (what: string, says: Parameters<typeof saying>[0], code = "UNVERIFIED"): Promise<void> => {
    await assert.rejects(run(says), { code }, what);
    assert.equal(ran, 2, what);
  };
  await refused("a denial", { receipt: { decision: "deny" } });
  await refused("a question that nobody answered", { receipt: { decision: "step_up" } });
  await refused("a question that one denied", { receipt: { decision: "step_up", approvals: [approval, { ...approval, by: "mo", answer: "denied" }] } });
  await refused("another token", { receipt: { token: { id: `${base64url(new Uint8Array(16))}.5`, state: "issued" } } });
  await refused("no token", { receipt: { token: undefined } });
  await refused("another action in both", { claims: { act: "desk.close" }, receipt: { action: "desk.close" } });
  await refused("another action in the receipt", { receipt: { action: "desk.close" } });
  await refused("another agent", { receipt: { agent: { id: "somebody", authenticated: "api_key" } } });
  await refused("another bundle", { receipt: { bundle: `sha256:${"1".repeat(64)}` } });
  await refused("another tenant", { receipt: { tenant: "bank" } });
  await refused("another audience", { claims: { aud: "bank" } });
  await refused("an expired token", { claims: { iat: now - 500, nbf: now - 500, exp: now - 300 } });
  await refused("what is only observed", { claims: { mode: "observe" }, receipt: { mode: "observe", decision: "deny" } });
  await refused("a receipt elsewhere", { answer: { receipt: "https://elsewhere.example/r/r-1" } }, "BAD_ANSWER");
  await refused("a receipt on the way elsewhere", { answer: { receipt: "/r/../.well-known/jwks.json" } }, "BAD_ANSWER");
  await refused("obligations that are none", { answer: { obligations: [{}] } }, "BAD_ANSWER");
  await refused("obligations that are no list", { answer: { obligations: { length: 0 } } }, "BAD_ANSWER");
});

test("what was permitted for a time that is over does not run", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  let ran = 0;
  const answer = { obligations: [{ id: "o-1", type: "obligation", properties: { reason_code: "WAIT" } }] };
  const slow = (seconds: number): Promise<number> => {
    const fulfil = (): boolean => (t.mock.timers.tick(seconds * 1_000), true);
    return guard(saying({ answer }), () => (ran += 1), { action: "payments.refund", resource: () => refund("1.00"), fulfil })();
  };
  await slow(60);
  await assert.rejects(slow(70), { code: "TOKEN_EXPIRED" });
  assert.equal(ran, 1);
});

test("a gateway that only observes holds nobody, and is not relied on unless that is said", async (t) => {
  const observing = await start("--mode", "observe");
  t.after(() => observing.stop());
  await assert.rejects(observing.client().require("payments.refund", refund("20.00")), { code: "UNVERIFIED" });
  const allowed = await observing.client({ allowObserve: true }).require("payments.refund", refund("900.00"));
  assert.deepEqual([allowed.receipt.mode, allowed.claims.mode], ["observe", "observe"]);
});
