/**
 * The TypeScript SDK of the Model Context Protocol, in both its generations: a client whose calls of tools are asked about before they are sent, and handlers of a server that ask before
 * they run. A refusal is a result with `isError`, which the model reads.
 */

import type { Gateway } from "../client/index.js";
import { LictorError } from "../errors.js";
import { member } from "../client/transport.js";
import { type AdapterOptions, called, told } from "./calls.js";

/** What a model is given in place of a result. */
export interface RefusedResult {
  isError: true;
  content: [{ type: "text"; text: string }];
  [more: string]: unknown;
}

interface CallsTools {
  callTool(params: { name: string; arguments?: Record<string, unknown> | undefined }, ...rest: never[]): Promise<unknown>;
}

/**
 * The same client, whose `callTool` asks first, and which calls no tool in another way by `request`. The one that was given is left as it was: whoever still has it
 * calls unasked.
 */
export function guardClient<C extends CallsTools>(gateway: Gateway, client: C, options: AdapterOptions = {}): C {
  const callTool = async (params: { name: string; arguments?: Record<string, unknown> }, ...rest: never[]): Promise<unknown> => {
    // What is sent is what was asked about, whatever becomes of the object that was given.
    const sent = structuredClone(params);
    return refusals(() => called(gateway, sent.name, sent.arguments ?? {}, () => client.callTool(sent, ...rest), { outcomeOf, ...options }));
  };
  const request = (asked: unknown, ...rest: unknown[]): unknown => {
    if (member(asked, "method") === "tools/call") throw new LictorError("FAULT", "a guarded client calls tools by `callTool`");
    return (Reflect.get(client, "request", client) as (...all: unknown[]) => unknown).call(client, asked, ...rest);
  };
  return new Proxy(client, {
    get(target, name) {
      if (name === "callTool") return callTool;
      if (name === "request") return request;
      // Methods belong to the client itself: its private fields know no proxy.
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === "function" ? (found.bind(target) as unknown) : found;
    },
  });
}

/** A handler for `registerTool` of a server that asks before it runs. `name` is what the tool is called. */
export function guardHandler<A extends unknown[], R>(
  gateway: Gateway,
  name: string,
  handler: (...args: A) => R | Promise<R>,
  options: AdapterOptions = {},
): (...args: A) => Promise<R | RefusedResult> {
  return (...args: A) => {
    // A tool without a schema for its input is given nothing but what belongs to the request.
    const input = args.length > 1 ? args[0] : {};
    const extra = args[args.length - 1];
    const signal = options.signal ?? signalOf(extra);
    return refusals(() => called(gateway, name, input, () => handler(...args), { outcomeOf, ...options, ...(signal === undefined ? {} : { signal }) }));
  };
}

/** What came back as an error, or wants more before it goes on, may have done something before, and counts. */
function outcomeOf(result: unknown): "executed" | "unknown" {
  if (typeof result !== "object" || result === null) return "unknown";
  const isError = "isError" in result && result.isError === true;
  const isHalfway = "resultType" in result && result.resultType === "input_required";
  return isError || isHalfway ? "unknown" : "executed";
}

/** What a handler throws by itself goes on; a refusal becomes a result. */
async function refusals<R>(work: () => Promise<R>): Promise<R | RefusedResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LictorError)) throw error;
    return { isError: true, content: [{ type: "text", text: told(error) }] };
  }
}

function signalOf(extra: unknown): AbortSignal | undefined {
  // The first generation of the SDK has it there, the second in `mcpReq`.
  const found = member(extra, "signal") ?? member(member(extra, "mcpReq"), "signal");
  return found instanceof AbortSignal ? found : undefined;
}
