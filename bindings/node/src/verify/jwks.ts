/** The keys that tokens are verified with, as a gateway publishes them: a JWK set (RFC 7517) at `/.well-known/jwks.json`. */

import { fromBase64url } from "./bytes.js";
import { PublicKey } from "./ed25519.js";
import { KeysRefused } from "./errors.js";
import { bytesOf } from "./history.js";
import { type Json, parseJson } from "./json.js";

/** The most keys of a set. */
const MOST = 64;

/** The keys of one issuer. All of them verify for as long as the set is kept. */
export class TokenKeys {
  private constructor(private readonly keys: ReadonlyMap<string, PublicKey>) {}

  /**
   * Reads a published set. Keys for something else are passed over (RFC 7517, section 5).
   * Throws an {@link KeysRefused} where it is no set, has a private key in it, or a key that is weak, stands there twice or is not called by its thumbprint.
   */
  static fromJson(document: Uint8Array | string): TokenKeys {
    const set = parseJson(bytesOf(document));
    const keys = set instanceof Map ? set.get("keys") : undefined;
    if (!Array.isArray(keys)) throw wrong("has no list `keys`");
    const found = new Map<string, PublicKey>();
    for (const key of keys) {
      const member = (name: string): Json | undefined => (key instanceof Map ? key.get(name) : undefined);
      const is = (name: string, value: string): boolean => member(name) === undefined || member(name) === value;
      if (member("d") !== undefined) throw wrong("has a private key in it");
      if (member("crv") === undefined || !is("kty", "OKP") || !is("crv", "Ed25519") || !is("use", "sig")) continue;
      const x = member("x");
      const bytes = typeof x === "string" ? fromBase64url(x, 32) : undefined;
      if (bytes === undefined) throw wrong("has a key that is not 32 bytes");
      const known = PublicKey.of(bytes);
      if (!is("kid", known.thumbprint)) throw wrong("has a key whose `kid` is not its thumbprint");
      if (found.has(known.thumbprint)) throw wrong("has a key twice");
      found.set(known.thumbprint, known);
    }
    if (found.size > MOST) throw wrong(`has more than ${MOST} keys`);
    return new TokenKeys(found);
  }

  /** The key of this thumbprint. */
  find(kid: string): PublicKey | undefined {
    return this.keys.get(kid);
  }
}

function wrong(what: string): KeysRefused {
  return new KeysRefused("V0110", `the set of keys ${what}`);
}
