/** What somebody gets wrong who has no types: each says what, and nothing is asked, decided or believed. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Gateway, guard, requireApproval } from "lictor";
import { Engine } from "lictor/engine";
import { KeyHistory, parseCheckpoint, TokenKeys, VerifierKey, verifyReceipt, verifyToken } from "lictor/verify";

import { here } from "./support/gateway.js";
import type { Vectors } from "./vectors.js";

const vectors = JSON.parse(readFileSync(join(here, "../../conformance/vectors.json"), "utf8")) as Vectors;
const keyOf = (name: string): string => vectors.test_keys.find((key) => key.name === name)?.public_key ?? "";
const document = (name: string): string => vectors.documents[name] ?? "";
const options = { url: "http://127.0.0.1:1", key: "lictor_x" };
/** What has no types. */
const any = (value: unknown): never => value as never;

test("gateways", () => {
  new Gateway(options);
  for (const wrong of [undefined, null, "http://127.0.0.1:1", {}, { ...options, url: "127.0.0.1:8420" }, { ...options, url: "ftp://gateway.example" }]) {
    assert.throws(() => new Gateway(any(wrong)), TypeError, JSON.stringify(wrong));
  }
  for (const key of [undefined, "", "two words", "lictor_x\n", 5]) {
    assert.throws(() => new Gateway({ ...options, key: any(key) }), { name: "TypeError", message: /`key` is no key/ });
    if (key !== undefined) assert.throws(() => new Gateway({ ...options, checkoutKey: any(key) }), { name: "TypeError", message: /`checkoutKey` is no key/ });
  }
});

test("what is asked", async () => {
  const sent: unknown[] = [];
  const permit = new Gateway({
    ...options,
    fetch: async (...given) => {
      sent.push(given);
      throw new TypeError("no network");
    },
  });
  const wrong = [undefined, null, {}, { action: "" }, { action: 5 }, { action: "a", tool: "b" }, { tool: {} }, { action: "a", resource: "ch-1" }, { action: "a", resource: [1] }, { action: "a", resource: { n: 1n } }];
  for (const question of wrong) {
    await assert.rejects(permit.authorize(any(question)), (error: Error & { code?: string }) => error.code === "FAULT", String(question));
  }
  await assert.rejects(permit.require(any(undefined)), { code: "FAULT" });
  assert.deepEqual(sent, []);
  await assert.rejects(permit.require("a"), { code: "UNREACHABLE", message: /no network/ });
});

test("guards", async () => {
  const permit = new Gateway(options);
  const fn = (): never => assert.fail("it ran");
  for (const made of [guard, requireApproval]) {
    for (const [gateway, work] of [[undefined, fn], [fn, permit], [permit, undefined], [permit, "fn"]]) {
      assert.throws(() => made(any(gateway), any(work), { action: "a" }), { name: "TypeError", message: /the gateway that is asked, and then the function/ });
    }
    await assert.rejects(made<[], never>(permit, fn, { action: any(5) })(), { code: "FAULT" });
    await assert.rejects(made<[], never>(permit, fn, { action: "a", resource: () => any("ch-1") })(), { code: "FAULT" });
  }
});

test("bundles and their keys", () => {
  const bundle = Uint8Array.from(atob(vectors.bundles["tiny"] ?? ""), (sign) => sign.charCodeAt(0));
  const release = keyOf("release");
  assert.equal(Engine.load(bundle, { keys: release }).id, Engine.load(bundle, { keys: [release] }).id);
  const codes: [unknown, unknown, string][] = [
    ["shop.bundle", { keys: release }, "MISUSED"],
    [undefined, { keys: release }, "MISUSED"],
    [bundle, undefined, "MISUSED"],
    [bundle, { keys: [Buffer.from(release)] }, "MISUSED"],
    [bundle, { keys: 5 }, "MISUSED"],
    [bundle, { keys: release, now: new Date() }, "MISUSED"],
    [bundle, { keys: release, minSequence: "7" }, "MISUSED"],
    [bundle, {}, "B0107"],
    [bundle, { keys: "release.pub" }, "B0140"],
    [bundle, { keys: keyOf("foreign") }, "B0107"],
    [new Uint8Array(), { keys: release }, "B0102"],
  ];
  for (const [given, requirements, code] of codes) assert.throws(() => Engine.load(any(given), any(requirements)), { code });
  const engine = Engine.load(bundle, { keys: release });
  assert.throws(() => engine.swap(any("shop.bundle"), { keys: release }), { code: "MISUSED" });
  for (const request of [undefined, null, 5, "", "x", [], new ArrayBuffer(4)]) assert.equal(engine.decide(any(request)).decision, "deny");
});

