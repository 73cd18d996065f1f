/**
 * Reading JSON as typed values. Each reader takes a value and where it stands, and throws an {@link KeysRefused} (`V0103`) where it is of another form.
 * A member that nobody knows refuses the whole: it could be the one that changes what the rest means.
 */

import { fromBase64url, toBase64url, utf8Length } from "./bytes.js";
import { KeysRefused } from "./errors.js";
import type { Json, JsonObject } from "./json.js";

export type Read<T> = (json: Json, at: string) => T;

/** A member that may be left out. */
export interface Optional<T> {
  readonly optional: Read<T>;
}

type Shape = Record<string, Read<unknown> | Optional<unknown>>;
type OptionalNames<S> = { [K in keyof S]: S[K] extends Optional<unknown> ? K : never }[keyof S];
type Flat<T> = { [K in keyof T]: T[K] };

/** What a shape reads. */
export type Of<S extends Shape> = Flat<
  { [K in Exclude<keyof S, OptionalNames<S>>]: S[K] extends Read<infer T> ? T : never } & {
    [K in OptionalNames<S>]?: S[K] extends Optional<infer T> ? T : never;
  }
>;

export function wrong(at: string, what: string): KeysRefused {
  return new KeysRefused("V0103", `\`${at}\` ${what}`);
}

export function optional<T>(read: Read<T>): Optional<T> {
  return { optional: read };
}

/** An object with these members and no others. */
export function record<const S extends Shape>(shape: S): Read<Of<S>> {
  return (json, at) => {
    const members = object(json, at);
    const found: Record<string, unknown> = {};
    for (const [name, reader] of Object.entries(shape)) {
      const value = members.get(name);
      const inner = at === "" ? name : `${at}.${name}`;
      if (typeof reader === "function") {
        if (value === undefined) throw wrong(inner, "is missing");
        found[name] = reader(value, inner);
      } else if (value !== undefined) {
        found[name] = reader.optional(value, inner);
      }
    }
    for (const name of members.keys()) {
      if (!Object.hasOwn(shape, name)) throw wrong(at === "" ? "it" : at, `has a member ${JSON.stringify(name)}`);
    }
    return found as Of<S>;
  };
}

export function object(json: Json, at: string): JsonObject {
  if (!(json instanceof Map)) throw wrong(at === "" ? "it" : at, "is no object");
  return json;
}

export function list<T>(of: Read<T>): Read<T[]> {
  return (json, at) => {
    if (!Array.isArray(json)) throw wrong(at, "is no list");
    return json.map((element, index) => of(element, `${at}[${index}]`));
  };
}

/** Any text. */
export const text: Read<string> = (json, at) => {
  if (typeof json !== "string") throw wrong(at, "is no text");
  return json;
};

/** A text that can be shown in a line: 1 to 256 bytes, no control characters. */
export const shown: Read<string> = (json, at) => {
  const found = text(json, at);
  const length = utf8Length(found);
  if (length < 1 || length > 256 || /\p{Cc}/u.test(found)) {
    throw wrong(at, "is empty, longer than 256 bytes, or has control characters");
  }
  return found;
};

/** A whole number. */
export const int: Read<number> = (json, at) => {
  if (typeof json !== "number") throw wrong(at, "is no whole number");
  return json;
};

/** A whole number from 0 on. */
export const count: Read<number> = (json, at) => {
  const found = int(json, at);
  if (found < 0) throw wrong(at, "is below 0");
  return found;
};

export function oneOf<const T extends string>(...values: T[]): Read<T> {
  return (json, at) => {
    const found = values.find((value) => value === json);
    if (found === undefined) throw wrong(at, `is none of ${values.map((value) => `\`${value}\``).join(", ")}`);
    return found;
  };
}

/** A text of a form that a pattern tells. */
export function matching(pattern: RegExp, what: string): Read<string> {
  return (json, at) => {
    const found = text(json, at);
    if (!pattern.test(found)) throw wrong(at, `is not ${what}`);
    return found;
  };
}

/** `sha256:` and 64 lower-case digits. */
export const digest = matching(/^sha256:[0-9a-f]{64}$/, "`sha256:` and 64 lower-case hexadecimal digits");

/** 32 bytes in base64url: a thumbprint, a key, a binding. */
export const bytes32: Read<string> = (json, at) => {
  const found = text(json, at);
  if (fromBase64url(found, 32) === undefined) throw wrong(at, "is not 32 bytes in base64url");
  return found;
};

/** The name of a token: 16 bytes in base64url, a dot and a number, in one form. */
export const tokenId: Read<string> = (json, at) => {
  const found = text(json, at);
  const [random, index, more] = found.split(".");
  const bytes = fromBase64url(random ?? "", 16);
  const number = Number(index);
  if (bytes === undefined || more !== undefined || !Number.isSafeInteger(number) || `${toBase64url(bytes)}.${number}` !== found || number < 0) {
    throw wrong(at, "is not 22 signs of base64url, a dot and a number");
  }
  return found;
};

/** A moment: RFC 3339 in UTC, to the millisecond, in one form. */
export const moment: Read<string> = (json, at) => {
  const found = text(json, at);
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/.test(found) && !found.startsWith("0000");
  const time = form ? new Date(found) : undefined;
  // What there is not (the 30th of February, a leap second) comes back as another moment, or as none.
  if (time === undefined || Number.isNaN(time.getTime()) || time.toISOString().replace(".000Z", "Z") !== found) {
    throw wrong(at, "is not a time such as 2026-03-01T10:00:00Z");
  }
  return found;
};

/** Milliseconds since 1970 of a moment that was read. */
export function millis(moment: string): number {
  return new Date(moment).getTime();
}
