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

/** The checks that something of a log may not pass, as the command names them, too. */
export type LedgerCode = "L0110" | "L0111" | "L0112" | "L0130" | "L0131" | "L0132" | "L0133" | "L0134" | "L0135" | "L0136" | "L0137" | "L0140" | "L0141" | "L0142";

/** Something of a log (a proof, a note, a checkpoint, the key of a witness) is refused. */
export class LedgerError extends LictorError {
  override readonly name = "LedgerError";
  declare readonly code: LedgerCode;

  constructor(code: LedgerCode, reason: string) {
    super(code, reason);
  }
}
