/** Why something that was given to be verified is refused. */

import { LictorError } from "../errors.js";

/** The checks that a document or a set of keys may not pass; `docs/receipts.md` says what each means. */
export type EvidenceCode = "V0101" | "V0102" | "V0103" | "V0110" | "V0111" | "V0112" | "V0120" | "V0121";

/** A set or a history of keys is refused, or something signed that is read with it. */
export class KeysRefused extends LictorError {
  override readonly name = "KeysRefused";
  declare readonly code: EvidenceCode;

  constructor(code: EvidenceCode, reason: string) {
    super(code, reason);
  }
}

/** Why an action that came with a token is refused, as the gateway says it, too. */
export type TokenReason =
  | "NO_TOKEN"
  | "INVALID_SIGNATURE"
  | "STORE_MISMATCH"
  | "TOKEN_EXPIRED"
  | "SCOPE_RESTRICTED"
  | "ENFORCE_NOT_AVAILABLE";

/** A token is not good here and now. Its words repeat nothing of the token but names of members. */
export class TokenRefused extends LictorError {
  override readonly name = "TokenRefused";
  declare readonly code: TokenReason;

  constructor(code: TokenReason, reason: string) {
    super(code, reason);
  }
}

/** Something of the log (a proof, a note, a checkpoint, the key of a witness) is refused. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
}
