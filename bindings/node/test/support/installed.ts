/** The package as an application has it: packed as it was built, and installed in an empty folder, from the file alone. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { here } from "./gateway.js";

/** Packs and installs it, and gives the folder of the application and the file that was installed. */
export function installed(): { folder: string; packed: string } {
  const folder = mkdtempSync(join(tmpdir(), "lictor-app-"));
  // Somebody's own settings, and what they have fetched before, are not to help.
  const npm = (where: string, ...args: string[]): string => {
    const env = { ...process.env, NPM_CONFIG_USERCONFIG: join(folder, "npmrc"), NPM_CONFIG_CACHE: join(folder, "cache"), NPM_CONFIG_OFFLINE: "true" };
    return execFileSync("npm", args, { cwd: where, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
  };
  const packed = join(folder, npm(here, "pack", "--silent", "--ignore-scripts", "--pack-destination", folder));
  const agent = join(folder, "agent");
  mkdirSync(agent);
  npm(agent, "init", "-y");
  npm(agent, "install", "--no-audit", "--no-fund", packed);
  const module = process.env["LICTOR_NODE"];
  if (module !== undefined) cpSync(module, join(agent, "node_modules/lictor/dist/lictor.node"));
  return { folder: agent, packed };
}
