/**
 * The history of a gateway's keys: which key signed what, from when until when, and which are revoked since the log had how many records.
 * It is signed by a root key that is kept offline, and nothing is ever taken out of it.
 */

import { fromBase64url, utf8 } from "./bytes.js";
import { Document, type Kind } from "./document.js";
import { PublicKey, thumbprintOf } from "./ed25519.js";
import { KeysRefused } from "./errors.js";
import type { Json } from "./json.js";
import { KeyName } from "./note.js";
import { bytes32, count, list, millis, moment, oneOf, optional, record, shown, text } from "./shape.js";

/** What a key of a gateway signs. One key has one purpose. */
export type Purpose = "token" | "receipt" | "checkpoint" | "bundle";

/** One key of a history. */
export interface KeyEntry {
  readonly purpose: Purpose;
  /** What it is called; of a key for checkpoints, the origin of the log. */
  readonly name: string;
  /** Its thumbprint. */
  readonly kid: string;
  /** Its 32 bytes, in base64url. */
  readonly key: string;
  /** The first moment at which it signs. */
  readonly from: string;
  /** The last moment at which it signed, once it no longer does. */
  readonly until?: string;
  /** Since when its signatures prove nothing by themselves. */
  readonly revoked?: Revocation;
}

/** That a key is revoked. */
export interface Revocation {
  /** How many records the log had when the key was last known to be in nobody else's hands. */
  readonly log_size: number;
  readonly at: string;
  readonly because: string;
}

const KIND: Kind = {
  type: "lictor-key-history",
  domain: "lictor key history 1\n",
  content: "history",
  beside: [],
  longest: 2 ** 20,
};

/** The most keys of a history. */
const MOST = 1_000;

const content = record({
  issuer: text,
  tenant: text,
  edition: count,
  issued: moment,
  keys: list(
    record({
      purpose: oneOf("token", "receipt", "checkpoint", "bundle"),
      name: text,
      kid: bytes32,
      key: text,
      from: moment,
      until: optional(moment),
      revoked: optional(record({ log_size: count, at: moment, because: text })),
    }),
  ),
});

/** The keys that one tenant of one gateway has ever signed with. */
export class KeyHistory {
  private constructor(
    readonly issuer: string,
    readonly tenant: string,
    /** The number of the edition, from 1 on. */
    readonly edition: number,
    /** When the edition was made. */
    readonly issued: string,
    /** The keys, in the order in which they came. */
    readonly keys: readonly KeyEntry[],
  ) {}

  /** Reads a history that was signed with this root key: a PEM file, or 32 bytes in base64url or as they are. Throws an {@link KeysRefused}. */
  static open(document: Uint8Array | string, root: Uint8Array | string): KeyHistory {
    const key = rootOf(root);
    const read = Document.read(KIND, bytesOf(document));
    if (read.kid !== key.thumbprint) {
      throw new KeysRefused("V0111", `the history is signed with the key ${read.kid}, not with ${key.thumbprint}`);
    }
    if (!read.isSignedWith(key)) {
      throw new KeysRefused("V0112", "the signature on the history was not made with the root key");
    }
    const history = KeyHistory.of(read.content());
    const also = history.find(key.thumbprint);
    if (also !== undefined) {
      throw new KeysRefused("V0110", `the root key is also the key ${JSON.stringify(also.name)} for ${also.purpose}s`);
    }
    return history;
  }

  /** Reads a history without asking who signed it, or whether anybody did: whoever relies on it relies on whoever gave it. */
  static unverified(document: Uint8Array | string): KeyHistory {
    return KeyHistory.of(Document.unverified(KIND, bytesOf(document)));
  }

  /** The key of this thumbprint. */
  find(kid: string): KeyEntry | undefined {
    return this.keys.find((entry) => entry.kid === kid);
  }

  private static of(json: Json): KeyHistory {
    const { issuer, tenant, edition, issued, keys } = content(json, "");
    if (![issuer, tenant].every(isShown)) {
      throw wrong("the issuer or the tenant is empty, longer than 256 bytes, or has control characters");
    }
    if (edition === 0) throw wrong("editions are numbered from 1 to 2^53 - 1");
    if (keys.length > MOST) throw wrong(`it has ${keys.length} keys, and ${MOST} are the most`);
    const seen = new Set<string>();
    for (const entry of keys) {
      if (seen.has(entry.kid)) throw wrong(`the key ${entry.kid} stands there twice; one key has one purpose`);
      seen.add(entry.kid);
    }
    for (const entry of keys) sound(entry);
    return new KeyHistory(issuer, tenant, edition, issued, keys);
  }
}

function rootOf(root: Uint8Array | string): PublicKey {
  if (root instanceof Uint8Array) return PublicKey.of(root);
  if (typeof root !== "string") throw new KeysRefused("V0110", "the root key is a PEM file, or 32 bytes in base64url or as they are");
  return root.includes("-----") ? PublicKey.fromPem(root) : PublicKey.of(fromBase64url(root.trim()) ?? new Uint8Array());
}

/** The key of an entry. */
export function keyOf(entry: KeyEntry): PublicKey {
  const bytes = fromBase64url(entry.key, 32);
  if (bytes === undefined) throw new KeysRefused("V0110", `the key ${entry.kid} is not 32 bytes in base64url`);
  if (thumbprintOf(bytes) !== entry.kid) {
    throw new KeysRefused("V0110", `the key ${entry.kid} has not the thumbprint that it is called by`);
  }
  return PublicKey.of(bytes);
}

function sound(entry: KeyEntry): void {
  keyOf(entry);
  if (!isShown(entry.name) || !isShown(entry.revoked?.because ?? "-")) {
    throw wrong(`a text of the key ${entry.kid} is empty, longer than 256 bytes, or has control characters`);
  }
  if (entry.purpose === "checkpoint" && !KeyName.is(entry.name)) {
    throw wrong(`the key ${entry.kid} is for checkpoints, where it cannot be called so`);
  }
  if (entry.until !== undefined && millis(entry.until) < millis(entry.from)) {
    throw wrong(`the key ${JSON.stringify(entry.name)} ends before it begins`);
  }
}

function isShown(text: string): boolean {
  try {
    shown(text, "");
    return true;
  } catch {
    return false;
  }
}

function wrong(what: string): KeysRefused {
  return new KeysRefused("V0120", what);
}

export function bytesOf(document: Uint8Array | string): Uint8Array {
  if (typeof document === "string") return utf8(document);
  if (document instanceof Uint8Array) return document;
  throw new KeysRefused("V0102", `a document is a text or its bytes, and not ${document === null ? "null" : typeof document}`);
}
