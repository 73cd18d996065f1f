/** What a receipt says; `docs/receipts.md` says what each member is. */

import { utf8 } from "./bytes.js";
import type { Kind } from "./document.js";
import { unmarked } from "./document.js";
import { KeysRefused } from "./errors.js";
import { canonical, type Json, parseJson } from "./json.js";
import { bytes32, count, digest, list, moment, oneOf, optional, type Read, record, shown, tokenId, wrong } from "./shape.js";

export type Verdict = "allow" | "step_up" | "deny";

/** What a receipt says. It is somebody's word only once it was verified. */
export interface Receipt {
  readonly id: string;
  readonly issuer: string;
  readonly tenant: string;
  readonly event: "decided" | "approved" | "burned" | "settled" | "observed";
  readonly time: string;
  readonly action: string;
  readonly agent: { readonly id: string; readonly authenticated: "api_key" | "signature" | "reported"; readonly key?: string };
  readonly decision: Verdict;
  readonly reason_code: string;
  readonly mode: "observe" | "enforce";
  readonly causes: readonly Cause[];
  readonly approvals: readonly Approval[];
  readonly bundle: string;
  readonly request_digest: string;
  readonly facts_digest: string;
  readonly token?: { readonly id: string; readonly state: "issued" | "burned" | "executed" | "failed" | "unknown" | "released" };
  readonly log: { readonly origin: string; readonly index: number };
}

/** A rule that had an effect, or something else that had. */
export interface Cause {
  readonly effect: Verdict;
  readonly code: string;
  readonly rule?: string;
  readonly layer?: string;
  readonly cites: readonly string[];
}

/** What a person answered. */
export interface Approval {
  readonly by: string;
  readonly role: string;
  readonly answer: "approved" | "denied";
  readonly time: string;
  readonly evidence: "session" | "signature" | "local_operator" | "reviewer";
  readonly key?: string;
}

/** An entry of the log: which record it is, and the digests of what that says. */
export interface LogEntry {
  readonly tenant: string;
  readonly index: number;
  readonly time: string;
  readonly kind: string;
  readonly body: string;
  readonly receipt?: string;
}

export const RECEIPT: Kind = {
  type: "lictor-receipt",
  domain: "lictor receipt 1\n",
  content: "receipt",
  beside: ["inclusion"],
  longest: 2 ** 18,
};

const LONGEST_ENTRY = 4_096;

const verdict = oneOf("allow", "step_up", "deny");

function few<T>(of: Read<T>): Read<T[]> {
  return (json, at) => {
    const found = list(of)(json, at);
    if (found.length > 256) throw wrong(at, "has more than 256 entries");
    return found;
  };
}

const receipt: Read<Receipt> = record({
  id: shown,
  issuer: shown,
  tenant: shown,
  event: oneOf("decided", "approved", "burned", "settled", "observed"),
  time: moment,
  action: shown,
  agent: record({ id: shown, authenticated: oneOf("api_key", "signature", "reported"), key: optional(bytes32) }),
  decision: verdict,
  reason_code: shown,
  mode: oneOf("observe", "enforce"),
  causes: few(record({ effect: verdict, code: shown, rule: optional(shown), layer: optional(shown), cites: few(shown) })),
  approvals: few(
    record({
      by: shown,
      role: shown,
      answer: oneOf("approved", "denied"),
      time: moment,
      evidence: oneOf("session", "signature", "local_operator", "reviewer"),
      key: optional(bytes32),
    }),
  ),
  bundle: digest,
  request_digest: digest,
  facts_digest: digest,
  token: optional(record({ id: tokenId, state: oneOf("issued", "burned", "executed", "failed", "unknown", "released") })),
  log: record({ origin: shown, index: count }),
});

const entry: Read<LogEntry> = record({
  tenant: shown,
  index: count,
  time: moment,
  kind: shown,
  body: digest,
  receipt: optional(digest),
});

/** Reads the content of a receipt. Throws an {@link KeysRefused}. */
export function readReceipt(content: Json): Receipt {
  const found = receipt(content, "");
  const { agent, approvals } = found;
  const unsigned = approvals.some((approval) => (approval.evidence === "signature") !== (approval.key !== undefined));
  if (unsigned || (agent.authenticated === "signature") !== (agent.key !== undefined)) {
    throw new KeysRefused("V0103", "a key stands where nothing was signed, or a signature without its key");
  }
  if (approvals.some((approval) => approval.evidence === "reviewer" && approval.answer !== "denied")) {
    throw new KeysRefused("V0103", "a reviewer refuses, and does nothing else");
  }
  if (approvals.some((approval) => approval.evidence === "local_operator" && approval.role !== "local_operator")) {
    throw new KeysRefused("V0103", "a form at the agent's machine answers for the role local_operator, and for no other");
  }
  return found;
}

/** Reads the bytes that the log hashes, in their one form. Throws an {@link KeysRefused}. */
export function readEntry(text: string): LogEntry {
  const bytes = utf8(text);
  if (bytes.length > LONGEST_ENTRY) throw new KeysRefused("V0101", `the entry is longer than ${LONGEST_ENTRY} bytes`);
  const json = parseJson(bytes);
  if (canonical(json) !== text) throw new KeysRefused("V0103", "the entry is not canonical JSON");
  return entry(unmarked("lictor-record", json), "");
}
