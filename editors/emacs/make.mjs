// Writes the words of the language into `lictor-mode.el`; with `--check` says whether they are up to date.

import { readFileSync, writeFileSync } from "node:fs";
import { contextual, items, marks, reserved, stages } from "../words.mjs";

const file = new URL("./lictor-mode.el", import.meta.url);
const [begin, end] = [";; words: begin\n", ";; words: end\n"];

const list = (name, words, about) => {
  const lines = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || `${last} "${word}"`.length > 110) lines.push(`    "${word}"`);
    else lines[lines.length - 1] = `${last} "${word}"`;
  }
  return `(defconst ${name}\n  '(${lines.join("\n").trim()})\n  "${about}")\n`;
};

const words = [
  list("lictor-items", items, "The words that begin an item, in column 1."),
  list("lictor-reserved", [...reserved, ...marks], "The words that may name nothing."),
  list("lictor-contextual", contextual, "The words that are keywords only where one can stand."),
  list("lictor-stages", stages, "The stages at which a rule can stand."),
].join("\n");

const old = readFileSync(file, "utf8");
const text = old.slice(0, old.indexOf(begin) + begin.length) + words + old.slice(old.indexOf(end));
if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (old !== text) {
  console.error("lictor-mode.el does not have the words of the language: run node emacs/make.mjs");
  process.exit(1);
}
