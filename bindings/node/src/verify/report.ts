/** What came of verifying a receipt: line by line what was checked, and what could not be. */

import type { Receipt } from "./receipt.js";

/** What is checked. */
export type Check = "form" | "key" | "signature" | "issuer" | "in force" | "log" | "witness" | "anchor" | "revocation" | "beyond";

/** What came of a check: it holds, it does not, or it could not be checked, with what was given or at all. */
export type Outcome = "ok" | "FAILED" | "-";

/** One line of a report. */
export interface Line {
  readonly check: Check;
  readonly outcome: Outcome;
  /** In words. */
  readonly text: string;
}

/** A report on a receipt. */
export class Report {
  /** What was checked, in this order, up to the first check that failed; then what could not be checked. */
  readonly lines: Line[] = [];
  /** What the receipt says. None unless it is genuine: what else it says is nobody's word. */
  receipt: Receipt | undefined;

  /** Whether the receipt is genuine: its issuer signed it while its key was good, and nothing that was given speaks against it. */
  get isGenuine(): boolean {
    return this.receipt !== undefined;
  }

  /** What came of a check; none where it did not come to it. */
  outcome(check: Check): Outcome | undefined {
    return this.lines.find((line) => line.check === check)?.outcome;
  }

  /** A line for each check, and one that says what follows. */
  toString(): string {
    const lines = this.lines.map(({ check, outcome, text }) => `${outcome.padEnd(6)}  ${check.padEnd(10)}  ${text}\n`);
    return `${lines.join("")}${this.isGenuine ? "The receipt is genuine" : "The receipt is not to be relied on"}\n`;
  }

  /** @internal */
  passed(check: Check, text: string): void {
    this.lines.push({ check, outcome: "ok", text });
  }

  /** @internal */
  failed(check: Check, text: string): void {
    this.lines.push({ check, outcome: "FAILED", text });
  }

  /** @internal */
  notChecked(check: Check, text: string): void {
    this.lines.push({ check, outcome: "-", text });
  }
}
