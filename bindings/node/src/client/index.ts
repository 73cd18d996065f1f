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
export {
  type AuthorizeOptions,
  type Fields,
  Gateway,
  type GatewayOptions,
  type Obligation,
  type Settled,
  type Permit,
  type Question,
} from "./gateway.js";
export { guard, type GuardOptions, requireApproval, run, type RunOptions } from "./guard.js";
