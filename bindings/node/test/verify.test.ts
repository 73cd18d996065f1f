/** The verifier: the conformance vectors in Node and in a browser, what they do not reach, and that it needs nothing of Node. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { test } from "node:test";

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { KeysRefused, KeyHistory, PublicKey, TokenKeys, VerifierKey } from "lictor/verify";

import { here } from "./support/gateway.js";
import { runVectors, VERIFIED, type Vectors } from "./vectors.js";

const file = join(here, "../../conformance/vectors.json");
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;

/** How many vectors there are of the kinds that need no engine. */
const wanted = Object.fromEntries(VERIFIED.map((kind) => [kind, vectors.vectors.filter((vector) => vector.kind === kind).length]));

test("the conformance vectors of tokens, receipts and histories", () => {
  const { count, otherwise } = runVectors(vectors);
  assert.deepEqual(otherwise, []);
  assert.deepEqual(count, wanted);
  assert.ok(Object.values(count).every((number) => number > 5));
});

test("a vector that is changed is noticed", () => {
  for (const vector of vectors.vectors.filter(({ kind }) => VERIFIED.includes(kind))) {
    const expect = { ...vector.expect, outcome: vector.expect.outcome === "OK" ? "INVALID_SIGNATURE" : "OK" };
    assert.equal(runVectors({ ...vectors, vectors: [{ ...vector, expect }] }).otherwise.length, 1, vector.name);
  }
});

