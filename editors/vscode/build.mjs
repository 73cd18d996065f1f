// Puts the extension together in `dist/vscode`, and packs it: what is needed was fetched before, so that this needs no network.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { files } from "../snippets/make.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const editors = dirname(here);
const out = join(editors, "dist/vscode");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const file of ["package.json", "language-configuration.json", "README.md", "INSTALL.md", "icon.png"]) {
  cpSync(join(here, file), join(out, file));
}
cpSync(join(editors, "../LICENSE"), join(out, "LICENSE.txt"));
cpSync(join(editors, "textmate/lictor.tmLanguage.json"), join(out, "lictor.tmLanguage.json"));
writeFileSync(join(out, "snippets.json"), files().get("vscode/snippets.json"));

const common = { bundle: true, platform: "node", target: "node18", format: "cjs", logLevel: "warning" };
const bundled = await build({
  ...common,
  entryPoints: [join(here, "src/extension.ts")],
  outfile: join(out, "extension.js"),
  external: ["vscode"],
  minify: true,
  metafile: true,
});
writeFileSync(join(out, "NOTICES.txt"), notices(Object.keys(bundled.metafile.inputs)));

// The parts by themselves, for the tests.
await build({
  ...common,
  entryPoints: ["locate", "version", "messages", "answers", "views", "trying"].map((name) => join(here, `src/${name}.ts`)),
  outdir: join(editors, "dist/parts"),
  external: ["vscode"],
});

/** The licences of the packages of others that the bundle is made of. */
function notices(inputs) {
  const found = new Map();
  for (const input of inputs) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder === undefined || found.has(folder)) continue;
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const license = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    if (license === undefined) throw new Error(`${about.name} has no licence`);
    found.set(folder, `${about.name} ${about.version}\n\n${readFileSync(join(folder, license), "utf8").trim()}\n`);
  }
  return [...found.values()].sort().join(`\n${"-".repeat(80)}\n\n`);
}

const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const require = createRequire(import.meta.url);
const vsce = join(dirname(require.resolve("@vscode/vsce/package.json")), "vsce");
const target = join(editors, `dist/lictor-${version}.vsix`);
// There is no address yet under which the repository is public; relative links in the README would need one.
const options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--no-update-package-json"];
execFileSync(process.execPath, [vsce, "package", ...options, "--out", target], { cwd: out, stdio: ["ignore", "ignore", "inherit"] });
