/**
 * The conformance vectors, answered by this package. Nothing of Node is used here, since a browser runs it, too: the file and the engine are handed in.
 */

import { KeysRefused, KeyHistory, LedgerError, parseCheckpoint, TokenRefused, TokenKeys, VerifierKey, verifyReceipt, verifyToken } from "lictor/verify";

export type Bytes = string | { base64: string } | { repeated: [string, number][] };

interface Expect {
  outcome: string;
  text?: string;
  says?: unknown;
}

interface Asked {
  name: string;
  kind: string;
  expect: Expect;
  [more: string]: unknown;
}

export interface Vectors {
  version: number;
  test_keys: { name: string; public_key: string }[];
  bundles: Record<string, string>;
  documents: Record<string, string>;
  vectors: Asked[];
}

/** What answers questions about bundles. */
export interface Decides {
  load(bundle: Uint8Array, requirements: { keys?: string[]; trusted?: string; minSequence?: number; now?: number; maxSteps?: number }): string;
  decide(bundle: Uint8Array, request: Uint8Array, said?: Uint8Array): { outcome: string; text: string };
  factsNeeded(bundle: Uint8Array, request: Uint8Array, said?: Uint8Array): string;
}

/** The kinds that the verifier answers by itself. */
export const VERIFIED = ["token", "receipt", "history"];

/** Answers all vectors of the kinds that are known, and says how many there were of each, and which answers were others. */
export function runVectors(vectors: Vectors, engine?: Decides): { count: Record<string, number>; otherwise: string[] } {
  if (vectors.version !== 1) throw new Error(`the vectors are of version ${vectors.version}`);
  const count: Record<string, number> = {};
  const otherwise: string[] = [];
  for (const asked of vectors.vectors) {
    const answer = answered(vectors, asked, engine);
    if (answer === undefined) continue;
    count[asked.kind] = (count[asked.kind] ?? 0) + 1;
    const [found, wanted] = [sorted(answer), sorted(asked.expect)];
    if (found !== wanted) otherwise.push(`${asked.name}: wanted ${wanted}, and it is ${found}`);
  }
  return { count, otherwise };
}

function answered(vectors: Vectors, asked: Asked, engine: Decides | undefined): Expect | undefined {
  const document = (name: string): string => vectors.documents[asked[name] as string] ?? missing(asked, name);
  const keyOf = (name: string): string => vectors.test_keys.find((key) => key.name === name)?.public_key ?? missing(asked, name);
  const bundle = (): Uint8Array => base64(vectors.bundles[asked["bundle"] as string] ?? missing(asked, "bundle"));
  const bytesAt = (name: string): Uint8Array | undefined => (asked[name] === undefined ? undefined : bytes(asked[name] as Bytes));
  const history = (): KeyHistory => KeyHistory.open(document("history"), keyOf(asked["root"] as string));
  switch (asked.kind) {
    case "token":
      return token(asked, document("jwks"));
    case "receipt":
      return receipt(asked, history(), (name) => vectors.documents[name] ?? missing(asked, name));
    case "history":
      return { outcome: codeOf(history) };
  }
  if (engine === undefined) return undefined;
  const request = bytesAt("request") ?? new Uint8Array();
  switch (asked.kind) {
    case "load": {
      const requirements = {
        ...(asked["keys"] === undefined ? {} : { keys: (asked["keys"] as string[]).map(keyOf) }),
        ...(asked["trusted"] === undefined ? {} : { trusted: document("trusted") }),
        ...(asked["min_sequence"] === undefined ? {} : { minSequence: asked["min_sequence"] as number }),
        ...(asked["now"] === undefined ? {} : { now: asked["now"] as number }),
        ...(asked["max_steps"] === undefined ? {} : { maxSteps: asked["max_steps"] as number }),
      };
      return { outcome: engine.load(bundle(), requirements) };
    }
    case "decide":
      return engine.decide(bundle(), request, bytesAt("said"));
    case "facts_needed":
      return { outcome: "OK", text: engine.factsNeeded(bundle(), request, bytesAt("said")) };
    default:
      throw new Error(`nobody here knows vectors of the kind ${asked.kind}`);
  }
}

function receipt(asked: Asked, history: KeyHistory, document: (name: string) => string): Expect {
  const documents = (member: string): string[] => ((asked[member] ?? []) as string[]).map(document);
  try {
    const elsewhere = { anchors: documents("anchors").map(parseCheckpoint), witnesses: documents("witnesses").map(VerifierKey.parse) };
    const report = verifyReceipt(bytes(asked["receipt"] as Bytes), history, elsewhere);
    const failed = report.lines.find((line) => line.outcome === "FAILED");
    return { outcome: failed?.check ?? "genuine", ...(report.receipt === undefined ? {} : { text: String(report), says: report.receipt }) };
  } catch (error) {
    if (error instanceof LedgerError) return { outcome: error.code };
    throw error;
  }
}

function token(asked: Asked, jwks: string): Expect {
  const expected = {
    issuer: asked["issuer"] as string,
    audience: asked["audience"] as string,
    scope: asked["scope"] as string,
    mode: asked["mode"] as "enforce" | "observe",
    now: asked["now"] as number,
    skew: asked["skew"] as number,
  };
  try {
    return { outcome: "OK", says: verifyToken(asked["token"] as string, TokenKeys.fromJson(jwks), expected) };
  } catch (error) {
    if (error instanceof TokenRefused) return { outcome: error.code };
    throw error;
  }
}

function codeOf(read: () => unknown): string {
  try {
    read();
    return "OK";
  } catch (error) {
    if (error instanceof KeysRefused) return error.code;
    throw error;
  }
}

function bytes(given: Bytes): Uint8Array {
  if (typeof given === "string") return new TextEncoder().encode(given);
  if ("base64" in given) return base64(given.base64);
  return new TextEncoder().encode(given.repeated.map(([text, times]) => text.repeat(times)).join(""));
}

function base64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** JSON with its names in order, to be compared as text. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  );
}

function missing(asked: Asked, what: string): never {
  throw new Error(`the vector ${JSON.stringify(asked.name)} names no ${what} that is there`);
}
