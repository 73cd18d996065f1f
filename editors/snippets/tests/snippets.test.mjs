// Each snippet, with what it proposes, makes a policy that Lictor accepts and lays out as it stands; and its forms for editors
// say the same. `LICTOR` names the program.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PLACES, expanded, pieces, snippets } from "../expand.mjs";
import { files } from "../make.mjs";

const lictor = process.env.LICTOR ?? "lictor";
const frame = readFileSync(new URL("../frame.lictor", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "lictor-snippets-"));
after(() => rmSync(folder, { recursive: true }));

/** The small policy with the snippet in its place, as the files of a project. */
function policy({ place, body }) {
  const text = expanded(body.join("\n")).trimEnd();
  const put = (_, indent, mark) => (mark === place ? `${text.replace(/^(?=.)/gm, indent)}\n` : "");
  const filled = `${frame.replace(/^( *)\/\/ (statement|step|item)s\n/gm, put).trimEnd()}\n`;
  return { "base.lictor": filled, ...(place === "file" && { "more.lictor": `${text}\n` }) };
}

for (const snippet of snippets) {
  test(`${snippet.prefix}: ${snippet.name}`, () => {
    const project = mkdtempSync(join(folder, "p-"));
    const written = policy(snippet);
    for (const [name, text] of Object.entries(written)) writeFileSync(join(project, name), text);
    const checked = spawnSync(lictor, ["check", project], { encoding: "utf8" });
    assert.equal(checked.status, 0, `${checked.stdout}${checked.stderr}`);
    spawnSync(lictor, ["fmt", project]);
    for (const [name, text] of Object.entries(written)) {
      assert.equal(readFileSync(join(project, name), "utf8"), text, "the formatter lays it out otherwise");
    }
  });
}

test("what is not a policy is noticed", () => {
  const project = mkdtempSync(join(folder, "p-"));
  writeFileSync(join(project, "base.lictor"), frame.replace("// statements", "deny when nothing_is_called_so as TOO_MUCH"));
  assert.notEqual(spawnSync(lictor, ["check", project]).status, 0);
});

test("names, prefixes and places", () => {
  for (const key of ["name", "prefix"]) {
    const all = snippets.map((snippet) => snippet[key]);
    assert.deepEqual(all, [...new Set(all)], `two snippets have the same ${key}`);
  }
  for (const { prefix, place, description, body } of snippets) {
    // One word, so that every editor takes it for one.
    assert.match(prefix, /^[a-z_]+$/);
    assert.ok(PLACES.includes(place), prefix);
    assert.ok(description.length > 10 && !description.endsWith("."), prefix);
    const numbers = [...pieces(body.join("\n"))].filter((piece) => typeof piece !== "string").map((stop) => stop.number);
    const stops = [...new Set(numbers)].filter((number) => number > 0).sort((a, b) => a - b);
    assert.deepEqual(stops, stops.map((_, index) => index + 1), `${prefix}: stops count from 1`);
  }
});

test("braces that are text are marked in the editors' forms", () => {
  const made = files();
  const rule = JSON.parse(made.get("vscode/snippets.json")).Rule.body.join("\n");
  assert.ok(rule.includes('"${6:{pieces\\} are too many}"'), rule);
  assert.ok(made.get("emacs/snippets/lictor-mode/rule").includes('"${6:{pieces\\} are too many}"'));
  assert.ok(made.get("emacs/snippets/lictor-mode/action").includes(`\${5:$$(yas-choose-value '("allow" "step_up" "deny"))}`));
});

test("Helix's form is TOML", () => {
  const text = files().get("helix/snippets/lictor.toml");
  const script = "import sys, tomllib, json; print(json.dumps(tomllib.loads(sys.stdin.read())))";
  const read = JSON.parse(execFileSync("python3", ["-c", script], { input: text, encoding: "utf8" }));
  assert.deepEqual(read.snippets.map((each) => each.prefix), snippets.map((each) => each.prefix));
});
