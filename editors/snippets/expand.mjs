// Snippets as the source has them, and what becomes of one where nobody changes what it proposes.

import { readFileSync } from "node:fs";

/** Where a snippet may stand. */
export const PLACES = ["file", "item", "statement", "step"];

export const snippets = JSON.parse(readFileSync(new URL("./snippets.json", import.meta.url), "utf8"));

/**
 * The stops of a body, in turn with the text between them: `text`, or `{ number, text, choices }`. A proposal may have braces that
 * balance, as messages do.
 */
export function* pieces(body) {
  let text = "";
  for (let at = 0; at < body.length; ) {
    const stop = /^\$(?:(\d+)|\{(\d+)(?::|(\|)))/.exec(body.slice(at));
    if (!stop) {
      text += body[at++];
      continue;
    }
    yield text;
    text = "";
    at += stop[0].length;
    if (stop[1] !== undefined) {
      yield { number: Number(stop[1]), text: "", choices: [] };
      continue;
    }
    const from = at;
    for (let depth = 1; depth > 0; at++) {
      if (at >= body.length) throw new Error(`a stop of ${JSON.stringify(body)} is not closed`);
      depth += body[at] === "{" ? 1 : body[at] === "}" ? -1 : 0;
    }
    const inside = body.slice(from, at - 1);
    const choices = stop[3] ? inside.slice(0, -1).split(",") : [];
    yield { number: Number(stop[2]), text: choices[0] ?? inside, choices };
  }
  yield text;
}

/** A body with what it proposes. */
export function expanded(body) {
  return [...pieces(body)].map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
}

/** A body with its stops written by `write`. */
export function rewritten(body, write) {
  return [...pieces(body)].map((piece) => (typeof piece === "string" ? piece : write(piece))).join("");
}
