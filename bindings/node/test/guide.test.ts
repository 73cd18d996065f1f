/** `docs/typescript.md`: its commands and programs as they stand, in an empty folder with the packed package; and what it shows is TypeScript. */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";

import { command, here, lictor } from "./support/gateway.js";
import { installed } from "./support/installed.js";

const page = readFileSync(join(here, "../../docs/typescript.md"), "utf8");
/** An application that has installed the package, and all that happens in these tests. */
const { folder, packed } = installed();
after(() => rmSync(dirname(folder), { recursive: true, force: true, maxRetries: 10 }));

/** Writes the program that the page calls so. */
function program(name: string): string {
  const [, text] = new RegExp(`^\`\`\`js ${name.replace(".", "\\.")}\\n(.*?)^\`\`\`$`, "ms").exec(page) ?? [];
  assert.ok(text !== undefined, name);
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Runs a program of the page, and gives what it says, line by line, and how it ends. */
async function run(name: string, environment: Record<string, string>, onLine: (line: string) => Promise<void> = async () => {}): Promise<{ said: string[]; status: number }> {
  const { LICTOR_NODE: _, ...own } = process.env;
  const running = spawn(process.execPath, [program(name)], { cwd: folder, env: { ...own, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(running, "exit");
  const [said, wrong]: [string[], string[]] = [[], []];
  createInterface({ input: running.stderr }).on("line", (line) => wrong.push(line));
  for await (const line of createInterface({ input: running.stdout })) {
    said.push(line);
    await onLine(line);
  }
  const [status] = (await ended) as [number];
  return { said: [...said, ...wrong], status };
}

test("what is packed is the package, and nothing of how it is made", () => {
  const files = execFileSync("tar", ["tzf", packed], { encoding: "utf8" }).trim().split("\n");
  const odd = files.filter((name) => !/^package\/(package\.json|README\.md|LICENSE|dist\/.*\.(js|d\.ts)|dist\/lictor\.node|node_modules\/@noble\/.*)$/.test(name));
  assert.deepEqual(odd, []);
  for (const name of ["LICENSE", "dist/index.js", "dist/verify/index.d.ts"]) assert.ok(files.includes(`package/${name}`), name);
});

test("the five minutes in front of a shop", { timeout: 60_000 }, async () => {
  const shop = spawn(lictor, ["quickstart", "kiosk", "--listen", "127.0.0.1:0"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const found: Record<string, string> = {};
  try {
    for await (const line of createInterface({ input: shop.stdout })) {
      const [, name = "", key = ""] = /^(agent|checkout|merchant) +(lictor_\S+)$/.exec(line) ?? [];
      found[name] = key;
      found["url"] ??= /store-1, at (\S+)$/.exec(line)?.[1] ?? (undefined as never);
      if (found["merchant"] !== undefined) break;
    }
    const { url = "", agent = "", checkout = "", merchant = "" } = found;
    const environment = { GATEWAY: url, AGENT: agent, CHECKOUT: checkout };
    const approves = async (line: string): Promise<void> => {
      const waits = /^waits for the merchant at (\S+)$/.exec(line)?.[1];
      if (waits === undefined) return;
      const headers = { "X-API-Key": merchant, "Content-Type": "application/json" };
      assert.equal((await fetch(`${waits}/approve`, { method: "POST", headers, body: "{}" })).status, 200);
    };
    const { said, status } = await run("shop.mjs", environment, approves);
    assert.deepEqual(
      said.map((line) => line.replaceAll(url, "URL").replace(/[0-9a-f]{32}\.\d+/, "ID").replace(/^(STALE_PRICE): .*$/, "$1")),
      ["bought shopify:variant:1 for 19.99", "STALE_PRICE", "waits for the merchant at URL/approvals/ID", "bought shopify:variant:3 for 480.00"],
    );
    assert.equal(status, 0);

    // With what somebody gets wrong. Nothing is bought.
    const wrong = { ...environment, AGENT: agent.replace(/.$/, (sign) => (sign === "0" ? "1" : "0")) };
    assert.deepEqual((await run("shop.mjs", wrong)).said.map(code), ["UNKNOWN_KEY", "UNKNOWN_KEY", "UNKNOWN_KEY"]);
    // Where nobody can use the token up, nothing is done with it.
    assert.deepEqual((await run("shop.mjs", { ...environment, CHECKOUT: agent }, approves)).said.map(code), ["WRONG_ROLE", "STALE_PRICE", "waits", "WRONG_ROLE"]);
    for (const [environment_, words] of [
      [{ ...environment, AGENT: "" }, /`key` is no key/],
      [{ ...environment, AGENT: "lictor_ 1" }, /`key` is no key/],
      [{ ...environment, GATEWAY: "127.0.0.1:8420" }, /`url` is where the gateway is/],
      [{ ...environment, GATEWAY: "http://gateway.example" }, /unencrypted/],
    ] as const) {
      const { said: told, status: ended } = await run("shop.mjs", environment_);
      assert.match(told.join("\n"), words);
      assert.deepEqual([told.some((line) => line.startsWith("bought")), ended], [false, 1]);
    }
  } finally {
    shop.kill();
    if (shop.exitCode === null) await once(shop, "exit");
  }
  const { url = "", agent = "", checkout = "" } = found;
  const { said } = await run("shop.mjs", { GATEWAY: url, AGENT: agent, CHECKOUT: checkout });
  assert.deepEqual(said.map(code), ["UNREACHABLE", "UNREACHABLE", "UNREACHABLE"]);
});

function code(line: string): string {
  return line.split(/[: ]/)[0] ?? "";
}

test("the engine of an application", { timeout: 60_000 }, async () => {
  const commands = /^```sh\n(lictor new shop\n.*?)^```$/ms.exec(page)?.[1]?.trim().split("\n") ?? [];
  assert.equal(commands.length, 3);
  for (const line of commands) execFileSync(lictor, line.split(" ").slice(1), { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  assert.deepEqual(await run("decide.mjs", {}), { said: ["4.50 allow OK", "4500.00 deny AMOUNT_OVER_LIMIT"], status: 0 });

  // With what somebody gets wrong. Nothing is decided.
  const refused = async (words: RegExp): Promise<void> => {
    const { said, status } = await run("decide.mjs", {});
    assert.match(said.join("\n"), words);
    assert.equal(status, 1);
  };
  const away = (name: string): (() => void) => {
    renameSync(join(folder, name), join(folder, "away"));
    return () => renameSync(join(folder, "away"), join(folder, name));
  };
  let back = away("shop.bundle");
  await refused(/ENOENT.*shop\.bundle/);
  back();
  back = away("release.pub");
  command("keygen", "-o", join(folder, "release2"));
  renameSync(join(folder, "release2.pub"), join(folder, "release.pub"));
  await refused(/B0107: .*not a key that is trusted here/);
  back();
  back = away("node_modules/lictor/dist/lictor.node");
  assert.ok(!existsSync(join(folder, "node_modules/lictor/dist/lictor.node")));
  await refused(/NOT_INSTALLED: .*bindings\/node\/run --pack/);
  back();
});

/** Within the package, which so finds itself by its name. */
const built = join(here, "build/guide");
mkdirSync(built, { recursive: true });

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
import type { Engine } from "lictor/engine";
declare const permit: Gateway, connected: Client, server: McpServer, inputSchema: Record<string, never>, handler: (extra: object) => never;
declare const model: LanguageModel, prompt: string, tools: ToolSet;
declare const historyJson: string, rootPem: string, receiptJson: string, token: string, jwks: string;
declare const engine: Engine, asked: { action: string }, said: { agent: object }, found: object[], act: () => void, line: string, text: string;
`;
  const file = join(built, "page.mts");
  writeFileSync(file, [...imports, given, ...bodies].join("\n"));
  const options = ["--noEmit", "--ignoreConfig", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node", file];
  execFileSync(join(here, "node_modules/.bin/tsc"), options, { cwd: here, stdio: ["ignore", "inherit", "inherit"] });
});
