// Writes the queries for colours with the names that Helix's themes have: `node helix/captures.mjs FROM TO`.

import { readFileSync, writeFileSync } from "node:fs";

/** Ours, which are those of tree-sitter and Neovim, and Helix's. */
const NAMES = {
  boolean: "constant.builtin.boolean",
  "comment.documentation": "comment.line.documentation",
  "function.call": "function",
  "keyword.conditional": "keyword.control.conditional",
  "keyword.import": "keyword.control.import",
  "keyword.modifier": "keyword.storage.modifier",
  "keyword.type": "keyword.storage.type",
  module: "namespace",
  number: "constant.numeric",
  property: "variable.other.member",
  "string.escape": "constant.character.escape",
};

const [from, to] = process.argv.slice(2);
const text = readFileSync(from, "utf8");
writeFileSync(to, text.replace(/@([a-z.]+)/g, (_, name) => `@${NAMES[name] ?? name}`));
