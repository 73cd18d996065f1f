/**
 * JSON that has one meaning and one form: the subset of I-JSON (RFC 7493) in which evidence is written, and its canonical bytes (RFC 8785).
 *
 * Names are ASCII, numbers are whole and within ±(2^53 − 1), and there is no `null`. `JSON.parse` cannot be used: it takes the last of two
 * members with one name, rounds numbers, and lets halves of surrogate pairs through, so that two readers would see two documents.
 */

import { fromUtf8, utf8 } from "./bytes.js";
import { KeysRefused } from "./errors.js";

/** A value of the subset. Objects are maps, so that no name (`__proto__`) means anything by itself. */
export type Json = boolean | number | string | Json[] | JsonObject;
export type JsonObject = Map<string, Json>;

/** How deep lists and objects may stand within each other. */
const DEEPEST = 127;

/** Reads JSON, in whatever way it is spaced. Throws an {@link KeysRefused} (`V0102`) where it is none, or not of the subset. */
export function parseJson(bytes: Uint8Array): Json {
  const text = fromUtf8(bytes);
  if (text === undefined) throw wrong("it is not UTF-8");
  return new Reader(text).document();
}

/** The canonical text (RFC 8785): names sorted, no spaces. */
export function canonical(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(canonical).join(",")}]`;
  if (json instanceof Map) {
    // ASCII names: the order of UTF-16 code units, which is that of `sort`, is the order of bytes.
    const names = [...json.keys()].sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(json.get(name) ?? false)}`).join(",")}}`;
  }
  return JSON.stringify(json);
}

/** The canonical bytes. */
export function canonicalBytes(json: Json): Uint8Array {
  return utf8(canonical(json));
}

function wrong(what: string): KeysRefused {
  return new KeysRefused("V0102", what);
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  document(): Json {
    const value = this.value();
    if (this.at < this.text.length) throw this.wrong("something stands after the document");
    return value;
  }

  /** A value, with the space around it. */
  private value(): Json {
    this.match(SPACE);
    const value = this.bare();
    this.match(SPACE);
    return value;
  }

  private bare(): Json {
    const sign = this.text[this.at];
    switch (sign) {
      case "{":
        return this.within(() => this.object());
      case "[":
        return this.within(() => this.list());
      case '"':
        return this.string();
      case undefined:
        throw this.wrong("the document ends too early");
    }
    for (const [word, value] of [
      ["true", true],
      ["false", false],
    ] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    if (this.text.startsWith("null", this.at)) throw this.wrong("there is no `null`: what is absent is left out");
    return this.number();
  }

  private within<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > DEEPEST) throw this.wrong(`it is more than ${DEEPEST} levels deep`);
    this.at += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private list(): Json[] {
    const list: Json[] = [];
    this.match(SPACE);
    if (this.taken("]")) return list;
    do list.push(this.value());
    while (this.taken(","));
    this.expect("]");
    return list;
  }

  private object(): JsonObject {
    const members: JsonObject = new Map();
    this.match(SPACE);
    if (this.taken("}")) return members;
    do {
      this.match(SPACE);
      if (this.text[this.at] !== '"') throw this.wrong("a name is missing");
      const name = this.string();
      if (!/^[\0-\x7f]*$/.test(name)) throw this.wrong(`the name ${JSON.stringify(name)} is not ASCII`);
      if (members.has(name)) throw this.wrong(`the member ${JSON.stringify(name)} stands twice`);
      this.match(SPACE);
      this.expect(":");
      members.set(name, this.value());
    } while (this.taken(","));
    this.expect("}");
    return members;
  }

  private string(): string {
    this.at += 1;
    let text = "";
    for (;;) {
      text += this.match(PLAIN);
      if (this.taken('"')) break;
      if (!this.taken("\\")) throw this.wrong("a text does not end, or has a control character in it");
      text += this.escape();
    }
    // Also where half of a pair was written as an escape, and the other half as itself.
    if (/\p{Cs}/u.test(text)) throw this.wrong("half of a surrogate pair stands alone");
    return text;
  }

  private escape(): string {
    const sign = this.text[this.at] ?? "";
    this.at += 1;
    if (sign !== "u") {
      const meant = ESCAPES[sign];
      if (meant === undefined) throw this.wrong("an escape is none of JSON's");
      return meant;
    }
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.wrong("an escape has not four digits");
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private number(): number {
    const text = this.match(NUMBER);
    if (text === "") throw this.wrong("no value begins so");
    const number = Number(text);
    // `-0` and `1.0` and `1e2` are other texts for numbers that have one already.
    if (!/^-?[0-9]+$/.test(text) || text === "-0") throw this.wrong(`the number ${text} is not written as a whole one`);
    if (!Number.isSafeInteger(number)) throw this.wrong(`the number ${text} is beyond 2^53 - 1, where readers of JSON begin to differ`);
    return number;
  }

  private match(what: RegExp): string {
    what.lastIndex = this.at;
    const found = what.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  private taken(sign: string): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  private expect(sign: string): void {
    if (!this.taken(sign)) throw this.wrong(`\`${sign}\` is missing`);
  }

  private wrong(what: string): KeysRefused {
    return wrong(`${what}, at sign ${this.at + 1}`);
  }
}
