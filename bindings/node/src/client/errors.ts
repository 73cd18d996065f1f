/** Why something may not be done now. */

import { LictorError } from "../errors.js";

/** What stands beside a refusal. */
export interface RefusalDetails {
  /** Where the receipt of the refusal is read. */
  readonly receiptUrl?: string;
  /** The id of the request, as the gateway's log has it. */
  readonly traceId?: string;
}

/** A request for approval. */
export interface ApprovalRequest {
  readonly id: string;
  /** Until when people may answer (RFC 3339). */
  readonly expiresAt: string;
  /** The page on which they do. */
  readonly url: string;
}

/** It was decided, and it may not happen now. */
export class NotAllowed extends LictorError {
  override readonly name: string = "NotAllowed";

  constructor(
    code: string,
    reason: string,
    readonly details: RefusalDetails = {},
  ) {
    super(code, reason);
  }
}

/** It may not happen. Asking again does not help. */
export class Denied extends NotAllowed {
  override readonly name: string = "Denied";
}

/** People were asked, and said no, or nothing while they could. */
export class ApprovalDenied extends Denied {
  override readonly name = "ApprovalDenied";
}

/** It may happen once people approve it. */
export class ApprovalRequired extends NotAllowed {
  override readonly name: string = "ApprovalRequired";

  constructor(
    code: string,
    reason: string,
    readonly approval: ApprovalRequest,
    details: RefusalDetails = {},
  ) {
    super(code, `${reason} (a person can approve it at ${approval.url})`, details);
  }
}

/** People were asked, and have not answered in the time that was given to wait. */
export class ApprovalTimeout extends ApprovalRequired {
  override readonly name = "ApprovalTimeout";
}

/** The gateway refuses to decide: a malformed request, a key that does not count, something that it does not know. The code is its own. */
export class GatewayError extends LictorError {
  override readonly name = "GatewayError";

  constructor(
    code: string,
    reason: string,
    /** The status of its answer. */
    readonly status: number,
  ) {
    super(code, reason);
  }
}

/**
 * Nobody could say whether it may be done. `UNREACHABLE`, `TIMEOUT` and `ABORTED` say how far it came; `BAD_ANSWER`: it is no answer of a gateway; `UNVERIFIED`: a
 * token, a receipt or a key does not hold; `FAULT`: what this package was given threw, or could not be written.
 */
export class GatewayUnavailable extends LictorError {
  override readonly name = "GatewayUnavailable";
}

/** Thrown by a guarded function to say that nothing was done: what was reserved for it is given back. */
export class NotDone extends Error {
  override readonly name = "NotDone";
}