test("what is verified", () => {
  const root = keyOf("root");
  const history = KeyHistory.open(document("history"), root);
  for (const wrong of [undefined, null, 5, {}]) {
    assert.throws(() => KeyHistory.open(any(wrong), root), { code: "V0102" });
    assert.throws(() => KeyHistory.open(document("history"), any(wrong)), { code: "V0110" });
    assert.throws(() => TokenKeys.fromJson(any(wrong)), { code: "V0102" });
    assert.throws(() => parseCheckpoint(any(wrong)), { code: "L0140" });
    assert.throws(() => VerifierKey.parse(any(wrong)), { code: "L0133" });
    assert.throws(() => verifyToken(any(wrong), TokenKeys.fromJson(document("jwks")), { issuer: "a", audience: "b" }), { code: "NO_TOKEN" });
    assert.ok(!verifyReceipt(any(wrong), history).isGenuine);
    assert.ok(!verifyReceipt("{}", any(wrong)).isGenuine);
  }
});

/** A vector's receipt or token, and what it is asked with. */
function asked(name: string): { receipt: string; token: string; jwks: string; issuer: string; audience: string; now: number } {
  return any(vectors.vectors.find((vector) => vector.name === name));
}

test("what a receipt is held against is what it must be, and not a text", () => {
  const { receipt } = asked("witnesses: and an anchor");
  const history = KeyHistory.open(document("history"), keyOf("root"));
  const [anchors, witnesses] = [[parseCheckpoint(document("checkpoint-of-9"))], [VerifierKey.parse(document("witness-1"))]];
  assert.equal(verifyReceipt(receipt, history, { anchors, witnesses }).outcome("witness"), "ok");
  assert.ok(!verifyReceipt(receipt, history, { anchors: any([document("checkpoint-of-9")]) }).isGenuine);
  assert.ok(!verifyReceipt(receipt, history, { anchors: any(document("checkpoint-of-9")) }).isGenuine);
  assert.ok(!verifyReceipt(receipt, history, { witnesses: any([document("witness-1")]) }).isGenuine);
  assert.ok(!verifyReceipt(receipt, history, { witnesses: any(document("witness-1")) }).isGenuine);
  // Fewer than all, where somebody says so; and a number that is none asks for more than there are.
  const two = [...witnesses, VerifierKey.parse(document("witness-2"))];
  assert.ok(!verifyReceipt(receipt, history, { witnesses: two }).isGenuine);
  assert.ok(verifyReceipt(receipt, history, { witnesses: two, quorum: 1 }).isGenuine);
  assert.ok(!verifyReceipt(receipt, history, { witnesses: two, quorum: NaN }).isGenuine);
});

test("a token that was only observed is taken by nobody who does not say so to the letter", () => {
  const { token, jwks, issuer, audience, now } = asked("token: of one who only observes, to another");
  const keys = TokenKeys.fromJson(document(jwks));
  const told = (more: object): unknown => verifyToken(token, keys, { issuer, audience, now, ...more });
  told({ mode: "observe" });
  for (const mode of [undefined, "enforce", "Observe", "", true]) assert.throws(() => told({ mode }), { code: "ENFORCE_NOT_AVAILABLE" });
  for (const wrong of [{ now: String(now) }, { now: NaN }, { now: new Date(now) }, { skew: "0" }]) {
    assert.throws(() => told({ mode: "observe", ...wrong }), { code: "TOKEN_EXPIRED" });
  }
});