test("the same vectors in a browser", { timeout: 120_000 }, async (t) => {
  const browser = process.env["CHROMIUM"] ?? ["chromium", "chromium-browser", "google-chrome"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (browser === undefined) return t.skip("there is no Chromium here: CHROMIUM names one");
  const { promise, resolve } = withResolvers<string>();
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method === "POST") {
        resolve(await bodyOf(request));
        response.end();
        return;
      }
      const found = served(request.url ?? "");
      response.writeHead(found === undefined ? 404 : 200, { "Content-Type": found?.type ?? "text/plain" });
      response.end(found?.bytes);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const profile = mkdtempSync(join(tmpdir(), "lictor-browser-"));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const page = spawn(browser, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--user-data-dir=${profile}`, url], { stdio: "ignore" });
  try {
    const gone = once(page, "exit").then(() => "the browser ended before it answered");
    const answer = await Promise.race([promise, gone]);
    assert.deepEqual(JSON.parse(answer), { count: wanted, otherwise: [], node: "undefined" }, answer);
  } finally {
    if (page.exitCode === null) {
      page.kill("SIGKILL");
      await once(page, "exit");
    }
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
});

test("verifier, client and adapters need nothing of Node, and only the verifier needs another package", () => {
  const files = readdirSync(join(here, "dist"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js") && !name.startsWith("engine"));
  assert.ok(files.length > 15, String(files));
  for (const name of files) {
    const text = readFileSync(join(here, "dist", name), "utf8");
    for (const [, from = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
      assert.ok(from.startsWith(".") || (name.startsWith("verify") && from.startsWith("@noble/")), `${name} imports ${from}`);
    }
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    assert.doesNotMatch(code, /\b(?:Buffer|process|__dirname)\b/, name);
  }
});

test("Ed25519 is taken in its strictest form only", () => {
  const { Point } = ed25519;
  const L = Point.Fn.ORDER;
  const seed = new Uint8Array(32).fill(7);
  const key = PublicKey.of(ed25519.getPublicKey(seed));
  const message = new TextEncoder().encode("pay 5 USD");
  const signature = ed25519.sign(message, seed);
  assert.ok(key.verifies(message, signature));
  assert.ok(!key.verifies(new TextEncoder().encode("pay 6 USD"), signature));
  assert.ok(!key.verifies(message, signature.subarray(0, 63)));

  const number = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const bytes = (value: bigint): Uint8Array => Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
  const join2 = (one: Uint8Array, other: Uint8Array): Uint8Array => Uint8Array.of(...one, ...other);

  // `s` that is not reduced says the same, and would be a second signature on the message.
  assert.ok(!key.verifies(message, join2(signature.subarray(0, 32), bytes(number(signature.subarray(32)) + L))));

  // A point of order 8 beside `R`: the equation with the cofactor holds, the one without does not.
  const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  assert.ok(torsion.isSmallOrder());
  const scalar = ed25519.utils.getExtendedPublicKey(seed).scalar;
  const nonce = 12_345n;
  const commitment = Point.BASE.multiply(nonce).add(torsion).toBytes();
  const challenge = number(sha512(Uint8Array.of(...commitment, ...key.bytes, ...message))) % L;
  const lax = join2(commitment, bytes((nonce + challenge * scalar) % L));
  assert.ok(ed25519.verify(lax, message, key.bytes), "it is one that others take");
  assert.ok(!key.verifies(message, lax));

  // Keys of small order, under which anybody can sign: the neutral one, and one of order 8, also written as another number.
  for (const weak of [Point.ZERO.toBytes(), torsion.toBytes(), bytes(2n ** 255n - 18n)]) {
    assert.throws(() => PublicKey.of(weak), { code: "V0110" });
  }
  // `R` of small order: the equation holds, since whoever signed chose a nonce of 0.
  const nothing = Point.ZERO.toBytes();
  const k = number(sha512(Uint8Array.of(...nothing, ...key.bytes, ...message))) % L;
  const careless = join2(nothing, bytes((k * scalar) % L));
  assert.ok(ed25519.verify(careless, message, key.bytes), "it is one that others take");
  assert.ok(!key.verifies(message, careless));
  assert.throws(() => PublicKey.of(new Uint8Array(31)), KeysRefused);
  assert.throws(() => PublicKey.fromPem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), KeysRefused);
});

test("sets of keys that nobody should use are refused", () => {
  const good = vectors.documents["jwks"] ?? "";
  TokenKeys.fromJson(good);
  const bad = [
    good.replace('"x":"', '"d":"AA","x":"'),
    good.replace(/"kid":"./, '"kid":"_'),
    good.replace(/"x":"[^"]*"/, '"x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"'),
    good.replace('{"keys":[', '{"keys":[],"keys":['),
    good.replace(/\[(\{.*?\})/, "[$1,$1"),
    "[]",
    "{",
  ];
  for (const set of bad) assert.throws(() => TokenKeys.fromJson(set), KeysRefused, set);
});

test("hostile bytes are refused, and never hang", () => {
  const started = performance.now();
  const documents = [
    "[".repeat(200_000),
    `{"a":`.repeat(50_000),
    '"' + "\\u0000".repeat(40_000),
    "1".repeat(200_000),
    "\ufeff{}",
    '{"__proto__":{"history":1}}',
    "-0",
    "",
    "{\"a\":null}",
  ];
  for (const document of documents) assert.throws(() => KeyHistory.unverified(document), KeysRefused, document.slice(0, 20));
  assert.throws(() => KeyHistory.unverified(Uint8Array.of(0x22, 0xff, 0x22)), { code: "V0102" });
  assert.throws(() => KeyHistory.unverified(" ".repeat(2 ** 20 + 1)), { code: "V0101" });
  assert.throws(() => VerifierKey.parse("a+00000000+AAAA"));
  assert.ok(performance.now() - started < 20_000);
});

/** What the page asks for: itself, this package as it is built, the package it stands on, and the vectors. */
function served(url: string): { bytes: Uint8Array | string; type: string } | undefined {
  if (url === "/") return { bytes: PAGE, type: "text/html; charset=utf-8" };
  if (url === "/vectors.json") return { bytes: readFileSync(file), type: "application/json" };
  const path = /^\/(dist|build|node_modules\/@noble)\/[\w@./-]+$/.test(url) && !url.includes("..") ? join(here, url) : undefined;
  if (path === undefined || extname(path) !== ".js" || !existsSync(path)) return undefined;
  return { bytes: readFileSync(path), type: "text/javascript" };
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>vectors</title>
<script type="importmap">{"imports": {
  "lictor/verify": "/dist/verify/index.js", "@noble/curves/": "/node_modules/@noble/curves/", "@noble/hashes/": "/node_modules/@noble/hashes/"
}}</script>
<script type="module">
const tell = (what) => fetch("/", { method: "POST", body: JSON.stringify(what) });
try {
  const { runVectors } = await import("/build/test/vectors.js");
  await tell({ ...runVectors(await (await fetch("/vectors.json")).json()), node: typeof globalThis.process });
} catch (error) {
  await tell(String(error));
}
</script>`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += String(part);
  return body;
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
