/** What an execution token says: who may do what, where, until when, and which decision it comes from. */

import { type Json, parseJson } from "./json.js";
import { bytes32, count, digest, int, list, matching, object, oneOf, optional, type Read, record, shown, text, tokenId, wrong } from "./shape.js";
import { utf8Length } from "./bytes.js";

/** The claims, by their names in the token; `docs/receipts.md` says what each is. */
export interface Claims {
  /** Who issued it. */
  readonly iss: string;
  /** The store at which it can be used. */
  readonly aud: string;
  /** The agent. */
  readonly sub: string;
  /** Its name. */
  readonly jti: string;
  /** When it was issued, in seconds since 1970 UTC. */
  readonly iat: number;
  /** The first second in which it is good. */
  readonly nbf: number;
  /** The first second in which it is no longer good. */
  readonly exp: number;
  /** The action. */
  readonly act: string;
  /** The keyed digest of the values that were decided on. */
  readonly bnd: string;
  /** The bundle that decided. */
  readonly bundle: string;
  /** The id of the decision. */
  readonly dec: string;
  /** The generation of the store. */
  readonly gen: number;
  /** Whether the gateway that issued it enforced anything. */
  readonly mode: "observe" | "enforce";
  /** The thumbprint of the agent's key, where it signs what it asks. */
  readonly cnf?: { readonly jkt: string };
  /** What it is good for. */
  readonly scope: string;
  readonly ver: number;
  /** What is permitted in place of exact values. */
  readonly env?: readonly Constraint[];
  readonly storeId?: string;
  readonly variantId?: string;
  readonly qty?: number;
  readonly price_amount?: string;
  readonly currency?: string;
  readonly sku_hash?: string;
  readonly execution_intent_hash?: string;
}

/** One constraint of an envelope. */
export interface Constraint {
  readonly field: string;
  readonly op: "<=" | ">=" | "==" | "in";
  readonly bounds: readonly Bound[];
}

/** A value that a constraint compares with. */
export type Bound =
  | { readonly type: "money"; readonly minor: number; readonly currency: string }
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "text"; readonly value: string };

/** The longest time for which a token may be good, in seconds. */
const LONGEST = 86_400;
/** The most constraints of a token, and the most values that one of them lists. */
const MOST = 32;
/** The largest number that is exact everywhere. */
const MAX_COUNT = 2 ** 32 - 1;

const currency = matching(/^[A-Z][A-Z0-9]{0,7}$/, "the code of a currency");
const decimal = matching(/^-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,9})?$/, "a decimal number");

const quantity: Read<number> = (json, at) => {
  const found = count(json, at);
  if (found === 0 || found > MAX_COUNT) throw wrong(at, "is not a number of pieces");
  return found;
};

const short: Read<string> = (json, at) => {
  const found = text(json, at);
  if (utf8Length(found) > 256) throw wrong(at, "is longer than 256 bytes");
  return found;
};

const bound: Read<Bound> = (json, at) => {
  switch (object(json, at).get("type")) {
    case "money":
      return record({ type: oneOf("money"), minor: int, currency })(json, at);
    case "int":
      return record({ type: oneOf("int"), value: int })(json, at);
    default:
      return record({ type: oneOf("text"), value: short })(json, at);
  }
};

const constraint: Read<Constraint> = (json, at) => {
  const found = record({ field: short, op: oneOf("<=", ">=", "==", "in"), bounds: list(bound) })(json, at);
  const { field, op, bounds } = found;
  const [first] = bounds;
  const fits = op === "in" ? bounds.length <= MOST : bounds.length === 1;
  const ordered = op === "==" || op === "in" || first?.type !== "text";
  if (field === "" || first === undefined || !fits || !ordered) throw wrong(at, "says nothing, or compares what cannot be compared");
  return found;
};

const envelope: Read<Constraint[]> = (json, at) => {
  const found = list(constraint)(json, at);
  if (found.length < 1 || found.length > MOST) throw wrong(at, "has no constraints, or too many");
  return found;
};

const wire = record({
  iss: shown,
  aud: shown,
  sub: shown,
  jti: tokenId,
  iat: count,
  nbf: count,
  exp: count,
  act: shown,
  bnd: bytes32,
  bundle: digest,
  dec: shown,
  gen: count,
  mode: oneOf("observe", "enforce"),
  cnf: optional(record({ jkt: bytes32 })),
  scope: shown,
  ver: count,
  env: optional(envelope),
  storeId: optional(shown),
  variantId: optional(shown),
  qty: optional(quantity),
  price_amount: optional(decimal),
  currency: optional(currency),
  sku_hash: optional(digest),
  execution_intent_hash: optional(digest),
});

/** Reads the payload of a token whose signature was verified. Throws an `KeysRefused` where it is not what a token says. */
export function readClaims(payload: Uint8Array): Claims {
  const json: Json = parseJson(payload);
  const claims: Claims = wire(json, "");
  const { iat, nbf, exp, ver, storeId, aud } = claims;
  if (ver !== 1) throw wrong("ver", "is not 1");
  if (iat > exp || nbf >= exp || exp - Math.min(iat, nbf) > LONGEST) {
    throw wrong("exp", "is before the token begins, or more than a day after it");
  }
  const purchase = [storeId, claims.variantId, claims.qty, claims.price_amount, claims.currency, claims.sku_hash, claims.execution_intent_hash];
  const there = purchase.filter((claim) => claim !== undefined).length;
  if (there !== 0 && there !== purchase.length) throw wrong("it", "has the claims of half a purchase");
  if (storeId !== undefined && storeId !== aud) throw wrong("storeId", "is not `aud`");
  return claims;
}
