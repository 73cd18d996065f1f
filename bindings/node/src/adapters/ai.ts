/**
 * The Vercel AI SDK: tools that run only where the gateway permits it.
 *
 * {@link guardTools} wraps what tools do, and is the one to use. {@link toolApproval} decides before the SDK runs a tool that cannot be wrapped, because it
 * runs elsewhere. With both, each call would be decided twice.
 */

import { Denied, type Gateway } from "../client/index.js";
import { LictorError } from "../errors.js";
import { type AdapterOptions, called, questionOf, told } from "./calls.js";

type Execute = (input: never, options: { abortSignal?: AbortSignal }) => unknown;

/**
 * The same tools, each asking before it runs. A refusal is an error of the tool, which the model reads. Of a tool that streams what it finds, only the last is
 * given on, since how it went is not known before.
 */
export function guardTools<const T extends Readonly<Record<string, object>>>(gateway: Gateway, tools: T, options: AdapterOptions = {}): T {
  const guarded = Object.entries(tools).map(([name, tool]) => {
    const execute = "execute" in tool ? tool.execute : undefined;
    if (typeof execute !== "function") {
      throw new TypeError(`the tool ${JSON.stringify(name)} runs elsewhere, where it cannot be stopped here: leave it out, and use \`toolApproval\` for it`);
    }
    const inner = execute.bind(tool) as Execute;
    const outer = async (input: unknown, given: { abortSignal?: AbortSignal }): Promise<unknown> => {
      const signal = options.signal ?? given?.abortSignal;
      const work = (): Promise<unknown> => last(inner(input as never, given));
      try {
        return await called(gateway, name, input, work, { ...options, ...(signal === undefined ? {} : { signal }) });
      } catch (error) {
        throw error instanceof LictorError ? new Error(told(error), { cause: error }) : error;
      }
    };
    return [name, { ...tool, execute: outer }];
  });
  return Object.fromEntries(guarded) as T;
}

/**
 * For `toolApproval` of `generateText` and `streamText`: refuses what the gateway does not permit, and says nothing of the rest, so that what the program asks
 * its user for beside it is still asked. What a person of the policy has to approve is waited for with `wait`, and refused without: a prompt on the screen of the
 * one who runs the agent is not their approval.
 */
export function toolApproval(
  gateway: Gateway,
  options: AdapterOptions = {},
): (call: { readonly toolCall: { readonly toolName: string; readonly input: unknown } }) => Promise<{ type: "not-applicable" } | { type: "denied"; reason: string }> {
  const { actions, nameOf, fulfil, admit, onUnsettled: _, ...asking } = options;
  return async ({ toolCall }) => {
    try {
      const of: AdapterOptions = { ...(actions === undefined ? {} : { actions }), ...(nameOf === undefined ? {} : { nameOf }) };
      const question = questionOf(toolCall.toolName, toolCall.input, of);
      const permit = await gateway.authorize({ ...question, ...asking });
      admit?.(permit);
      for (const obligation of permit.obligations) {
        if ((await fulfil?.(obligation, permit)) !== true) throw new Denied("OBLIGATION_NOT_MET", obligation.reason);
      }
      // Nobody tells afterwards how it went: it counts, and its outcome is unknown.
      if (gateway.carriesOut) await gateway.validate(permit, question, asking);
      return { type: "not-applicable" };
    } catch (error) {
      return { type: "denied", reason: told(error) };
    }
  };
}

async function last(result: unknown): Promise<unknown> {
  const found = await result;
  if (typeof found !== "object" || found === null || !(Symbol.asyncIterator in found)) return found;
  let output: unknown;
  for await (const one of found as AsyncIterable<unknown>) output = one;
  return output;
}
