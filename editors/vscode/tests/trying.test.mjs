// The commands of the extension against a real server (`LICTOR` names the program), with a stand-in for the editor: what a person gets to see.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const vscode = require("./fake-vscode.cjs");
const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? vscode : load(request, ...rest));
const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require("vscode-jsonrpc/node");
const { Trying, ToldOfSamples } = require("../../dist/parts/trying.js");
const { Views } = require("../../dist/parts/views.js");

const { asked } = vscode;
const folder = mkdtempSync(join(tmpdir(), "lictor-trying-"));
const policy = join(folder, "policy/base.lictor");
const uri = pathToFileURL(policy).href;
const text = () => readFileSync(policy, "utf8");
let server, connection, trying, version;

/** What the editor shows. */
const shown = () => asked.showing?.text();
/** Waits until the text that is shown has this in it. */
async function shows(pattern) {
  for (let tries = 0; tries < 400 && !pattern.test(shown() ?? ""); tries++) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.match(shown(), pattern);
}

/** Puts one text in the place of another in the policy that the editor shows. */
function edit(content) {
  version += 1;
  return connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text: content }] });
}

before(async () => {
  assert.ok(process.env.LICTOR, "LICTOR names the program");
  cpSync(fileURLToPath(new URL("../../../examples/deploys", import.meta.url)), folder, { recursive: true });
  server = spawn(process.env.LICTOR, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const client = {
    sendRequest: (method, params) => connection.sendRequest(method, params),
    onNotification: (method, take) => connection.onNotification(method, take),
    code2ProtocolConverter: { asUri: (address) => address },
  };
  trying = new Trying(() => client, new Views());
  trying.listen(client);
  trying.register();
  connection.listen();
  const capabilities = {};
  new ToldOfSamples().fillClientCapabilities(capabilities);
  const folders = [{ uri: pathToFileURL(folder).href, name: "deploys" }];
  await connection.sendRequest("initialize", { processId: null, rootUri: null, workspaceFolders: folders, capabilities });
  await connection.sendNotification("initialized", {});
  version = 1;
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "lictor", version, text: text() } });
});

after(async () => {
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  connection.dispose();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  Object.assign(asked, { warnings: [], showing: undefined, choice: 0 });
  vscode.window.activeTextEditor = { document: { languageId: "lictor", uri }, selection: { active: { line: 0, character: 0 } } };
});

test("a chosen sample is decided, and again with every edit", async () => {
  await asked.commands.get("lictor.chooseSample")();
  assert.deepEqual(asked.warnings, []);
  assert.equal(asked.items_offered[0].label, "requests.ndjson, line 1");
  assert.match(shown(), /^requests\.ndjson, line 1\n\nALLOW {2}OK\n/);

  await edit(text().replace("param hours_to_try: Int = 24", "param hours_to_try: Int = 100"));
  await shows(/^requests\.ndjson, line 1\n\nDENY {2}NOT_TRIED\n/);
  await edit(text().replace(/^layer base$/m, "layer bas"));
  await shows(/^requests\.ndjson, line 1\n\nNOT OF THE POLICY AS IT STANDS: the policy has .* on line \d+ of .*; it can decide again .*\nThe last decision was:\n\nDENY/);
  await edit(text());
  await shows(/^requests\.ndjson, line 1\n\nALLOW/);
});

test("what a change does is previewed", async () => {
  await asked.commands.get("lictor.preview")();
  assert.equal(shown(), "15 sample requests: every decision is as by the policy on disk\n");
  await edit(text().replace("param hours_to_try: Int = 24", "param hours_to_try: Int = 100"));
  await asked.commands.get("lictor.preview")();
  assert.match(shown(), /^15 sample requests: \d+ decided otherwise than by the policy on disk\n\nrequests\.ndjson:1 {2}allow → deny NOT_TRIED\n {2}by tidewater\.base\.tried: /);
  await edit(text());
});

test("a lens shows what its command answers", async () => {
  const sample = { uri: pathToFileURL(join(folder, "requests.ndjson")).href, line: 1 };
  await trying.middleware("lictor.decideSample", [{ sample, show: true }], () => assert.fail("the server would show it as well"));
  assert.match(shown(), /^requests\.ndjson, line 2\n\n/);
  assert.equal(await trying.middleware("lictor.runTests", [{ uri }], (command) => command), "lictor.runTests");
});

test("the instructions of the rule at the cursor", async () => {
  await asked.commands.get("lictor.showInstructions")();
  assert.deepEqual(asked.warnings, ["there is no rule here; put the cursor into one"]);
  const line = text().split("\n").findIndex((each) => each.startsWith("rule "));
  vscode.window.activeTextEditor.selection.active = { line, character: 6 };
  await asked.commands.get("lictor.showInstructions")();
  assert.match(shown(), /^base\n {2}rule tidewater\./);
});

test("without a policy, or a server, it is said what is missing", async () => {
  vscode.window.activeTextEditor = undefined;
  await asked.commands.get("lictor.preview")();
  assert.deepEqual(asked.warnings, ["Open a policy first."]);
  const alone = new Trying(() => undefined, { show() {}, say() {} });
  alone.register();
  vscode.window.activeTextEditor = { document: { languageId: "lictor", uri }, selection: { active: { line: 0, character: 0 } } };
  await asked.commands.get("lictor.runAllTests")();
  assert.deepEqual(asked.warnings, ["Open a policy first.", "The language server of Lictor does not run."]);
  trying.register();
});
