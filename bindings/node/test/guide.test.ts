/** `docs/typescript.md`: what its guide says happens, and what it shows is TypeScript. */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";

import { here, lictor } from "./support/gateway.js";

const page = readFileSync(join(here, "../../docs/typescript.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "lictor-guide-"));
/** Within the package, which so finds itself by its name. */
const built = join(here, "build/guide");
mkdirSync(built, { recursive: true });
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

test("the five minutes in front of a shop", { timeout: 60_000 }, async () => {
  const shop = spawn(lictor, ["quickstart", join(folder, "kiosk"), "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const found: Record<string, string> = {};
    for await (const line of createInterface({ input: shop.stdout })) {
      const [, name = "", key = ""] = /^(agent|checkout|merchant) +(lictor_\S+)$/.exec(line) ?? [];
      found[name] = key;
      found["url"] ??= /store-1, at (\S+)$/.exec(line)?.[1] ?? (undefined as never);
      if (found["merchant"] !== undefined) break;
    }
    const { url = "", agent = "", checkout = "", merchant = "" } = found;
    const [, program = ""] = /^```js shop\.mjs\n(.*?)^```$/ms.exec(page) ?? [];
    writeFileSync(join(built, "shop.mjs"), program);
    const env = { ...process.env, GATEWAY: url, AGENT: agent, CHECKOUT: checkout };
    const buying = spawn(process.execPath, [join(built, "shop.mjs")], { env, stdio: ["ignore", "pipe", "inherit"] });
    const said: string[] = [];
    for await (const line of createInterface({ input: buying.stdout })) {
      said.push(line.replaceAll(url, "URL").replace(/[0-9a-f]{32}\.\d+/, "ID"));
      const waits = /^waits for the merchant at (\S+)$/.exec(line)?.[1];
      if (waits === undefined) continue;
      const headers = { "X-API-Key": merchant, "Content-Type": "application/json" };
      assert.equal((await fetch(`${waits}/approve`, { method: "POST", headers, body: "{}" })).status, 200);
    }
    assert.deepEqual(
      said.map((line) => line.replace(/^(STALE_PRICE): .*$/, "$1")),
      ["bought shopify:variant:1 for 19.99", "STALE_PRICE", "waits for the merchant at URL/approvals/ID", "bought shopify:variant:3 for 480.00"],
    );
  } finally {
    shop.kill();
    if (shop.exitCode === null) await once(shop, "exit");
  }
});

test("what the page shows is TypeScript", () => {
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  assert.ok(blocks.length >= 5, String(blocks.length));
  const imports = new Set(blocks.flatMap((block) => block.match(/^import .*$/gm) ?? []));
  const bodies = blocks.map((block) => `{\n${block.replace(/^import .*$/gm, "")}}\n`);
  const given = `
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { generateText, type LanguageModel, type ToolSet } from "ai";
import type { Gateway } from "lictor";
declare const permit: Gateway, connected: Client, server: McpServer, inputSchema: Record<string, never>, handler: (extra: object) => never;
declare const model: LanguageModel, prompt: string, tools: ToolSet;
declare const historyJson: string, rootPem: string, receiptJson: string, token: string, jwks: string;
declare const bundle: Uint8Array, releasePem: string, asked: { action: string }, said: { agent: object }, found: object[], act: () => void;
`;
  const file = join(here, "build/guide/page.mts");
  writeFileSync(file, [...imports, given, ...bodies].join("\n"));
  const options = ["--noEmit", "--ignoreConfig", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node", file];
  execFileSync(join(here, "node_modules/.bin/tsc"), options, { cwd: here, stdio: ["ignore", "inherit", "inherit"] });
});
