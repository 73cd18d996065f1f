/** The TypeScript SDKs of the Model Context Protocol themselves, of both generations, client and server in memory: which tools ran, and what the client was told. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpServer as McpServer2 } from "@modelcontextprotocol/server";
import { Gateway } from "lictor";
import { guardClient, guardHandler } from "lictor/mcp";
import { z } from "zod";

import { type Running, start } from "./support/gateway.js";

let gateway: Running;
before(async () => {
  gateway = await start();
});
after(() => gateway?.stop());

type Wrap = <A extends unknown[], R>(name: string, handler: (...args: A) => R | Promise<R>) => (...args: A) => Promise<unknown>;

/** What both generations have: the first takes the shape of an input, the second a schema. */
interface Sdk {
  client(): Pick<Client, "connect" | "close" | "callTool" | "listTools" | "getServerVersion">;
  server(): { registerTool(name: string, config: object, handler: unknown): unknown; connect(transport: never): Promise<void> };
  schema(shape: z.ZodRawShape): unknown;
  pair(): [unknown, unknown];
}

const implementation = { name: "desk", version: "1" };
const sdks: Record<string, Sdk> = {
  "SDK 1": {
    client: () => new Client(implementation),
    server: () => new McpServer(implementation) as never,
    schema: (shape) => shape,
    pair: () => InMemoryTransport.createLinkedPair(),
  },
  "SDK 2": {
    client: () => new Client2(implementation) as never,
    server: () => new McpServer2(implementation) as never,
    schema: (shape) => z.object(shape),
    pair: () => InMemoryTransport2.createLinkedPair(),
  },
};

/** A server with three tools, a client that is connected to it, and what the tools did. */
async function connected(sdk: Sdk, wrap: Wrap): Promise<{ client: ReturnType<Sdk["client"]>; ran: string[]; close: () => Promise<void> }> {
  const ran: string[] = [];
  const server = sdk.server();
  const did = (what: string): { content: [{ type: "text"; text: string }] } => {
    ran.push(what);
    if (what.includes("13.00")) throw new Error("the till is stuck");
    return { content: [{ type: "text", text: what }] };
  };
  const refund = sdk.schema({ charge: z.string(), amount: z.string(), currency: z.string() });
  server.registerTool("refund", { inputSchema: refund }, wrap("refund", async ({ amount }: { amount: string }, _extra: object) => did(`refund ${amount}`)));
  server.registerTool("look", { inputSchema: sdk.schema({ what: z.string() }) }, wrap("look", async ({ what }: { what: string }, _extra: object) => did(`look ${what}`)));
  server.registerTool("close", {}, wrap("close", async (_extra: object) => did("close")));
  const client = sdk.client();
  const [one, other] = sdk.pair();
  await Promise.all([server.connect(one as never), client.connect(other as never)]);
  return { client, ran, close: () => client.close() };
}

const unguarded: Wrap = (_, handler) => async (...args) => handler(...args);
const money = (amount: string): Record<string, unknown> => ({ charge: "ch-1", amount, currency: "USD" });

type Calls = (name: string, input?: Record<string, unknown>) => Promise<{ isError: boolean; text: string }>;
type Setting = (sdk: Sdk, of: Gateway, options?: object) => Promise<{ call: Calls; ran: string[]; close: () => Promise<void> }>;

function calls(client: { callTool: Client["callTool"] }): Calls {
  return async (name, input) => {
    const result = await client.callTool({ name, ...(input === undefined ? {} : { arguments: input }) });
    return { isError: result.isError === true, text: JSON.stringify(result.content) };
  };
}

/** Both ways of putting the gateway between: in the client, and in the server. */
const settings: Record<string, Setting> = {
  "in the client": async (sdk, of, options = {}) => {
    const { client, ran, close } = await connected(sdk, unguarded);
    return { call: calls(guardClient(of, client, options)), ran, close };
  },
  "in the server": async (sdk, of, options = {}) => {
    const { client, ran, close } = await connected(sdk, (name, handler) => guardHandler(of, name, handler, options));
    return { call: calls(client), ran, close };
  },
};

