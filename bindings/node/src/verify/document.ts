/**
 * Signed documents: what receipts and the history of keys have in common.
 *
 * Signed is a line that names the kind of document, and then its content as canonical JSON (RFC 8785). How the document itself is spaced
 * makes no difference, and whatever else stands in it is refused, but for what the kind allows beside the content, unsigned.
 */

import { concat, digestOf, fromBase64url, utf8 } from "./bytes.js";
import type { PublicKey } from "./ed25519.js";
import { KeysRefused } from "./errors.js";
import { canonicalBytes, type Json, type JsonObject, parseJson } from "./json.js";
import { bytes32, object, record, text } from "./shape.js";

/** A kind of document. */
export interface Kind {
  /** What the content says that it is. */
  readonly type: string;
  /** The line that is signed before the content, with its end. */
  readonly domain: string;
  /** The member that holds the content. */
  readonly content: string;
  /** What may stand beside it, unsigned. */
  readonly beside: readonly string[];
  /** The longest document, in bytes. */
  readonly longest: number;
}

const VERSION = 1;
const signatureOf = record({ kid: bytes32, value: text });

/** A document that was read, and not yet verified. */
export class Document {
  private constructor(
    private readonly kind: Kind,
    private readonly json: Json,
    /** The key that it names. */
    readonly kid: string,
    /** What stands beside the content. */
    readonly beside: ReadonlyMap<string, Json>,
    private readonly signed: Uint8Array,
    private readonly signature: Uint8Array,
  ) {}

  /** Takes a document apart. Throws an {@link KeysRefused}. */
  static read(kind: Kind, bytes: Uint8Array): Document {
    const members = new Map(object(parsed(kind, bytes), "the document"));
    const take = (name: string): Json => {
      const value = members.get(name);
      if (value === undefined) throw form(`the document has no member \`${name}\``);
      members.delete(name);
      return value;
    };
    const content = take(kind.content);
    const { kid, value } = signatureOf(take("signature"), "signature");
    for (const name of members.keys()) {
      if (!kind.beside.includes(name)) throw form(`the document has a member ${JSON.stringify(name)}`);
    }
    const signature = fromBase64url(value, 64);
    if (signature === undefined) throw form("`signature.value` is not 64 bytes in base64url");
    return new Document(kind, content, kid, members, concat(utf8(kind.domain), canonicalBytes(content)), signature);
  }

  /** The content of a document that nobody may have signed. */
  static unverified(kind: Kind, bytes: Uint8Array): Json {
    const members = object(parsed(kind, bytes), "the document");
    const alone = members.size === 1 ? members.get(kind.content) : undefined;
    return alone === undefined ? Document.read(kind, bytes).content() : unmarked(kind.type, alone);
  }

  /** Whether it was signed with this key. */
  isSignedWith(key: PublicKey): boolean {
    return key.verifies(this.signed, this.signature);
  }

  /** What it says, without the marks that say what it is. Nobody should act on it before the signature is verified. */
  content(): Json {
    return unmarked(this.kind.type, this.json);
  }

  /** The digest of the bytes that are signed. */
  digest(): string {
    return digestOf(this.signed);
  }
}

/** The rest of an object that says of itself that it is of this type, and of the version that is known. */
export function unmarked(type: string, json: Json): JsonObject {
  const members = new Map(object(json, "what should say what it is"));
  if (members.get("type") !== type || members.get("version") !== VERSION) {
    throw form(`it is not of type \`${type}\` and version ${VERSION}`);
  }
  members.delete("type");
  members.delete("version");
  return members;
}

function parsed(kind: Kind, bytes: Uint8Array): Json {
  if (bytes.length > kind.longest) {
    throw new KeysRefused("V0101", `the document is longer than ${kind.longest} bytes`);
  }
  return parseJson(bytes);
}

function form(what: string): KeysRefused {
  return new KeysRefused("V0103", what);
}
