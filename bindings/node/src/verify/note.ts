/** Signed notes (C2SP signed-note): a text, and under it who signed it; and the keys of logs and witnesses. */

import { fromBase64, hex, sha256, utf8, utf8Length } from "./bytes.js";
import { PublicKey } from "./ed25519.js";
import { KeysRefused, LedgerError } from "./errors.js";

/** The longest note, in bytes. */
export const LONGEST_NOTE = 2 ** 19;
const MOST_SIGNATURES = 100;
/** How a line with a signature begins. */
const DASH = "\u2014 ";

/** The names of keys, by custom addresses without `https://`. */
export const KeyName = {
  /** Whether a text can be one: not empty, no spaces, `+` or control characters, 255 bytes at most. */
  is(text: string): boolean {
    return text !== "" && utf8Length(text) <= 255 && !/[\p{White_Space}+\u0000-\u001f]/u.test(text);
  },
};

/** How a key signs notes: as a log, or as a witness, with a time. */
export type SignatureType = "ed25519" | "cosignature";
const TYPE_BYTES: Record<SignatureType, number> = { ed25519: 1, cosignature: 4 };

/** A public key by which signatures on notes are checked. */
export class VerifierKey {
  /** The first four bytes of SHA-256(name, newline, type, public key), in hexadecimal digits. */
  readonly id: string;

  constructor(
    readonly name: string,
    readonly kind: SignatureType,
    readonly key: PublicKey,
  ) {
    this.id = hex(sha256(utf8(name), Uint8Array.of(10, TYPE_BYTES[kind]), key.bytes).subarray(0, 4));
  }

  /**
   * Reads a key as it is written: the name, eight digits of its id, and in base64 its type and its 32 bytes, with `+` between. Spaces around it, and the
   * end of its line, are none of it. Throws a {@link LedgerError}.
   */
  static parse(text: string): VerifierKey {
    if (typeof text !== "string") throw new LedgerError("L0133", "a verifier key is a text");
    const parts = /^([^+]*)\+([^+]*)\+(.*)$/.exec(text.trim());
    const [, name = "", id = "", encoded = ""] = parts ?? [];
    if (parts !== null && !KeyName.is(name)) throw new LedgerError("L0132", `${JSON.stringify(name.slice(0, 80))} cannot be the name of a key`);
    const bytes = fromBase64(encoded);
    const kind = (["ed25519", "cosignature"] as const).find((kind) => TYPE_BYTES[kind] === bytes?.[0]);
    if (parts === null || bytes?.length !== 33 || kind === undefined) {
      throw new LedgerError("L0133", "a verifier key is a name, an id, and a key of type 1 or 4 with `+` between, and this is not");
    }
    const key = new VerifierKey(name, kind, strong(bytes.subarray(1)));
    if (key.id !== id.toLowerCase()) throw new LedgerError("L0133", `the verifier key calls itself ${JSON.stringify(id)}, but its id is ${key.id}`);
    return key;
  }

  /** What these bytes are, if they are its signature on this text of a note. */
  signed(text: string, signature: Uint8Array): Signed | undefined {
    if (this.kind === "ed25519") return this.key.verifies(utf8(text), signature) ? { key: this } : undefined;
    if (signature.length !== 72) return undefined;
    const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
    if (time >= 2n ** 63n) return undefined;
    return this.key.verifies(utf8(`cosignature/v1\ntime ${time}\n${text}`), signature.subarray(8)) ? { key: this, time } : undefined;
  }
}

/** A signature that was checked. */
export interface Signed {
  /** By which of the known keys. */
  readonly key: VerifierKey;
  /** Of a witness, when: in seconds since 1970, by its clock. */
  readonly time?: bigint;
}

/** A text and the signatures under it, none of which has been checked. */
export interface Note {
  /** What is signed, newline at the end included. */
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly bytes: Uint8Array }[];
}

/** Reads a signed note. Throws a {@link LedgerError} where it is none. */
export function parseNote(note: string): Note {
  if (utf8Length(note) > LONGEST_NOTE) throw new LedgerError("L0131", `the note is longer than ${LONGEST_NOTE} bytes`);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new LedgerError("L0130", "the note has a control character");
  // The last empty line is the one that separates: the text may have some of its own.
  const at = note.lastIndexOf("\n\n");
  if (at < 0) throw new LedgerError("L0130", "the note has no empty line before its signatures");
  if (at + 2 >= note.length || !note.endsWith("\n")) {
    throw new LedgerError("L0130", "the note does not end with signatures, each followed by a newline");
  }
  const lines = note.slice(at + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) {
    throw new LedgerError("L0131", `the note has ${lines.length} signatures, and ${MOST_SIGNATURES} are taken at most`);
  }
  const signatures = lines.map((line, index) => {
    const [name = "", encoded = "", more] = line.startsWith(DASH) ? split(line.slice(DASH.length)) : [];
    const bytes = fromBase64(encoded);
    if (!KeyName.is(name) || more !== undefined || bytes === undefined || bytes.length < 5) {
      throw new LedgerError("L0130", `line ${index + 1} of the signatures is not a signature`);
    }
    return { name, id: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
  });
  return { text: note.slice(0, at + 1), signatures };
}

/**
 * The known keys that signed a note, in the order of its signatures, each once. Signatures of others are passed over; one in the name and with
 * the id of a known key that is not on this text refuses the note, and so does one that could be by two of them.
 */
export function signersOf(note: Note, known: readonly VerifierKey[]): Signed[] {
  const signers: Signed[] = [];
  for (const { name, id, bytes } of note.signatures) {
    const keys = known.filter((key) => key.name === name && key.id === id);
    const [key] = keys;
    if (key === undefined) continue;
    if (keys.some((other) => other.kind !== key.kind || hex(other.key.bytes) !== hex(key.key.bytes))) {
      throw new LedgerError("L0134", `two different keys are called ${name}+${id}`);
    }
    const signed = key.signed(note.text, bytes);
    if (signed === undefined) throw new LedgerError("L0136", `the signature of ${name}+${id} is not on this text`);
    if (!signers.some((earlier) => earlier.key === key)) signers.push(signed);
  }
  return signers;
}

function split(line: string): string[] {
  return line.split(" ");
}

function strong(bytes: Uint8Array): PublicKey {
  try {
    return PublicKey.of(bytes);
  } catch (error) {
    throw error instanceof KeysRefused ? new LedgerError("L0133", error.reason) : error;
  }
}
