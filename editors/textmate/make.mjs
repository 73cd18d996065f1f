// Writes `lictor.tmLanguage.json`; with `--check` says whether it is up to date.

import { readFileSync, writeFileSync } from "node:fs";
import { grammar } from "./grammar.mjs";

const file = new URL("./lictor.tmLanguage.json", import.meta.url);
const text = `${JSON.stringify(grammar, null, 2)}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (readFileSync(file, "utf8") !== text) {
  console.error("lictor.tmLanguage.json is not what grammar.mjs gives: run node textmate/make.mjs");
  process.exit(1);
}
