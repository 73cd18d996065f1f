/** A client of the gateway, over `fetch` alone: it runs in Node, in browsers and at edges. */

export {
  ApprovalDenied,
  type ApprovalRequest,
  ApprovalRequired,
  ApprovalTimeout,
  Denied,
  GatewayError,
  GatewayUnavailable,
  NotAllowed,
  NotDone,
  type RefusalDetails,
} from "./errors.js";
export { Gateway, type GatewayOptions, type Permit, type Settled } from "./gateway.js";
export { guard, type GuardOptions, requireApproval, run, type RunOptions } from "./guard.js";
export { type AuthorizeOptions, type Fields, type Obligation, type Question } from "./question.js";
