/** The engine in process: all conformance vectors, and what they do not reach. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { BundleRefused, Engine } from "lictor/engine";

import { here } from "./support/gateway.js";
import { type Decides, runVectors, type Vectors } from "./vectors.js";

const vectors = JSON.parse(readFileSync(join(here, "../../conformance/vectors.json"), "utf8")) as Vectors;
const release = vectors.test_keys.find(({ name }) => name === "release")?.public_key ?? "";
const bundle = (name: string): Uint8Array => new Uint8Array(Buffer.from(vectors.bundles[name] ?? "", "base64"));

test("the conformance vectors, all of them", () => {
  const engines = new Map<string, Engine>();
  const of = (bytes: Uint8Array): Engine => {
    const name = Buffer.from(bytes).toString("base64");
    const engine = engines.get(name) ?? Engine.load(bytes, { keys: [release] });
    engines.set(name, engine);
    return engine;
  };
  const engine: Decides = {
    load: (bytes, requirements) => {
      try {
        Engine.load(bytes, requirements);
        return "OK";
      } catch (error) {
        assert.ok(error instanceof BundleRefused);
        return error.code;
      }
    },
    decide: (bytes, request, said) => {
      const text = of(bytes).decideText(request, said);
      const { decision, reason_code } = JSON.parse(text) as { decision: string; reason_code: string };
      return { outcome: `${decision} ${reason_code}`, text };
    },
    factsNeeded: (bytes, request, said) => of(bytes).factsNeededText(request, said),
  };
  const { count, otherwise } = runVectors(vectors, engine);
  assert.deepEqual(otherwise, []);
  const all = Object.values(count).reduce((sum, number) => sum + number, 0);
  assert.equal(all, vectors.vectors.length);
  assert.ok((count["decide"] ?? 0) > 100);
});

test("an engine tells what it is, decides values, explains, and is replaced", () => {
  const engine = Engine.load(bundle("tiny"), { keys: [release] });
  assert.match(engine.id, /^sha256:[0-9a-f]{64}$/);
  assert.equal(engine.sequence, 0);
  assert.equal(engine.expires, undefined);
  assert.equal(engine.observed, false);
  const asked = { action: "shelf.take", params: { pieces: 11 } };
  const said = { agent: { id: "a-1" }, context: { now: "2026-03-01T10:00:00Z" } };
  const decision = engine.decide(asked, said);
  assert.deepEqual([decision.decision, decision.reason_code], ["deny", "TOO_MANY"]);
  assert.equal(engine.decide({ ...asked, params: { pieces: 3 } }, said).decision, "allow");
  assert.equal(engine.decide("not JSON").decision, "deny");
  assert.ok(JSON.stringify(engine.explain({ ...asked, ...said })).includes("pieces"));
  assert.throws(() => engine.swap(bundle("tiny-damaged"), { keys: [release] }), BundleRefused);
  assert.equal(engine.decide(asked, said).reason_code, "TOO_MANY");
  engine.swap(bundle("market"), { keys: [release] });
  assert.notEqual(engine.decide(asked, said).reason_code, "TOO_MANY");
});

test("what is misused is refused, and never taken for something else", () => {
  const refused = (code: string, requirements: object): void => assert.throws(() => Engine.load(bundle("tiny"), requirements), { code });
  refused("MISUSED", { keys: [release], trusted: "{}" });
  refused("MISUSED", { keys: [release], minSequence: -1 });
  refused("MISUSED", { keys: [release], minSequence: 0.5 });
  refused("MISUSED", { keys: [release], now: Number.NaN });
  assert.throws(() => Engine.load(bundle("tiny"), { keys: ["no key"] }), BundleRefused);
  assert.throws(() => Engine.load(bundle("tiny"), {}), BundleRefused);
});

test("without the native module everything else works, and the engine says what is missing", () => {
  const script = `
    import { Gateway, PublicKey } from "lictor";
    import { Engine } from "lictor/engine";
    if (typeof Gateway !== "function" || typeof PublicKey !== "function") throw new Error("not there");
    try { Engine.load(new Uint8Array(), {}); } catch (error) { console.log(error.code); }`;
  const env = { ...process.env, LICTOR_NODE: "./there-is-none.node" };
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: here, env, encoding: "utf8" });
  assert.equal(said.trim(), "NOT_INSTALLED");
});
