// What VS Code does while a policy is typed: comments that go on, lines that are indented.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
const configuration = read("language-configuration.json");

/** What happens at the end of a line when Enter is pressed. */
const entered = (line) => configuration.onEnterRules.find((rule) => new RegExp(rule.beforeText).test(line))?.action;

test("documentation goes on with the next line, a comment and a line across the page do not", () => {
  assert.equal(entered("  /// What it limits.").appendText, "/// ");
  assert.equal(entered("//! What the file is about.").appendText, "//! ");
  assert.equal(entered("// a note"), undefined);
  assert.equal(entered("//// ----"), undefined);
});

test("clauses of a parameter and an exception are indented", () => {
  assert.equal(entered("param most: Money = 500 USD").indent, "indent");
  assert.equal(entered("except contract to prices").indent, "indent");
  assert.equal(entered("  range 0 USD to 9 USD"), undefined);
  assert.equal(entered("parameters { }"), undefined);
});

test("what is open is indented, and closed again", () => {
  const increases = (line) => new RegExp(configuration.indentationRules.increaseIndentPattern).test(line);
  const decreases = (line) => new RegExp(configuration.indentationRules.decreaseIndentPattern).test(line);
  assert.ok(increases("rule r on shop.buy {") && increases("calendar office = [") && increases("  web: f("));
  assert.ok(!increases("tiers { trial, regular }") && !increases("// a { in a note"));
  assert.ok(decreases("}") && decreases("  ],") && !decreases("  deny as NO"));
});

test("a word is a name, a number a number", () => {
  const words = "require max_total <= 1_000.50 USD".match(new RegExp(configuration.wordPattern, "g"));
  assert.deepEqual(words, ["require", "max_total", "1_000.50", "USD"]);
});
