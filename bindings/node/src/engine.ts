/**
 * The engine in process: the same runtime as everywhere, loaded from a native module when it is first asked for. Nothing else of this package needs it.
 *
 * `LICTOR_NODE` names the native module where it does not lie beside this file.
 */

import { createRequire } from "node:module";

import { LictorError } from "./errors.js";
import type { Verdict } from "./verify/index.js";

/** What a host asks of a bundle. */
export interface Requirements {
  /** Public keys (PEM), of which one must have signed. */
  readonly keys?: string | readonly string[];
  /** In their place, the text of a file of trusted keys: the file that `lictor keys` writes. */
  readonly trusted?: string;
  /** The lowest number of an edition that is taken: the highest one that this host has loaded. */
  readonly minSequence?: number;
  /** What time it is, in milliseconds since 1970 UTC; a bundle that expires is refused where nobody says. */
  readonly now?: number;
  /** The most steps that deciding a request may take. */
  readonly maxSteps?: number;
}

/** What is decided, as the engine writes it. Members beyond these are described in the documentation. */
export interface Decision {
  readonly decision: Verdict;
  readonly reason_code: string;
  readonly [more: string]: unknown;
}

/** A fact that deciding needs. */
export interface FactQuery {
  readonly [more: string]: unknown;
}

/** What is asked, or said of it: bytes or a text of JSON as they are, or a value that is written as JSON. */
export type Given = Uint8Array | string | { readonly [name: string]: unknown };

/** A bundle, or a set of keys, is refused; or the engine cannot be loaded (`NOT_INSTALLED`), was misused (`MISUSED`), or has a fault (`FAULT`). */
export class BundleRefused extends LictorError {
  override readonly name = "BundleRefused";
}

interface NativeRequirements {
  keys: string[];
  trusted?: string;
  minSequence: number;
  now?: number;
  maxSteps?: number;
}

interface Native {
  swap(bundle: Uint8Array, required: NativeRequirements): void;
  decide(request: Uint8Array, said?: Uint8Array): string;
  factsNeeded(request: Uint8Array, said?: Uint8Array): string;
  explain(request: Uint8Array): string;
  readonly id: string;
  readonly sequence: number;
  readonly expires: number | null;
  readonly observed: boolean;
}

interface Module {
  NativeEngine: { load(bundle: Uint8Array, required: NativeRequirements): Native };
}

/** A verified bundle that decides: without I/O, without a clock. */
export class Engine {
  private constructor(private readonly native: Native) {}

  /** Loads the bytes of a bundle and verifies all of it. Throws {@link BundleRefused}. */
  static load(bundle: Uint8Array, requirements: Requirements): Engine {
    return new Engine(told(() => loaded().NativeEngine.load(bundleOf(bundle), required(requirements))));
  }

  /** Puts another bundle in force, verified in the same way. Where it is refused, the one before stays. */
  swap(bundle: Uint8Array, requirements: Requirements): void {
    told(() => this.native.swap(bundleOf(bundle), required(requirements)));
  }

  /**
   * Decides a request. Where who asks is not who vouches, `request` is the caller's side (`action`, `params`), and `said` the host's (`agent`, `user`, `mandate`,
   * `context`, `facts`); whatever comes from the wrong side is refused. What cannot be read is refused, too, which is a decision like any other.
   */
  decide(request: Given, said?: Given): Decision {
    return JSON.parse(this.decideText(request, said)) as Decision;
  }

  /** The same, as the text of JSON that the engine wrote. */
  decideText(request: Given, said?: Given): string {
    return told(() => this.native.decide(bytes(request), ...(said === undefined ? [] : [bytes(said)])));
  }

  /** The facts that deciding it may need and that it does not carry. */
  factsNeeded(request: Given, said?: Given): FactQuery[] {
    return JSON.parse(this.factsNeededText(request, said)) as FactQuery[];
  }

  /** The same, as text. */
  factsNeededText(request: Given, said?: Given): string {
    return told(() => this.native.factsNeeded(bytes(request), ...(said === undefined ? [] : [bytes(said)])));
  }

  /** How a decision comes about: for authors and auditors, and not to be passed on to an agent. */
  explain(request: Given): unknown {
    return JSON.parse(told(() => this.native.explain(bytes(request))));
  }

  /** What the bundle is called: `sha256:…`. */
  get id(): string {
    return this.native.id;
  }

  /** The number of the edition. */
  get sequence(): number {
    return this.native.sequence;
  }

  /** The last moment at which it may be loaded, in milliseconds since 1970 UTC. */
  get expires(): number | undefined {
    return this.native.expires ?? undefined;
  }

  /** Whether all of it is only observed: then it allows everything, and a host that relies on being held takes none of those. */
  get observed(): boolean {
    return this.native.observed;
  }
}

let native: Module | undefined;

function loaded(): Module {
  if (native === undefined) {
    const require = createRequire(import.meta.url);
    const path = process.env["LICTOR_NODE"] ?? "./lictor.node";
    try {
      native = require(path) as Module;
    } catch (error) {
      throw new BundleRefused("NOT_INSTALLED", `the native module ${path} cannot be loaded: \`bindings/node/run --pack\` builds it for this machine, and LICTOR_NODE names one that lies elsewhere`, { cause: error });
    }
  }
  return native;
}

function bundleOf(bundle: Uint8Array): Uint8Array {
  if (!(bundle instanceof Uint8Array)) throw new BundleRefused("MISUSED", "a bundle is the bytes of its file, such as `readFileSync` gives them");
  return bundle;
}

function required(requirements: Requirements): NativeRequirements {
  if (typeof requirements !== "object" || requirements === null) throw new BundleRefused("MISUSED", "say with which `keys` the bundle must be signed");
  const { keys: given = [], trusted, minSequence = 0, now, maxSteps } = requirements;
  const keys = typeof given === "string" ? [given] : given;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === "string")) throw new BundleRefused("MISUSED", "`keys` are the texts of PEM files");
  for (const number of [minSequence, now ?? 0, maxSteps ?? 0]) {
    // What is not exact would be rounded on the way, and a number that is none would be 0.
    if (!Number.isSafeInteger(number)) throw new BundleRefused("MISUSED", `${number} is not a whole number that is exact`);
  }
  return {
    keys: [...keys],
    minSequence,
    ...(trusted === undefined ? {} : { trusted }),
    ...(now === undefined ? {} : { now }),
    ...(maxSteps === undefined ? {} : { maxSteps }),
  };
}

function bytes(given: Given): Uint8Array {
  if (given instanceof Uint8Array) return given;
  return new TextEncoder().encode(typeof given === "string" ? given : JSON.stringify(given));
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BundleRefused || !(error instanceof Error)) throw error;
    const code = "code" in error && typeof error.code === "string" ? error.code : "FAULT";
    throw new BundleRefused(code, error.message, { cause: error });
  }
}
