/**
 * Ed25519 (RFC 8032), the strictest way to verify it: a signature stands for one key and one message only.
 *
 * WebCrypto is no help here. Not every browser and edge has Ed25519, each may take keys of small order, and none says which equation it
 * checks, so that a signature could be good in one place and not in another. This takes the arithmetic of `@noble/curves` (audited, no
 * code of ours, the same everywhere) and asks of it exactly what the verifier in Rust asks: `s` is reduced, neither the key nor `R` is of
 * small order, and `R` is, byte by byte, what the equation without cofactor gives.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, equal, fromBase64, sha256, toBase64url, utf8 } from "./bytes.js";
import { KeysRefused } from "./errors.js";

const { Point } = ed25519;
/** The order of the base point. */
const L = Point.Fn.ORDER;

/** How the 44 bytes of a SubjectPublicKeyInfo begin whose key is Ed25519; the 32 others are the key (RFC 8410, section 4). */
const SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

type At = ReturnType<typeof Point.fromBytes>;

/** A public key, known not to be one of the few under which anybody can sign. */
export class PublicKey {
  private constructor(
    /** Its 32 bytes. */
    readonly bytes: Uint8Array,
    private readonly point: At,
  ) {}

  /** The key with these 32 bytes. Throws an {@link KeysRefused} (`V0110`) where they are none, or a weak one. */
  static of(bytes: Uint8Array): PublicKey {
    const point = bytes.length === 32 ? pointOf(bytes) : undefined;
    if (point === undefined) throw new KeysRefused("V0110", "these bytes are no Ed25519 public key");
    if (point.isSmallOrder()) {
      throw new KeysRefused("V0110", "this public key is one of the few under which anybody can sign");
    }
    return new PublicKey(bytes, point);
  }

  /** The key in a PEM file (RFC 8410), as `lictor keygen` writes it. Throws an {@link KeysRefused} (`V0110`). */
  static fromPem(text: string): PublicKey {
    const [, body = ""] = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----\s*$/.exec(text) ?? [];
    const der = fromBase64(body.replace(/\s/g, ""));
    if (der?.length !== 44 || !equal(der.subarray(0, 12), SPKI)) {
      throw new KeysRefused("V0110", "this is no Ed25519 public key in PEM form");
    }
    return PublicKey.of(der.subarray(12));
  }

  /** What it is called: the SHA-256 of its JWK (RFC 7638; RFC 8037, appendix A.3) in base64url. */
  get thumbprint(): string {
    return thumbprintOf(this.bytes);
  }

  /** Whether a signature is this key's on this message. */
  verifies(message: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== 64) return false;
    const r = signature.subarray(0, 32);
    const s = littleEndian(signature.subarray(32));
    const commitment = pointOf(r);
    if (s >= L || commitment === undefined || commitment.isSmallOrder()) return false;
    const k = littleEndian(sha512(concat(r, this.bytes, message))) % L;
    const expected = Point.BASE.multiplyUnsafe(s).subtract(this.point.multiplyUnsafe(k));
    return equal(expected.toBytes(), r);
  }
}

/** The thumbprint of the key with these bytes, whether or not they are one. */
export function thumbprintOf(bytes: Uint8Array): string {
  return toBase64url(sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${toBase64url(bytes)}"}`)));
}

/** A point as keys write it. One written in another way than its own is taken here, as elsewhere: the bytes are what is hashed and compared. */
function pointOf(bytes: Uint8Array): At | undefined {
  try {
    return Point.fromBytes(bytes, true);
  } catch {
    return undefined;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
