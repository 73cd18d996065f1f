// The parts of the extension that need no editor: where the program is found, which will do, and what is said where none does.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const part = (name) => require(`../../dist/parts/${name}.js`);
const { locate } = part("locate");
const { compare, judge, OLDEST } = part("version");
const { failed, missing, unfit } = part("messages");

/** A machine with these programs. */
const machine = (programs, more = {}) => ({
  platform: "linux",
  env: { PATH: "/usr/bin:relative:/opt/lictor/bin" },
  home: "/home/ann",
  isProgram: (file) => programs.includes(file),
  ...more,
});

test("without a setting, the first one on the PATH", () => {
  const both = machine(["/opt/lictor/bin/lictor", "/usr/bin/lictor"]);
  assert.deepEqual(locate("", "/policies", both), { file: "/usr/bin/lictor" });
  assert.deepEqual(locate("  ", "/policies", machine(["/opt/lictor/bin/lictor"])), { file: "/opt/lictor/bin/lictor" });
});

test("a folder of the PATH that is not absolute is not looked into: what is in it changes with the folder that is open", () => {
  const here = machine(["relative/lictor", "/policies/relative/lictor"]);
  assert.deepEqual(locate("", "/policies", here), { missing: "path", lookedAt: "lictor" });
});

test("the setting comes first, and nothing else is tried when it is wrong", () => {
  const some = machine(["/usr/bin/lictor", "/elsewhere/lictor"]);
  assert.deepEqual(locate("/elsewhere/lictor", undefined, some), { file: "/elsewhere/lictor" });
  assert.deepEqual(locate("/gone/lictor", undefined, some), { missing: "setting", lookedAt: "/gone/lictor" });
});

test("a setting from home, from the open folder, and a bare name", () => {
  const some = machine(["/home/ann/bin/lictor", "/policies/tools/lictor", "/usr/bin/lictor-next"]);
  assert.deepEqual(locate("~/bin/lictor", "/policies", some), { file: "/home/ann/bin/lictor" });
  assert.deepEqual(locate("tools/lictor", "/policies", some), { file: "/policies/tools/lictor" });
  assert.deepEqual(locate("lictor-next", "/policies", some), { file: "/usr/bin/lictor-next" });
  assert.deepEqual(locate("lictor-nightly", "/policies", some), { missing: "setting", lookedAt: "lictor-nightly" });
});

test("Windows: `Path`, semicolons, endings", () => {
  const env = { Path: "C:\\Windows;C:\\Users\\ann\\.cargo\\bin", PATHEXT: ".COM;.EXE" };
  const windows = machine(["C:\\Users\\ann\\.cargo\\bin\\lictor.exe"], { platform: "win32", env, home: "C:\\Users\\ann" });
  assert.deepEqual(locate("", undefined, windows), { file: "C:\\Users\\ann\\.cargo\\bin\\lictor.exe" });
  assert.deepEqual(locate("~\\.cargo\\bin\\lictor", undefined, windows), { file: "C:\\Users\\ann\\.cargo\\bin\\lictor.exe" });
});

test("no PATH at all", () => {
  assert.deepEqual(locate("", undefined, machine([], { env: {} })), { missing: "path", lookedAt: "lictor" });
});

const said = (text, status = 0) => ({ text, status });

test("a program is judged by what it says", () => {
  assert.deepEqual(judge(said("lictor 0.1.0\n"), said("")), { kind: "good", version: "0.1.0" });
  assert.deepEqual(judge(said("lictor 12.3.4-beta"), said("")), { kind: "good", version: "12.3.4" });
  assert.deepEqual(judge(said("lictor 0.0.9\n"), said("")), { kind: "old", version: "0.0.9" });
  assert.deepEqual(judge(said("lictor 0.1.0\n"), said("unrecognized subcommand", 2)), { kind: "old", version: "0.1.0" });
  assert.deepEqual(judge(said("GNU bash"), said("")), { kind: "other" });
  assert.deepEqual(judge(said("lictor 0.1.0", 1), said("")), { kind: "other" });
  assert.deepEqual(judge(said("", null), said("", null)), { kind: "other" });
});

test("versions are compared by number", () => {
  assert.ok(compare("0.10.0", "0.9.9") > 0);
  assert.ok(compare("1.0.0", "0.99.99") > 0);
  assert.equal(compare("0.1.0", "0.1.0"), 0);
});

test("what is said names the place, and leads to what helps", () => {
  const commands = (message) => message.buttons.map((button) => button.command);
  const none = missing({ missing: "path", lookedAt: "lictor" });
  assert.match(none.text, /`lictor` is not on the PATH/);
  assert.equal(commands(none)[0], "lictor.showInstall");
  assert.match(missing({ missing: "setting", lookedAt: "/gone" }).text, /`lictor.path` says `\/gone`/);
  const old = unfit("/usr/bin/lictor", { kind: "old", version: "0.0.9" });
  assert.ok(old.text.includes("0.0.9") && old.text.includes(OLDEST));
  assert.match(unfit("/bin/sh", { kind: "other" }).text, /`\/bin\/sh` is not Lictor/);
  assert.deepEqual(commands(failed("it ended with 2")), ["lictor.showOutput", "lictor.restart"]);
});
