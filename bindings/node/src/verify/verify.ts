/**
 * Verifying a receipt with nothing but the history of its issuer's keys.
 *
 * A signature by a key that is revoked proves nothing by itself: whoever has the key can sign anything, with any date. What the log provably
 * had before is another matter. So such a receipt is good only with a proof of inclusion under a checkpoint of a size at which the key was still
 * in good hands; and that checkpoint must be signed by a key that is not itself revoked, or be one that was kept elsewhere.
 */

import { equal, utf8 } from "./bytes.js";
import { Document } from "./document.js";
import { bytesOf, type KeyEntry, type KeyHistory, keyOf } from "./history.js";
import { type Checkpoint, leafHash, openCheckpoint, parseProof, UnknownSigner, verifyInclusion } from "./log.js";
import { type Signed, VerifierKey } from "./note.js";
import { type Receipt, readEntry, readReceipt, RECEIPT } from "./receipt.js";
import { type Check, Report } from "./report.js";
import { millis, record, text } from "./shape.js";

/** What whoever verifies has from elsewhere, and vouches for. */
export interface Elsewhere {
  /** Checkpoints that were kept elsewhere: in an anchor file, in another receipt. */
  readonly anchors?: readonly Checkpoint[];
  /** The keys of witnesses. */
  readonly witnesses?: readonly VerifierKey[];
  /** How many of them must have cosigned the checkpoint of a proof: all that are named, unless told. */
  readonly quorum?: number;
}

/** A checkpoint that has the record of the receipt, and whether somebody vouches for it who is not the thief of a key. */
interface Covered {
  readonly checkpoint: Checkpoint;
  readonly cosigned: readonly Signed[];
  readonly vouched: boolean;
}

/** The last second of the year 9999, since 1970: moments are written with four digits of the year. */
const LAST_SECOND = 253_402_300_799n;

/** Verifies a receipt. It never fails otherwise than in its report, whatever the bytes are. */
export function verifyReceipt(document: Uint8Array | string, history: KeyHistory, elsewhere: Elsewhere = {}): Report {
  const report = new Report();
  let check: Check = "form";
  /** Runs a check; what is thrown in it is its failure. */
  const step = <T>(name: Check, run: () => T): T => {
    check = name;
    return run();
  };
  try {
    const read = step("form", () => Document.read(RECEIPT, bytesOf(document)));
    const entry = step("key", () => receiptKey(read.kid, history, report));
    step("signature", () => {
      if (!read.isSignedWith(keyOf(entry))) fail("it was not made with this key over these contents");
      report.passed("signature", "made with this key over these contents");
    });
    // What it says is looked at now that it is somebody's word.
    const receipt = step("form", () => readReceipt(read.content()));
    report.passed("form", `a receipt of version 1, named ${receipt.id}`);
    step("issuer", () => ofHistory(receipt, history, report));
    step("in force", () => inForce(receipt, entry, report));
    step("anchor", () => areCheckpoints(elsewhere));
    const covered = step("log", () => logged(receipt, read, history, elsewhere, report));
    if (covered !== undefined) step("anchor", () => anchored(covered.checkpoint, elsewhere, report));
    step("revocation", () => revocation(entry, covered, elsewhere, report));
    beyond(receipt, history, report);
    report.receipt = receipt;
  } catch (error) {
    // Whatever is thrown refuses; a fault of ours, too.
    report.failed(check, error instanceof Error ? error.message : String(error));
  }
  return report;
}

function fail(why: string): never {
  throw new Error(why);
}

function receiptKey(kid: string, history: KeyHistory, report: Report): KeyEntry {
  const entry = history.find(kid) ?? fail(`the key ${kid} is not in the history`);
  if (entry.purpose !== "receipt") fail(`the key ${JSON.stringify(entry.name)} is for ${entry.purpose}s, not for receipts`);
  report.passed("key", `${JSON.stringify(entry.name)} (${kid}), for receipts`);
  return entry;
}

function ofHistory(receipt: Receipt, history: KeyHistory, report: Report): void {
  const { issuer, tenant } = receipt;
  if (issuer !== history.issuer || tenant !== history.tenant) {
    fail(`it says to be of ${issuer} for ${tenant}, and its key signs for ${history.issuer} and ${history.tenant} only`);
  }
  report.passed("issuer", `${issuer}, for ${tenant}`);
}

function inForce(receipt: Receipt, { from, until }: KeyEntry, report: Report): void {
  const text = `the key signs from ${from} ${until === undefined ? "on" : `to ${until}`}, and the receipt is of ${receipt.time}`;
  const time = millis(receipt.time);
  if (time < millis(from) || (until !== undefined && time > millis(until))) fail(text);
  report.passed("in force", text);
}

const inclusionOf = record({ entry: text, proof: text });

