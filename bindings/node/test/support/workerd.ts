/** An edge: `workerd`, the runtime that Cloudflare runs, as a program of its own, with modules of this package as they were built. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { here } from "./gateway.js";

/** What the names of this package stand for. */
const OWN: Record<string, string> = { lictor: "dist/index.js", "lictor/verify": "dist/verify/index.js" };

export interface Edge {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one that answers requests with this worker, which may import what stands in the package, `lictor`, and `given`, files by their names. */
export async function edge(worker: string, given: Record<string, string> = {}): Promise<Edge> {
  const folder = mkdtempSync(join(tmpdir(), "lictor-edge-"));
  const modules = new Map([["worker.js", worker]]);
  follow("worker.js", worker, modules, Object.keys(given));
  const listed = [
    ...[...modules].map(([name, text]) => `(name = ${quoted(name)}, esModule = ${quoted(text)})`),
    ...Object.entries(given).map(([name, text]) => `(name = ${quoted(name)}, json = ${quoted(text)})`),
  ];
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (compatibilityDate = "2026-10-01", modules = [${listed.join(",\n")}])),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  const program = createRequire(import.meta.url)("workerd") as { default: string };
  const child = spawn(program.default, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
      createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
        const told = JSON.parse(line) as { event: string; port?: number };
        if (told.event === "listen" && told.port !== undefined) resolve(told.port);
      });
    });
    return { url: `http://127.0.0.1:${port}/`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** All modules that one needs. A name without a dot in front is looked for beside whoever imports it; so one that leads to the package is put there. */
function follow(name: string, text: string, modules: Map<string, string>, given: readonly string[]): void {
  for (const [, spec = ""] of text.matchAll(/^\s*(?:import|export)\b[^;]*?from\s*["']([^"']+)["']/gms)) {
    const at = posix.join(dirname(name), spec);
    if (given.includes(at)) continue;
    if (spec.startsWith(".")) {
      include(at, modules, given);
    } else {
      const file = OWN[spec] ?? `node_modules/${spec}`;
      modules.set(at, `export * from ${JSON.stringify(`/${file}`)};`);
      include(file, modules, given);
    }
  }
}

function include(file: string, modules: Map<string, string>, given: readonly string[]): void {
  if (modules.has(file)) return;
  const text = readFileSync(join(here, file), "utf8");
  modules.set(file, text);
  follow(file, text, modules, given);
}

/** A text as Cap'n Proto writes it. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;
}
