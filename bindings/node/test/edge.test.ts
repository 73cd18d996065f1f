/** At an edge, in `workerd`: the verifier with all its vectors, and the client and its guard in front of a gateway that runs. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { here, refund, start } from "./support/gateway.js";
import { edge } from "./support/workerd.js";
import { VERIFIED, type Vectors } from "./vectors.js";

const file = readFileSync(join(here, "../../conformance/vectors.json"), "utf8");
const vectors = JSON.parse(file) as Vectors;

const VERIFIER = `
import { runVectors } from "./build/test/vectors.js";
import vectors from "./vectors.json";
export default {
  async fetch(request) {
    const { changed } = await request.json();
    const asked = changed === undefined ? vectors : { ...vectors, vectors: vectors.vectors.map((one) => (one.name === changed ? { ...one, expect: { outcome: "X" } } : one)) };
    return Response.json({ ...runVectors(asked), runtime: navigator.userAgent });
  },
};
`;

test("the conformance vectors of tokens, receipts and histories at an edge", { timeout: 120_000 }, async (t) => {
  const there = await edge(VERIFIER, { "vectors.json": file });
  t.after(there.stop);
  const wanted = Object.fromEntries(VERIFIED.map((kind) => [kind, vectors.vectors.filter((vector) => vector.kind === kind).length]));
  assert.deepEqual(await asked(there.url, {}), { count: wanted, otherwise: [], runtime: "Cloudflare-Workers" });
  // And it would say so if an answer were another.
  const { otherwise } = (await asked(there.url, { changed: "token: expired" })) as { otherwise: string[] };
  assert.deepEqual([otherwise.length, otherwise[0]?.startsWith("token: expired: wanted")], [1, true]);
});

const AGENT = `
import { Gateway, guard, LictorError } from "lictor";
export default {
  async fetch(request) {
    const { options, amounts } = await request.json();
    const done = [];
    const pay = guard(new Gateway(options), async ({ amount }) => void done.push(amount.amount), { action: "payments.refund" });
    const said = [];
    for (const resource of amounts) {
      try {
        await pay(resource);
        said.push("done");
      } catch (error) {
        if (!(error instanceof LictorError)) throw error;
        said.push(error.name + " " + error.code);
      }
    }
    return Response.json({ said, done });
  },
};
`;

test("a client at an edge is allowed, refused and held, and believes nobody who redirects", { timeout: 120_000 }, async (t) => {
  const gateway = await start();
  t.after(gateway.stop);
  const there = await edge(AGENT);
  t.after(there.stop);
  const options = { url: gateway.url, key: gateway.keys.agent, checkoutKey: gateway.keys.checkout };
  const amounts = [refund("20.00"), refund("900.00"), refund("200.00")];
  const told = (more: object): Promise<unknown> => asked(there.url, { options: { ...options, ...more }, amounts: amounts.slice(0, 1) });
  assert.deepEqual(await asked(there.url, { options, amounts }), { said: ["done", "Denied TOO_MUCH", "ApprovalRequired LARGE"], done: ["20.00"] });
  assert.deepEqual(await told({ key: "lictor_wrong" }), { said: ["GatewayError UNKNOWN_KEY"], done: [] });

  const elsewhere: string[] = [];
  const server = createServer((request, response) => {
    elsewhere.push(request.url ?? "");
    response.writeHead(307, { Location: `${gateway.url}${request.url}` }).end();
  });
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.deepEqual(await told({ url }), { said: ["GatewayUnavailable BAD_ANSWER"], done: [] });
  assert.deepEqual(elsewhere, ["/agents/v1/exec/authorize"]);

  await gateway.stop();
  assert.deepEqual(await told({}), { said: ["GatewayUnavailable UNREACHABLE"], done: [] });
});

async function asked(url: string, what: object): Promise<unknown> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(what) });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}
