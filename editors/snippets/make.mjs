// Writes the snippets in the form of each editor into a folder: `node snippets/make.mjs dist/snippets`.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rewritten, snippets } from "./expand.mjs";

/** Signs that end or begin a stop are marked where they are only text. */
const marked = (text, signs) => text.replace(signs, "\\$&");

/** As the Language Server Protocol and VS Code have them: `${1:text}`, `${2|a,b|}`. */
function protocol({ number, text, choices }) {
  if (choices.length > 0) return `\${${number}|${choices.join(",")}|}`;
  return text === "" ? `$${number}` : `\${${number}:${marked(text, /[\\$}]/g)}}`;
}

/** As Emacs's yasnippet has them: a choice is asked for in the minibuffer. */
function yasnippet({ number, text, choices }) {
  if (choices.length > 0) {
    const options = choices.map((choice) => `"${choice}"`).join(" ");
    return `\${${number}:$$(yas-choose-value '(${options}))}`;
  }
  return text === "" ? `$${number}` : `\${${number}:${marked(text, /[\\$}`]/g)}}`;
}

const body = (snippet, write) => rewritten(snippet.body.join("\n"), write);

/** VS Code, Zed, and Neovim's LuaSnip and vsnip read the same file. */
function json() {
  const entries = snippets.map((snippet) => {
    const { name, prefix, description } = snippet;
    return [name, { prefix, description, body: body(snippet, protocol).split("\n") }];
  });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** What `simple-completion-language-server` reads, by which Helix has snippets. */
function toml() {
  const text = (value) => JSON.stringify(value);
  return snippets
    .map((snippet) => {
      const lines = [`prefix = ${text(snippet.prefix)}`, 'scope = ["lictor"]', `description = ${text(snippet.description)}`];
      return `[[snippets]]\n${[...lines, `body = ${text(body(snippet, protocol))}`].join("\n")}\n`;
    })
    .join("\n");
}

/** A file of yasnippet. */
function yas(snippet) {
  const head = ["# -*- mode: snippet -*-", `# name: ${snippet.description}`, `# key: ${snippet.prefix}`, "# --"];
  return [...head, body(snippet, yasnippet)].join("\n");
}

/** What Neovim's loaders of VS Code's snippets look for beside the file. */
function neovimPackage() {
  const contributes = { snippets: [{ language: "lictor", path: "./snippets/lictor.json" }] };
  return `${JSON.stringify({ name: "lictor-snippets", contributes }, null, 2)}\n`;
}

/** All files, by their path. */
export function files() {
  return new Map([
    ["vscode/snippets.json", json()],
    ["zed/snippets/lictor.json", json()],
    ["neovim/package.json", neovimPackage()],
    ["neovim/snippets/lictor.json", json()],
    ["helix/snippets/lictor.toml", toml()],
    ...snippets.map((snippet) => [`emacs/snippets/lictor-mode/${snippet.prefix}`, yas(snippet)]),
  ]);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const into = process.argv[2];
  for (const [path, text] of files()) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), text);
  }
}
