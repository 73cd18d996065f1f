// The bundle as it is shipped, started where there is no `lictor`, one that is too old, and something else; and the package itself.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const vscode = require("./fake-vscode.cjs");
const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? vscode : load(request, ...rest));
const extension = require("../../dist/vscode/extension.js");
const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, "vscode/package.json"), "utf8"));

const folder = mkdtempSync(join(tmpdir(), "lictor-vscode-"));
after(() => rmSync(folder, { recursive: true }));

/** A program that says this of its version, and ends so when it is asked for a server. */
function program(name, version, status) {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\ncase "$1" in --version) echo "${version}" ;; *) exit ${status} ;; esac\n`);
  chmodSync(file, 0o755);
  return file;
}

async function started(settings) {
  const { asked } = vscode;
  Object.assign(asked, { errors: [], executed: [], items: [], settings, answer: undefined });
  const context = { extensionUri: "extension:", subscriptions: [] };
  await extension.activate(context);
  return context;
}

beforeEach(() => {
  process.env.PATH = "/nowhere";
});

test("no program: the message says so, and the status too; there is a way on", async () => {
  const { asked } = vscode;
  await started({});
  assert.equal(asked.errors.length, 1);
  assert.match(asked.errors[0].text, /`lictor` is not on the PATH/);
  assert.deepEqual(asked.errors[0].buttons, ["How to install it", "Open the setting", "Try again"]);
  assert.equal(asked.items[0].text, "Policies are not checked");
  assert.equal(asked.items[0].severity, vscode.LanguageStatusSeverity.Error);
});

test("the button leads to the instructions that come along", async () => {
  const { asked } = vscode;
  await started({});
  asked.answer = "How to install it";
  await asked.commands.get("lictor.restart")();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked.executed, [
    ["lictor.showInstall"],
    ["markdown.showPreview", "extension:/INSTALL.md"],
  ]);
  assert.match(readFileSync(join(dist, "vscode/INSTALL.md"), "utf8"), /cargo install/);
});

test("places that the server names are shown as references", async () => {
  const { asked } = vscode;
  await started({});
  const at = { line: 3, character: 6 };
  const range = { start: { line: 1, character: 4 }, end: { line: 1, character: 9 } };
  await asked.commands.get("lictor.showReferences")("file:///a.lictor", at, [{ uri: "file:///b.lictor", range }]);
  const [name, uri, position, places] = asked.executed.at(-1);
  assert.equal(name, "editor.action.showReferences");
  assert.equal(uri, "parsed file:///a.lictor");
  assert.deepEqual({ ...position }, at);
  assert.equal(places[0].uri, "parsed file:///b.lictor");
  assert.deepEqual({ ...places[0].range.end }, range.end);
});

test("a program that is too old, or is something else", async () => {
  const { asked } = vscode;
  await started({ path: program("old", "lictor 0.0.9", 0) });
  assert.match(asked.errors[0].text, /is Lictor 0\.0\.9, which has no language server/);
  await started({ path: program("without", "lictor 0.1.0", 2) });
  assert.match(asked.errors[0].text, /is Lictor 0\.1\.0, which has no language server/);
  await started({ path: program("other", "something 1.0", 0) });
  assert.match(asked.errors[0].text, /is not Lictor/);
});

test("another setting starts it anew, any other one does not", async () => {
  const { asked } = vscode;
  await started({ path: join(folder, "gone") });
  const change = asked.listeners.at(-1);
  change({ affectsConfiguration: (name) => name === "editor.fontSize" });
  await extension.deactivate();
  assert.equal(asked.errors.length, 1);
  await started({ path: join(folder, "gone") });
  asked.listeners.at(-1)({ affectsConfiguration: (name) => name === "lictor.path" });
  await extension.deactivate();
  assert.equal(asked.errors.length, 2);
});

test("modules of the library have no text while no server runs", async () => {
  await started({});
  assert.equal(await vscode.asked.providers.get("lictor-library").provideTextDocumentContent("lictor-library:std"), undefined);
});

test("every command of the manifest is there, and none but it and the one that lenses call", async () => {
  await started({});
  const declared = manifest.contributes.commands.map((command) => command.command).sort();
  assert.deepEqual([...vscode.asked.commands.keys()].sort(), [...declared, "lictor.showReferences"].sort());
});

test("settings of the manifest and the README are the same", () => {
  const readme = readFileSync(join(dist, "vscode/README.md"), "utf8");
  const listed = [...readme.matchAll(/^\| `(lictor\.[\w.]+)` \|/gm)].map((found) => found[1]);
  assert.deepEqual(listed.sort(), Object.keys(manifest.contributes.configuration.properties).sort());
});

test("the package holds what it needs, and no program", () => {
  const script = "import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); print(json.dumps([[i.filename, z.read(i)[:4].hex()] for i in z.infolist()]))";
  const package_ = join(dist, `lictor-${manifest.version}.vsix`);
  const environment = { env: { PATH: "/usr/local/bin:/usr/bin:/bin" }, encoding: "utf8" };
  const listed = execFileSync("python3", ["-c", script, package_], environment);
  const entries = new Map(JSON.parse(listed));
  const needed = ["package.json", "extension.js", "language-configuration.json", "lictor.tmLanguage.json", "snippets.json", "icon.png"];
  for (const file of needed) assert.ok(entries.has(`extension/${file}`), file);
  const texts = [...entries].filter(([name]) => !name.endsWith("icon.png")).map(([, start]) => start);
  // ELF, Mach-O, PE, WebAssembly.
  for (const start of texts) assert.ok(!/^(7f454c46|cffaedfe|cafebabe|4d5a|0061736d)/.test(start), start);
  const kinds = [...entries.keys()].map((name) => name.split(".").at(-1));
  assert.deepEqual([...new Set(kinds)].sort(), ["js", "json", "md", "png", "txt", "vsixmanifest", "xml"]);
});

test("the licences of what is bundled come along", () => {
  const notices = readFileSync(join(dist, "vscode/NOTICES.txt"), "utf8");
  for (const name of ["vscode-languageclient", "vscode-jsonrpc", "vscode-languageserver-protocol"]) {
    assert.ok(notices.includes(`${name} `), name);
  }
});
