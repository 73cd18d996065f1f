/**
 * Execution tokens: JWTs in compact form (RFC 7515, section 7.1), narrowed to one type, one kind of key and three members in the header
 * (RFC 8725, section 3), so that a token never says how it wants to be verified.
 *
 * What is verified here is that a token was issued, for what, to whom and until when. It does not prove that it was not used: only the
 * gateway's `validate` does.
 */

import { fromBase64url, utf8, utf8Length } from "./bytes.js";
import { type Claims, readClaims } from "./claims.js";
import { KeysRefused, TokenRefused } from "./errors.js";
import type { TokenKeys } from "./jwks.js";
import { parseJson } from "./json.js";
import { bytes32, oneOf, record } from "./shape.js";

/** What whoever is given a token expects of it. */
export interface Expected {
  /** Who must have issued it. */
  readonly issuer: string;
  /** The store at which it is presented. */
  readonly audience: string;
  /** What it must be good for; `agent_exec`, unless told. */
  readonly scope?: string;
  /** Whether the one who asks enforces: then a token that was issued where nothing is enforced is refused. `enforce`, unless told. */
  readonly mode?: "observe" | "enforce";
  /** What time it is, in milliseconds since 1970 UTC; the clock's, unless told. */
  readonly now?: number;
  /** How far that clock may be from the issuer's, in milliseconds; 0, unless told. */
  readonly skew?: number;
}

/** The longest token that is read, in bytes. */
const LONGEST = 8_192;

const header = record({ alg: oneOf("EdDSA", "Ed25519"), kid: bytes32, typ: oneOf("lictor-exec+jwt") });

/** What a token says that is good for what is expected. Throws a {@link TokenRefused} with the reason that the gateway would give. */
export function verifyToken(token: string, keys: TokenKeys, expected: Expected): Claims {
  const claims = openToken(token, keys);
  checkClaims(claims, expected);
  return claims;
}

/** What a token says that was signed with one of these keys. Whether it is meant for whoever asks, {@link checkClaims} tells. */
export function openToken(token: string, keys: TokenKeys): Claims {
  if (typeof token !== "string" || token === "") throw new TokenRefused("NO_TOKEN", "there is no token");
  if (utf8Length(token) > LONGEST) throw invalid(`it is longer than ${LONGEST} bytes`);
  const parts = token.split(".");
  const [head, payload, signature] = parts.map((part) => fromBase64url(part));
  if (parts.length !== 3 || head === undefined || payload === undefined || signature?.length !== 64) {
    throw invalid("it is not three parts in base64url, each in its one form");
  }
  // Among what is refused are `jwk`, `jku`, `x5u` and `x5c`, which bring a key along, and `crit`, `b64` and `zip`, which change what is signed.
  const { kid } = read("the header is not what is asked for", () => header(parseJson(head), ""));
  const key = keys.find(kid);
  if (key === undefined) throw invalid("it names a key that is not one of the issuer's, or is retired");
  if (!key.verifies(utf8(token.slice(0, token.lastIndexOf("."))), signature)) {
    throw invalid("the signature was not made with the key that it names");
  }
  return read("the claims are not those of a token", () => readClaims(payload));
}

/** Whether a token that says this is good for what is expected. Throws a {@link TokenRefused}. */
export function checkClaims(claims: Claims, expected: Expected): void {
  const { issuer, audience, scope = "agent_exec", mode = "enforce", now = Date.now(), skew = 0 } = expected;
  if (claims.iss !== issuer) throw invalid("it was issued by somebody else");
  if (claims.aud !== audience) throw new TokenRefused("STORE_MISMATCH", "it is for another store");
  if (typeof now !== "number" || typeof skew !== "number") throw new TokenRefused("TOKEN_EXPIRED", "what time it is, and how far the clocks may be apart, are numbers of milliseconds");
  // `exp` is the first moment at which it must not be taken (RFC 7519, section 4.1.4). Written so that a clock that is no number refuses, too.
  if (!(now - skew < claims.exp * 1_000)) throw new TokenRefused("TOKEN_EXPIRED", "its time is over");
  if (!(now + skew >= claims.nbf * 1_000)) throw new TokenRefused("TOKEN_EXPIRED", "its time has not begun");
  if (claims.scope !== scope) throw new TokenRefused("SCOPE_RESTRICTED", "it is good for another scope");
  if (mode !== "observe" && claims.mode === "observe") {
    throw new TokenRefused("ENFORCE_NOT_AVAILABLE", "it was issued where nothing is enforced");
  }
}

function invalid(detail: string): TokenRefused {
  return new TokenRefused("INVALID_SIGNATURE", detail);
}

function read<T>(what: string, reader: () => T): T {
  try {
    return reader();
  } catch (error) {
    throw error instanceof KeysRefused ? invalid(`${what}: ${error.reason}`) : error;
  }
}
