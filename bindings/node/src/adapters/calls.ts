/** What the adapters have in common: which action the call of a tool is, and what a model is told of a refusal. */

import { type Fields, type Gateway, GatewayError, NotAllowed, type Question, run, type RunOptions } from "../client/index.js";
import { LictorError } from "../errors.js";

export interface AdapterOptions extends RunOptions {
  /**
   * Which action the call of a tool is. What is not listed is asked about as the call of a tool, and the policy says which action that is (`normalize`); what it
   * does not know either, it refuses.
   */
  readonly actions?: Readonly<Record<string, { readonly action: string; readonly resource: (input: never) => Fields }>>;
  /** The name by which the policy knows a tool; its own, unless told. */
  readonly nameOf?: (tool: string) => string;
}

/** What to ask about a call. */
export function questionOf(tool: string, input: unknown, { actions, nameOf }: AdapterOptions): Question {
  const known = actions !== undefined && Object.hasOwn(actions, tool) ? actions[tool] : undefined;
  if (known === undefined) return { tool: nameOf?.(tool) ?? tool, input };
  return { action: known.action, resource: known.resource(input as never) };
}

/** Runs the call of a tool where it is permitted. */
export function called<R>(gateway: Gateway, tool: string, input: unknown, work: () => R | Promise<R>, { actions, nameOf, ...options }: AdapterOptions): Promise<R> {
  const of: AdapterOptions = { ...(actions === undefined ? {} : { actions }), ...(nameOf === undefined ? {} : { nameOf }) };
  return run(gateway, () => questionOf(tool, input, of), work, options);
}

/** What a model is told. A message of the gateway is meant for agents already; what went wrong on the way there is for whoever runs it. */
export function told(error: unknown): string {
  if (error instanceof NotAllowed || error instanceof GatewayError) return `Not permitted. ${error.message}. Nothing was done.`;
  const code = error instanceof LictorError ? ` (${error.code})` : "";
  return `Not permitted: it could not be found out whether it may be done${code}. Nothing was done.`;
}
