/**
 * Verifies offline, with public keys alone, what a gateway signs: execution tokens, receipts, and the history of the keys that made them.
 * Plain JavaScript: no native code, nothing of Node, no clock but where a token is held against one.
 */

export { LictorError } from "../errors.js";
export { type Bound, type Claims, type Constraint } from "./claims.js";
export { PublicKey } from "./ed25519.js";
export { type EvidenceCode, KeysRefused, type LedgerCode, LedgerError, TokenRefused, type TokenReason } from "./errors.js";
export { type KeyEntry, KeyHistory, type Purpose, type Revocation } from "./history.js";
export { TokenKeys } from "./jwks.js";
export { type Checkpoint, parseCheckpoint } from "./log.js";
export { VerifierKey } from "./note.js";
export { type Approval, type Cause, type Receipt, type Verdict } from "./receipt.js";
export { type Check, type Line, type Outcome, Report } from "./report.js";
export { checkClaims, type Expected, openToken, verifyToken } from "./token.js";
export { type Elsewhere, verifyReceipt } from "./verify.js";
