/**
 * Functions that run only where the gateway permits it: asked before, and where a checkout key is given, with the token used up before and the
 * outcome told after. Whatever goes wrong before the function runs is thrown, and the function does not run.
 */

import { LictorError } from "../errors.js";
import { Denied, GatewayUnavailable, NotDone } from "./errors.js";
import type { Gateway, Permit, Settled } from "./gateway.js";
import { type AuthorizeOptions, type Fields, type Obligation, presentedBody, type Question } from "./question.js";

export interface RunOptions extends AuthorizeOptions {
  /** Does what an obligation demands, and says whether it could. Without it, an action with obligations is not done. */
  readonly fulfil?: (obligation: Obligation, permit: Permit) => boolean | Promise<boolean>;
  /** Told where the outcome could not be told to the gateway, which then takes it for unknown. */
  readonly onUnsettled?: (error: unknown) => void;
  /** How it went, by what came of it; `executed`, unless told. */
  readonly outcomeOf?: (result: unknown) => Settled;
  /** Looks at what is permitted, and throws where that is not enough. */
  readonly admit?: (permit: Permit) => void;
}

/** Which action a call of a function is: what is given is made of its arguments. */
export interface GuardOptions<A extends unknown[]> extends RunOptions {
  /** An action of the policy. Without one, the call is that of a tool, which the policy knows by the function's name. */
  readonly action?: string;
  /** In place of the function's name. */
  readonly tool?: string;
  /** The fields of the action, or the input of the tool; the first argument, unless told. */
  readonly resource?: (...args: A) => Fields;
}

/** Asks, and runs `work` only where it is permitted. `ask` is called again just before, so that nothing else is done than was asked about. */
export async function run<R>(gateway: Gateway, ask: () => Question, work: (permit: Permit) => R | Promise<R>, options: RunOptions = {}): Promise<R> {
  const { permit, asked } = await permitted(gateway, ask, options);
  let settled: Settled = "failed";
  try {
    // Nothing is awaited between this and the work.
    unchanged(ask, asked, permit, options);
    settled = "unknown";
    const result = await work(permit);
    settled = outcomeOf(result, options);
    return result;
  } catch (error) {
    if (error instanceof NotDone) settled = "failed";
    throw error;
  } finally {
    if (gateway.carriesOut) await told(gateway, permit, settled, options);
  }
}

/** How long after its end a permit may still be gone by, in milliseconds: the clocks may differ, and whoever uses tokens up has looked at it already. */
const LATE = 5_000;

function unchanged(ask: () => Question, asked: Question, permit: Permit, { signal }: RunOptions): void {
  if (signal?.aborted) throw new GatewayUnavailable("ABORTED", "it was called off");
  if (Date.now() > Date.parse(permit.expiresAt) + LATE) throw new Denied("TOKEN_EXPIRED", "it was permitted for a time that is over");
  let now: string;
  try {
    now = JSON.stringify(presentedBody(ask()));
  } catch (error) {
    throw fault(error);
  }
  if (now !== JSON.stringify(presentedBody(asked))) {
    throw new Denied("CHANGED_MEANWHILE", "what is about to be done is not what was asked about");
  }
}

function fault(error: unknown): GatewayUnavailable {
  return new GatewayUnavailable("FAULT", `it could not be found out whether it may be done: ${String(error)}`, { cause: error });
}

function outcomeOf(result: unknown, options: RunOptions): Settled {
  try {
    return options.outcomeOf?.(result) ?? "executed";
  } catch {
    return "unknown";
  }
}

async function permitted(gateway: Gateway, ask: () => Question, options: RunOptions): Promise<{ permit: Permit; asked: Question }> {
  try {
    const asked = frozen(ask());
    const permit = await gateway.authorize({ ...asked, ...options });
    options.admit?.(permit);
    for (const obligation of permit.obligations) {
      if ((await options.fulfil?.(obligation, permit)) !== true) {
        throw new Denied("OBLIGATION_NOT_MET", `nobody here can do what is demanded with it: ${obligation.reason || obligation.code}`);
      }
    }
    if (gateway.carriesOut) await gateway.validate(permit, asked, options);
    return { permit, asked };
  } catch (error) {
    if (error instanceof LictorError) throw error;
    throw fault(error);
  }
}

/** The same question, of which nobody can change anything any more. */
function frozen(question: Question): Question {
  const text = JSON.stringify(question);
  return JSON.parse(text) as Question;
}

async function told(gateway: Gateway, permit: Permit, outcome: Settled, options: RunOptions): Promise<void> {
  try {
    await gateway.settle(permit, outcome);
  } catch (error) {
    // It has happened: the gateway will take it for unknown, and go on counting it. What listens changes nothing of what came of it.
    try {
      options.onUnsettled?.(error);
    } catch {
      // It was told.
    }
  }
}

/** A function that asks before it runs. Its first argument holds the fields, unless `resource` says otherwise. */
export function guard<A extends unknown[], R>(gateway: Gateway, fn: (...args: A) => R | Promise<R>, options: GuardOptions<A> = {}): (...args: A) => Promise<R> {
  if (typeof (gateway as Gateway | undefined)?.authorize !== "function" || typeof fn !== "function") {
    throw new TypeError("a guard is made of the gateway that is asked, and then the function that it stands before");
  }
  const { action, tool, resource, ...rest } = options;
  const name = tool ?? fn.name;
  if (action === undefined && name === "") {
    throw new TypeError("the function has no name by which a policy could know it: give `action` or `tool`");
  }
  if (/Generator/.test(Object.prototype.toString.call(fn))) {
    throw new TypeError("a generator runs later than it is called: guard what it calls");
  }
  const fields = resource ?? ((...args: A) => (args[0] ?? {}) as Fields);
  return (...args: A) => {
    const ask = (): Question => (action === undefined ? { tool: name, input: fields(...args) } : { action, resource: fields(...args) });
    return run(gateway, ask, () => fn(...args), rest);
  };
}

/**
 * A function that runs only once a person has approved the call: it waits for them, and refuses where the policy allows it without asking anybody, so
 * that a policy that was changed does not silently take the person out. `role` is the role in which they must have answered.
 */
export function requireApproval<A extends unknown[], R>(
  gateway: Gateway,
  fn: (...args: A) => R | Promise<R>,
  { role, ...options }: GuardOptions<A> & { readonly role?: string } = {},
): (...args: A) => Promise<R> {
  const admit = (permit: Permit): void => {
    const approved = permit.receipt.approvals.some((one) => one.answer === "approved" && (role === undefined || one.role === role));
    if (!approved) throw new Denied("NOT_APPROVED", "the policy allows it without asking anybody, and here a person has to approve it");
    options.admit?.(permit);
  };
  return guard<A, R>(gateway, fn, { wait: true, ...options, admit });
}
