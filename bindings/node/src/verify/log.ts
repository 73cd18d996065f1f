/**
 * What a log proves: checkpoints (C2SP tlog-checkpoint), proofs to keep beside what they are about (C2SP tlog-proof), and that an entry is in
 * the tree (RFC 9162, section 2.1.3.2, with the hashes of RFC 6962).
 */

import { equal, fromBase64, sha256, utf8Length } from "./bytes.js";
import { LedgerError } from "./errors.js";
import { LONGEST_NOTE, type Note, parseNote, type Signed, signersOf, type VerifierKey } from "./note.js";

/** What a log says of itself at a moment. */
export interface Checkpoint {
  /** Which log. */
  readonly origin: string;
  /** How many entries it has. */
  readonly size: bigint;
  /** The root of its tree: 32 bytes. */
  readonly root: Uint8Array;
}

/** That an entry stands at this index of a log. None of it has been checked. */
export interface TlogProof {
  readonly index: bigint;
  /** From the entry's sibling upwards. */
  readonly hashes: readonly Uint8Array[];
  /** The checkpoint to whose root they lead. */
  readonly checkpoint: Note;
}

/** Nobody signed whose word counts. */
export class UnknownSigner extends LedgerError {}

const HEADER = "c2sp.org/tlog-proof@v1\n";
const MOST_HASHES = 63;
const MOST_EXTRA = 2 ** 16;
/** The most entries that a log may have. */
const LARGEST = 2n ** 63n - 1n;

/** Reads the text of a checkpoint, or a signed one. That somebody signed it has to be known already. */
export function parseCheckpoint(text: string): Checkpoint {
  if (typeof text !== "string") throw new LedgerError("L0140", "a checkpoint is a text");
  const body = text.includes("\n\n") ? parseNote(text).text : text;
  if (!body.endsWith("\n")) throw new LedgerError("L0140", "the checkpoint does not end with a newline");
  const [origin = "", size = "", root = "", ...more] = body.slice(0, -1).split("\n");
  const entries = number(size);
  const hash = hashOf(root);
  if (origin === "" || utf8Length(origin) > 255 || /[\u0000-\u001f]/.test(origin)) {
    throw new LedgerError("L0140", "the first line of the checkpoint cannot be the origin of a log");
  }
  if (entries === undefined) throw new LedgerError("L0140", "the second line of the checkpoint is not a number of entries");
  if (hash === undefined) throw new LedgerError("L0140", "the third line of the checkpoint is not a hash in base64");
  if (more.includes("")) throw new LedgerError("L0140", "a line of the checkpoint is empty");
  return { origin, size: entries, root: hash };
}

/** Reads a proof. */
export function parseProof(text: string): TlogProof {
  if (utf8Length(text) > LONGEST_NOTE + 2 * MOST_EXTRA) throw new LedgerError("L0142", "the proof is too long to be one");
  if (!text.startsWith(HEADER)) throw new LedgerError("L0142", "the first line is not c2sp.org/tlog-proof@v1");
  const end = text.indexOf("\n\n", HEADER.length);
  if (end < 0) throw new LedgerError("L0142", "no empty line stands before the checkpoint");
  const lines = text.slice(HEADER.length, end).split("\n");
  if (lines[0]?.startsWith("extra ")) {
    // What an application keeps beside it, which nobody has signed.
    const extra = fromBase64(lines.shift()?.slice("extra ".length) ?? "");
    if (extra === undefined || extra.length > MOST_EXTRA) throw new LedgerError("L0142", "the extra data is not base64, or too long");
  }
  const [first = "", ...rest] = lines;
  const index = first.startsWith("index ") ? number(first.slice("index ".length)) : undefined;
  if (index === undefined) throw new LedgerError("L0142", "the line with the index is not `index` and a number");
  const hashes = rest.map(hashOf).filter((hash) => hash !== undefined);
  if (hashes.length < rest.length || hashes.length > MOST_HASHES) {
    throw new LedgerError("L0142", "a line after the index is not a hash in base64, or there are more than 63");
  }
  const checkpoint = parseNote(text.slice(end + 2));
  parseCheckpoint(checkpoint.text);
  return { index, hashes, checkpoint };
}

/** The checkpoint of a note that one of the log's keys signed, and so many of the witnesses; and which of these did. */
export function openCheckpoint(
  note: Note,
  { origin, log, witnesses, quorum }: { origin: string; log: readonly VerifierKey[]; witnesses: readonly VerifierKey[]; quorum: number },
): { checkpoint: Checkpoint; cosigned: Signed[] } {
  if (signersOf(note, log).length === 0) throw new UnknownSigner("L0135", "the note is signed by no key that is asked for");
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== origin) {
    throw new LedgerError("L0141", `the checkpoint is of ${JSON.stringify(checkpoint.origin)}, and ${JSON.stringify(origin)} is asked for`);
  }
  const cosigned = signersOf(note, witnesses).filter(({ key }) => key.kind === "cosignature");
  // Whoever has one key under two names is one witness.
  const persons = new Set(cosigned.map(({ key }) => key.key.thumbprint)).size;
  if (!(persons >= quorum)) throw new LedgerError("L0137", `${persons} of the known witnesses cosigned the checkpoint, and ${quorum} must`);
  return { checkpoint, cosigned };
}

/** The hash of an entry. The zero before it tells it from a node, so that no node can pass for an entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(0), entry);
}

/** Checks that the entry with this hash stands at this index of the tree. A proof of another length than the sizes ask for is refused. */
export function verifyInclusion(index: bigint, leaf: Uint8Array, { size, root }: Checkpoint, proof: readonly Uint8Array[]): void {
  if (index >= size) throw new LedgerError("L0110", `a tree of ${size} entries has no entry ${index}`);
  let [at, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) throw new LedgerError("L0111", "the proof is longer than one for these sizes");
    if (at % 2n === 1n || at === last) {
      hash = node(sibling, hash);
      // At the right edge, nodes without a sibling are carried up as they are.
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else {
      hash = node(hash, sibling);
    }
    [at, last] = [at / 2n, last / 2n];
  }
  if (last !== 0n) throw new LedgerError("L0111", "the proof is shorter than one for these sizes");
  if (!equal(hash, root)) {
    throw new LedgerError("L0112", `the proof does not lead from entry ${index} to the root of the tree of ${size} entries`);
  }
}

function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(1), left, right);
}

function hashOf(text: string): Uint8Array | undefined {
  const bytes = fromBase64(text);
  return bytes?.length === 32 ? bytes : undefined;
}

/** Decimal digits without leading zeros. */
function number(text: string): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const found = BigInt(text);
  return found <= LARGEST ? found : undefined;
}
