/** The Vercel AI SDK itself, with a scripted model: which tools ran, and what the model was told. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { generateText, stepCountIs, tool, type ToolSet } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { Gateway } from "lictor";
import { guardTools, toolApproval } from "lictor/ai";
import { z } from "zod";

import { type Running, start } from "./support/gateway.js";

let gateway: Running;
before(async () => {
  gateway = await start();
});
after(() => gateway?.stop());

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** A model that calls one tool once, and then says that it is done. It keeps what it was told. */
function scripted(toolName: string, input: object): MockLanguageModelV4 {
  let step = 0;
  return new MockLanguageModelV4({
    doGenerate: async () => {
      step += 1;
      return step === 1
        ? {
            content: [{ type: "tool-call", toolCallId: "call-1", toolName, input: JSON.stringify(input) }],
            finishReason: { unified: "tool-calls", raw: undefined },
            usage,
            warnings: [],
          }
        : { content: [{ type: "text", text: "done" }], finishReason: { unified: "stop", raw: undefined }, usage, warnings: [] };
    },
  });
}

/** A desk with two tools, and what they did. */
function desk(): { ran: string[]; tools: ToolSet } {
  const ran: string[] = [];
  const tools = {
    refund: tool({
      description: "Gives money back",
      inputSchema: z.object({ charge: z.string(), amount: z.string(), currency: z.string() }),
      execute: async ({ amount }) => {
        ran.push(`refund ${amount}`);
        if (amount === "13.00") throw new Error("the till is stuck");
        return { done: amount };
      },
    }),
    look: tool({
      description: "Looks something up",
      inputSchema: z.object({ what: z.string() }),
      execute: async function* ({ what }) {
        yield "looking";
        ran.push(`look ${what}`);
        yield `found ${what}`;
      },
    }),
    unheard_of: tool({ inputSchema: z.object({}), execute: async () => void ran.push("unheard_of") }),
  };
  return { ran, tools };
}

const money = (amount: string): object => ({ charge: "ch-1", amount, currency: "USD" });

/** What the model was told of its call in the second step. */
async function played(model: MockLanguageModelV4, tools: ToolSet, more: object = {}): Promise<string> {
  await generateText({ model, tools, prompt: "give it back", stopWhen: stepCountIs(3), ...more });
  assert.equal(model.doGenerateCalls.length, 2);
  return JSON.stringify(model.doGenerateCalls[1]?.prompt.filter(({ role }) => role === "tool"));
}

/** Each fault of a gateway that nothing must get past. */
const down = (): Gateway => new Gateway({ url: "http://127.0.0.1:1", key: "none" });
const faulty = (): Gateway => gateway.client({ fetch: () => assert.fail("a bug in between") });
const silent = (): Gateway => gateway.client({ timeout: 100, fetch: (_, init) => new Promise((_r, no) => init?.signal?.addEventListener("abort", () => no(new Error("late")))) });

test("guarded tools: allowed, and streamed", async () => {
  const { ran, tools } = desk();
  assert.match(await played(scripted("refund", money("20.00")), guardTools(gateway.client(), tools)), /"done":"20.00"/);
  assert.match(await played(scripted("look", { what: "hours" }), guardTools(gateway.client(), tools)), /found hours/);
  assert.deepEqual(ran, ["refund 20.00", "look hours"]);
});

test("guarded tools: denied, held, unknown, and without a gateway", async () => {
  const { ran, tools } = desk();
  assert.match(await played(scripted("refund", money("500.01")), guardTools(gateway.client(), tools)), /Not permitted. TOO_MUCH: 500.01 USD is more than 500.00 USD/);
  assert.match(await played(scripted("refund", money("150.00")), guardTools(gateway.client(), tools)), /LARGE.*\/approvals\/[0-9a-f]{32}/);
  assert.match(await played(scripted("unheard_of", {}), guardTools(gateway.client(), tools)), /Not permitted/);
  assert.match(await played(scripted("look", { what: "secret" }), guardTools(gateway.client(), tools)), /OBLIGATION_NOT_MET/);
  for (const [of, code] of [
    [down(), "UNREACHABLE"],
    [faulty(), "UNREACHABLE"],
    [silent(), "TIMEOUT"],
  ] as const) {
    assert.match(await played(scripted("refund", money("20.00")), guardTools(of, tools)), new RegExp(`Not permitted: [^"]*\\(${code}\\)`));
  }
  const options = { fulfil: () => assert.fail("a bug of the program") };
  assert.match(await played(scripted("look", { what: "secret" }), guardTools(gateway.client(), tools, options)), /Not permitted/);
  assert.deepEqual(ran, []);
});

test("guarded tools: what a person approves runs, and what fails inside is told as it is", async () => {
  const { ran, tools } = desk();
  const options = { wait: true, onWait: ({ id }: { id: string }) => void gateway.answer(id, "approve") };
  assert.match(await played(scripted("refund", money("200.00")), guardTools(gateway.client(), tools, options)), /"done":"200.00"/);
  assert.match(await played(scripted("refund", money("13.00")), guardTools(gateway.client(), tools)), /the till is stuck/);
  assert.deepEqual(ran, ["refund 200.00", "refund 13.00"]);
});

test("guarded tools: actions of the policy in place of its names of tools", async () => {
  const { ran, tools } = desk();
  const actions = { unheard_of: { action: "desk.look", resource: () => ({ what: "hours" }) } };
  await played(scripted("unheard_of", {}), guardTools(gateway.client(), tools, { actions }));
  assert.deepEqual(ran, ["unheard_of"]);
  assert.throws(() => guardTools(gateway.client(), { elsewhere: tool({ inputSchema: z.object({}) }) }), TypeError);
});

test("toolApproval: allowed runs, and everything else is denied before the tool", async () => {
  const { ran, tools } = desk();
  const play = (of: Gateway, input: object, name = "refund"): Promise<string> => played(scripted(name, input), tools, { toolApproval: toolApproval(of) });
  assert.match(await play(gateway.client(), money("20.00")), /"done":"20.00"/);
  assert.deepEqual(ran, ["refund 20.00"]);
  assert.match(await play(gateway.client(), money("500.01")), /TOO_MUCH/);
  assert.match(await play(gateway.client(), money("150.00")), /LARGE/);
  assert.match(await play(gateway.client(), {}, "unheard_of"), /Not permitted/);
  for (const of of [down(), faulty(), silent()]) assert.match(await play(of, money("20.00")), /Not permitted/);
  assert.deepEqual(ran, ["refund 20.00"]);
});
