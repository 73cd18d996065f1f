/** A gateway that runs, with the policy of these tests, and everybody's keys. */

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Gateway, type GatewayOptions } from "lictor";

export const here = fileURLToPath(new URL("../../../", import.meta.url));
export const lictor = process.env["LICTOR"] ?? join(here, "../../target/debug/lictor");

/** Runs the command, and gives what it says. */
export function command(...args: string[]): string {
  return execFileSync(lictor, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

export interface Running {
  readonly url: string;
  readonly folder: string;
  readonly keys: { readonly agent: string; readonly checkout: string; readonly manager: string };
  /** A client of it. */
  client(options?: Partial<GatewayOptions>): Gateway;
  /** Answers the request for approval of this id. */
  answer(id: string, answer: "approve" | "deny"): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one, with more arguments. */
export async function start(...more: string[]): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "lictor-node-"));
  const data = join(folder, "data");
  const add = (...args: string[]): string => command("keys", "add", ...args, "--data", data).split("\n").at(-1)?.trim() ?? "";
  const keys = {
    agent: add("helper", "--role", "agent", "--owner", "olga"),
    checkout: add("desk", "--role", "checkout"),
    manager: add("mia", "--role", "approver", "--approves", "manager"),
  };
  const child = spawn(lictor, ["serve", join(here, "test/policy"), "--data", data, "--listen", "127.0.0.1:0", "--log", "error", ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const url: string = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}`)));
    lines.on("line", (line) => {
      const found = /^listening on (\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    url,
    folder,
    keys,
    client: (options = {}) => new Gateway({ url, key: keys.agent, checkoutKey: keys.checkout, ...options }),
    answer: async (id, answer) => {
      const response = await fetch(`${url}/approvals/${id}/${answer}`, {
        method: "POST",
        headers: { "X-API-Key": keys.manager, "Content-Type": "application/json" },
        body: "{}",
      });
      if (response.status !== 200) throw new Error(await response.text());
    },
    stop,
  };
}

/** A refund of so many dollars. */
export function refund(amount: string): { charge: string; amount: { amount: string; currency: string } } {
  return { charge: "ch-1", amount: { amount, currency: "USD" } };
}

/** The global `fetch`, with what comes back changed on the way; and what was sent. */
export function spying(change?: (path: string, body: string) => string): { fetch: typeof fetch; sent: { path: string; body: string }[] } {
  const sent: { path: string; body: string }[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const { pathname } = new URL(String(input));
      sent.push({ path: pathname, body: String(init?.body ?? "") });
      const response = await fetch(input, init);
      if (change === undefined) return response;
      return new Response(change(pathname, await response.text()), { status: response.status });
    },
  };
}