/** The checkpoint that has the record, where a proof is given. A proof that does not hold speaks against the receipt. */
function logged(receipt: Receipt, document: Document, history: KeyHistory, elsewhere: Elsewhere, report: Report): Covered | undefined {
  // Who names a witness asks for its cosignature.
  const { witnesses = [], quorum = witnesses.length } = elsewhere;
  const given = document.beside.get("inclusion");
  if (given === undefined) {
    if (quorum !== 0) fail("witnesses are asked for, and no proof is given that the log has its record");
    report.notChecked("log", "no proof is given that the log has its record");
    return undefined;
  }
  const inclusion = inclusionOf(given, "inclusion");
  const entry = readEntry(inclusion.entry);
  const { origin, index } = receipt.log;
  if (entry.tenant !== receipt.tenant || entry.index !== index) fail("the entry is of another record");
  if (entry.receipt !== document.digest()) fail("the entry is of a record without a receipt, or with another");
  const proof = parseProof(inclusion.proof);
  if (proof.index !== BigInt(index)) fail("the proof is for another record");

  const keys = history.keys.filter((key) => key.purpose === "checkpoint");
  const open = (log: readonly KeyEntry[]): Omit<Covered, "vouched"> => {
    const known = log.map((key) => new VerifierKey(key.name, "ed25519", keyOf(key)));
    const opened = openCheckpoint(proof.checkpoint, { origin, log: known, witnesses, quorum });
    verifyInclusion(proof.index, leafHash(utf8(inclusion.entry)), opened.checkpoint, proof.hashes);
    return opened;
  };
  const covered = believed(keys, quorum, open);
  report.passed("log", `record ${index} of ${origin}, which then had ${covered.checkpoint.size}`);
  for (const { key, time } of covered.cosigned) {
    const at = time === undefined || time > LAST_SECOND ? "" : ` at ${new Date(Number(time) * 1_000).toISOString().replace(".000Z", "Z")}`;
    report.passed("witness", `${key.name} cosigned this checkpoint${at}`);
  }
  return covered;
}

function believed(keys: readonly KeyEntry[], quorum: number, open: (log: readonly KeyEntry[]) => Omit<Covered, "vouched">): Covered {
  try {
    return { ...open(keys.filter((key) => key.revoked === undefined)), vouched: true };
  } catch (error) {
    if (!(error instanceof UnknownSigner)) throw error;
    // Nobody but the thief of a revoked key, unless witnesses saw it, too.
    return { ...open(keys), vouched: quorum > 0 };
  }
}

/** Somebody who gives texts would believe that they were compared. */
function areCheckpoints({ anchors = [] }: Elsewhere): void {
  const isOne = (anchor: unknown): boolean => typeof anchor === "object" && anchor !== null && "root" in anchor && anchor.root instanceof Uint8Array;
  if (!Array.isArray(anchors) || !anchors.every(isOne)) fail("the anchors are no list of checkpoints, as `parseCheckpoint` reads them");
}

function anchorOf({ origin, size }: Checkpoint, elsewhere: Elsewhere): Checkpoint | undefined {
  return elsewhere.anchors?.find((anchor) => anchor.origin === origin && anchor.size === size);
}

function anchored(checkpoint: Checkpoint, elsewhere: Elsewhere, report: Report): void {
  const anchor = anchorOf(checkpoint, elsewhere);
  if (anchor === undefined) {
    report.notChecked("anchor", "no checkpoint of this size was kept elsewhere: the log may have been shown to others in another version");
  } else if (equal(anchor.root, checkpoint.root)) {
    report.passed("anchor", "the checkpoint is the one that was kept elsewhere");
  } else {
    fail(`another checkpoint of ${checkpoint.size} records was kept elsewhere: the log was shown in two versions`);
  }
}

function revocation({ revoked }: KeyEntry, covered: Covered | undefined, elsewhere: Elsewhere, report: Report): void {
  if (revoked === undefined) {
    report.passed("revocation", "the key is not revoked");
    return;
  }
  const since = `the key is revoked since the log had ${revoked.log_size} records (${revoked.because})`;
  if (covered === undefined) fail(`${since}, and nothing shows that the receipt is older`);
  const { checkpoint, vouched } = covered;
  if (checkpoint.size > BigInt(revoked.log_size)) fail(`${since}, and the checkpoint is of ${checkpoint.size}`);
  if (!vouched && anchorOf(checkpoint, elsewhere) === undefined) fail(`${since}, and the key of the checkpoint is revoked, too`);
  report.passed("revocation", `${since}, and its record was among the first ${checkpoint.size}`);
}

/** What a receipt cannot show by itself. */
function beyond(receipt: Receipt, history: KeyHistory, report: Report): void {
  const say = (text: string): void => report.notChecked("beyond", text);
  say(`what was revoked after edition ${history.edition} of the history of keys, of ${history.issued}`);
  if (receipt.token !== undefined) say("what became of the token since: only the gateway knows");
  const { approvals, agent } = receipt;
  const signed = approvals.filter((approval) => approval.evidence === "signature").length;
  const reviewed = approvals.filter((approval) => approval.evidence === "reviewer").length;
  const inForms = approvals.filter((approval) => approval.evidence === "local_operator").length;
  const ofPeople = approvals.length - reviewed;
  const onTrust = ofPeople - signed - inForms;
  if (onTrust > 0) say(`${onTrust} of ${ofPeople} answers of people: they stand on the gateway's word`);
  if (inForms > 0) {
    const word = "given in a form at the agent's machine, and they stand on the word of the programs there and of the gateway";
    say(`${inForms} of ${ofPeople} answers of people: ${word}`);
  }
  if (reviewed > 0) say("what a reviewer answered, which is no person: the gateway's word");
  if (signed > 0) say("what people signed themselves: the gateway keeps it with the record");
  if (agent.authenticated === "signature") {
    say("the agent's signature on its request: the gateway has verified it, and keeps the name of the key");
  }
}