const places = Object.entries(sdks).flatMap(([generation, sdk]) =>
  Object.entries(settings).map(([where, setting]) => ({ where: `${generation}, ${where}`, setting: setting.bind(undefined, sdk) })),
);

for (const [at, { where, setting }] of places.entries()) {
  test(`${where}: allowed`, async () => {
    const { call, ran, close } = await setting(gateway.client());
    assert.deepEqual(await call("refund", money("20.00")), { isError: false, text: '[{"type":"text","text":"refund 20.00"}]' });
    assert.deepEqual(ran, ["refund 20.00"]);
    await close();
  });

  test(`${where}: denied, held, unknown, demanded, and an action that is denied by default`, async () => {
    const actions = { close: { action: "desk.close", resource: () => ({}) } };
    const { call, ran, close } = await setting(gateway.client(), { actions });
    const refused = async (expected: RegExp, name: string, input?: Record<string, unknown>): Promise<void> => {
      const { isError, text } = await call(name, input);
      assert.ok(isError);
      assert.match(text, expected);
    };
    await refused(/Not permitted. TOO_MUCH: 500.01 USD is more than 500.00 USD/, "refund", money("500.01"));
    await refused(/LARGE.*\/approvals\/[0-9a-f]{32}/, "refund", money("150.00"));
    await refused(/OBLIGATION_NOT_MET/, "look", { what: "secret" });
    await refused(/Not permitted/, "close");
    assert.deepEqual(ran, []);
    await close();
    const plain = await setting(gateway.client());
    assert.match((await plain.call("close", {})).text, /Not permitted/);
    assert.deepEqual(plain.ran, []);
    await plain.close();
  });

  test(`${where}: a gateway that is down, silent or broken, and a program that is`, async () => {
    const late: typeof fetch = (_, init) => new Promise((_resolve, no) => init?.signal?.addEventListener("abort", () => no(new Error("late"))));
    const faults: [Gateway, object, RegExp][] = [
      [new Gateway({ url: "http://127.0.0.1:1", key: "none" }), {}, /UNREACHABLE/],
      [gateway.client({ timeout: 100, fetch: late }), {}, /TIMEOUT/],
      [gateway.client({ fetch: async () => new Response('{"decision":"allowed"}') }), {}, /BAD_ANSWER/],
      [gateway.client(), { admit: () => assert.fail("a bug") }, /FAULT/],
      [gateway.client(), { nameOf: () => assert.fail("a bug") }, /FAULT/],
    ];
    for (const [of, options, expected] of faults) {
      const { call, ran, close } = await setting(of, options);
      const { isError, text } = await call("refund", money("20.00"));
      assert.ok(isError);
      assert.match(text, expected);
      assert.deepEqual(ran, [], String(expected));
      await close();
    }
  });

  test(`${where}: what a person approves runs, and what fails inside is told as it is`, async () => {
    const options = { wait: true, onWait: ({ id }: { id: string }) => void gateway.answer(id, "approve") };
    const { call, ran, close } = await setting(gateway.client(), options);
    assert.equal((await call("refund", money(`${200 + at}.00`))).isError, false);
    const { isError, text } = await call("refund", money("13.00"));
    assert.ok(isError);
    assert.match(text, /the till is stuck/);
    assert.equal(ran.length, 2);
    await close();
  });
}

for (const [generation, sdk] of Object.entries(sdks)) test(`${generation}: a guarded client is a client in everything else`, async () => {
  const { client, close } = await connected(sdk, unguarded);
  const guarded = guardClient(gateway.client(), client);
  assert.equal((await guarded.listTools()).tools.length, 3);
  assert.deepEqual(guarded.getServerVersion(), { name: "desk", version: "1" });
  const { request } = guarded as unknown as { request: (asked: object) => unknown };
  assert.throws(() => request({ method: "tools/call", params: { name: "close" } }), { code: "FAULT" });
  await close();
});
