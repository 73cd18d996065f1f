/** The client and its guards, against a gateway that runs: what runs, and that nothing runs where anything is wrong. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ApprovalDenied, ApprovalRequired, ApprovalTimeout, Denied, Gateway, GatewayError, GatewayUnavailable, guard, LictorError, NotDone, requireApproval } from "lictor";

import { command, refund, type Running, spying, start } from "./support/gateway.js";

let gateway: Running;
before(async () => {
  gateway = await start();
});
after(() => gateway?.stop());

/** A refund that counts how often it ran. */
function desk(): { ran: number; refund: (fields: ReturnType<typeof refund>) => string } {
  const found = {
    ran: 0,
    refund: (fields: ReturnType<typeof refund>) => {
      found.ran += 1;
      return `gave back ${fields.amount.amount}`;
    },
  };
  return found;
}

const of = { action: "payments.refund" } as const;

test("what is allowed comes with a token and a receipt that were verified", async () => {
  const permit = gateway.client();
  const granted = await permit.authorize({ action: "payments.refund", resource: refund("20.00"), wait: true });
  assert.equal(granted.receipt.decision, "allow");
  assert.equal(granted.receipt.agent.id, "helper");
  assert.equal(granted.receipt.token?.id, granted.claims.jti);
  assert.equal(granted.claims.act, "payments.refund");
  assert.ok(granted.report.isGenuine);
  assert.equal(granted.report.outcome("log"), "ok");
  const again = await permit.require("payments.refund", refund("20.00"));
  assert.notEqual(again.claims.jti, granted.claims.jti);
});

test("a guarded function runs where it is allowed, its token used up before and its outcome told after", async () => {
  const { fetch, sent } = spying();
  const { ran, refund: give } = desk();
  assert.equal(ran, 0);
  const guarded = guard(gateway.client({ fetch }), give, of);
  assert.equal(await guarded(refund("20.00")), "gave back 20.00");
  const steps = sent.filter(({ path }) => path.startsWith("/agents/")).map(({ path }) => path.split("/").at(-1));
  assert.deepEqual(steps, ["authorize", "validate", "settle"]);
  assert.equal(JSON.parse(sent.at(-1)?.body ?? "").outcome, "executed");
});

test("what is denied does not run, and says why", async () => {
  const at = desk();
  await assert.rejects(guard(gateway.client(), at.refund, of)(refund("500.01")), (error) => {
    assert.ok(error instanceof Denied);
    assert.equal(error.code, "TOO_MUCH");
    assert.match(error.reason, /more than 500\.00 USD/);
    assert.match(error.details.receiptUrl ?? "", /\/r\//);
    return true;
  });
  await assert.rejects(gateway.client().require("desk.close"), Denied);
  await assert.rejects(gateway.client().require("no.such_action"), { code: "UNKNOWN_ACTION" });
  await assert.rejects(gateway.client().require("desk.look", { what: 7 }), { code: "INVALID_REQUEST", status: 400 });
  assert.equal(at.ran, 0);
});

test("what a person has to approve does not run without them, and says where they can", async () => {
  const at = desk();
  await assert.rejects(guard(gateway.client(), at.refund, of)(refund("150.00")), (error) => {
    assert.ok(error instanceof ApprovalRequired);
    assert.equal(error.approval.url, `${gateway.url}/approvals/${error.approval.id}`);
    return error.code === "LARGE" && error.message.includes(error.approval.url);
  });
  await assert.rejects(guard(gateway.client(), at.refund, { ...of, wait: 300 })(refund("150.00")), ApprovalTimeout);
  assert.equal(at.ran, 0);
});

test("what a person approves runs once, and what they deny does not", async () => {
  const at = desk();
  const approving = guard(gateway.client(), at.refund, { ...of, wait: true, onWait: ({ id }) => void gateway.answer(id, "approve") });
  assert.equal(await approving(refund("160.00")), "gave back 160.00");
  const denying = guard(gateway.client(), at.refund, { ...of, wait: true, onWait: ({ id }) => void gateway.answer(id, "deny") });
  await assert.rejects(denying(refund("170.00")), (error) => error instanceof ApprovalDenied && error.code === "APPROVAL_DENIED");
  assert.equal(at.ran, 1);
});

test("where a person must approve, a policy that asks nobody is not enough", async () => {
  const at = desk();
  const guarded = requireApproval(gateway.client(), at.refund, { ...of, role: "manager", onWait: ({ id }) => void gateway.answer(id, "approve") });
  await assert.rejects(guarded(refund("20.00")), { code: "NOT_APPROVED" });
  assert.equal(await guarded(refund("180.00")), "gave back 180.00");
  const other = requireApproval(gateway.client(), at.refund, { ...of, role: "owner", onWait: ({ id }) => void gateway.answer(id, "approve") });
  await assert.rejects(other(refund("190.00")), { code: "NOT_APPROVED" });
  assert.equal(at.ran, 1);
});

test("a function is known as a tool by its name, and the policy says what it does", async () => {
  const look = async ({ what }: { what: string }): Promise<string> => what;
  assert.equal(await guard(gateway.client(), look)({ what: "the opening hours" }), "the opening hours");
  const sell = async (_: object): Promise<string> => assert.fail("it ran");
  // What the policy does not know as a tool, a person decides.
  await assert.rejects(guard(gateway.client(), sell)({}), ApprovalRequired);
  assert.throws(() => guard(gateway.client(), () => 1), TypeError);
  assert.throws(() => guard(gateway.client(), function* later() {}), TypeError);
});

test("what an obligation demands is done before, or nothing is", async () => {
  let ran = 0;
  const look = ({ what }: { what: string }): number => (ran += what.length);
  await assert.rejects(guard(gateway.client(), look)({ what: "secret" }), { code: "OBLIGATION_NOT_MET" });
  await assert.rejects(guard(gateway.client(), look, { fulfil: () => false })({ what: "secret" }), LictorError);
  await assert.rejects(guard(gateway.client(), look, { fulfil: () => assert.fail("the book is closed") })({ what: "secret" }), GatewayUnavailable);
  assert.equal(ran, 0);
  const book: string[] = [];
  const guarded = guard(gateway.client(), look, { fulfil: ({ code }) => book.push(code) > 0 });
  await guarded({ what: "secret" });
  assert.deepEqual(book, ["LOG_IT"]);
  assert.equal(ran, 6);
});

test("a function that fails is told as unknown, and as failed where it says that nothing was done", async () => {
  const { fetch, sent } = spying();
  const permit = gateway.client({ fetch });
  const outcome = (): unknown => JSON.parse(sent.at(-1)?.body ?? "{}").outcome;
  const crash = guard(permit, () => assert.fail("halfway"), { ...of, resource: () => refund("1.00") });
  await assert.rejects(crash(), { message: "halfway" });
  assert.equal(outcome(), "unknown");
  const nothing = guard(permit, () => Promise.reject(new NotDone("the till is closed")), { ...of, resource: () => refund("1.00") });
  await assert.rejects(nothing(), NotDone);
  assert.equal(outcome(), "failed");
});

test("arguments that change while it is asked about are not acted on", async () => {
  const at = desk();
  const fields = refund("150.00");
  const guarded = guard(gateway.client(), at.refund, {
    ...of,
    wait: true,
    onWait: ({ id }) => {
      fields.amount.amount = "450.00";
      void gateway.answer(id, "approve");
    },
  });
  await assert.rejects(guarded(fields), { code: "CHANGED_MEANWHILE" });
  // Also at the last moment, while the token is used up: what was reserved is then given back.
  const late = refund("20.00");
  const { fetch, sent } = spying((path, body) => {
    if (path.endsWith("/validate")) late.amount.amount = "450.00";
    return body;
  });
  await assert.rejects(guard(gateway.client({ fetch }), at.refund, of)(late), { code: "CHANGED_MEANWHILE" });
  assert.equal(JSON.parse(sent.at(-1)?.body ?? "{}").outcome, "failed");
  const calling = new AbortController();
  const { fetch: aborting } = spying((path, body) => {
    if (path.endsWith("/validate")) queueMicrotask(() => calling.abort());
    return body;
  });
  await assert.rejects(guard(gateway.client({ fetch: aborting }), at.refund, { ...of, signal: calling.signal })(refund("20.00")), { code: "ABORTED" });
  assert.equal(at.ran, 0);
});

test("whatever is wrong with a gateway, nothing runs", async () => {
  const at = desk();
  const { agent } = gateway.keys;
  const refused = async (code: string, options: ConstructorParameters<typeof Gateway>[0], more: object = {}): Promise<void> => {
    await assert.rejects(guard(new Gateway(options), at.refund, { ...of, ...more })(refund("20.00")), (error) => {
      assert.ok(error instanceof GatewayUnavailable || error instanceof GatewayError, String(error));
      assert.equal(error.code, code);
      return true;
    });
    assert.equal(at.ran, 0, code);
  };
  const { url } = gateway;
  const changed = (change: (path: string, body: string) => string): ConstructorParameters<typeof Gateway>[0] => ({ url, key: agent, fetch: spying(change).fetch });
  const says = (body: string | object, status = 200): ConstructorParameters<typeof Gateway>[0] => ({
    url,
    key: agent,
    fetch: async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status }),
  });

  await refused("UNREACHABLE", { url: "http://127.0.0.1:1", key: agent });
  await refused("UNREACHABLE", { url, key: agent, fetch: () => Promise.reject(new TypeError("no network")) });
  const silent: typeof fetch = (_, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  await refused("TIMEOUT", { url, key: agent, fetch: silent, timeout: 100 });
  const later = new AbortController();
  setTimeout(() => later.abort(), 50);
  await refused("ABORTED", { url, key: agent, fetch: silent }, { signal: later.signal });
  await refused("ABORTED", { url, key: agent }, { signal: AbortSignal.abort() });
  await refused("UNKNOWN_KEY", { url, key: "lictor_0000000000000000_00" });
  await refused("BAD_ANSWER", says("<html>"));
  await refused("BAD_ANSWER", says("<html>", 502));
  await refused("BAD_ANSWER", says([]));
  await refused("BAD_ANSWER", says({ decision: true }));
  await refused("BAD_ANSWER", says({ decision: "allowed" }));
  await refused("BAD_ANSWER", says({ decision: "step_up" }));
  await refused("BAD_ANSWER", says("x".repeat(2_000_000)));
  await refused("STORE_UNKNOWN", says({ error: { code: "STORE_UNKNOWN", message: "try again" } }, 503));
  const swapped = (from: RegExp, to: string) => (_: string, body: string) => body.replace(from, to);
  await refused("UNVERIFIED", changed(swapped(/("executionToken":"[^.]*\.)../, "$1AA")));
  await refused("UNVERIFIED", changed(swapped(/"decision":"allow"/, '"decision":"deny"')));
  await refused("UNVERIFIED", changed(swapped(/"reason_code":"OK"/, '"reason_code":"KO"')));
  await refused("UNVERIFIED", changed((path, body) => (path.includes("lictor-keys") ? body.replace(/"tenant":"default"/, '"tenant":"other"') : body)));
  await refused("UNVERIFIED", changed((path, body) => (path.includes("jwks") ? '{"keys":[]}' : body)));
  const earlier = await gateway.client().require("payments.refund", refund("20.00"));
  const other = new URL(earlier.receiptUrl).pathname;
  await refused("UNVERIFIED", changed(swapped(/"receipt":"\/r\/[^"]*"/, `"receipt":"${other}"`)));
  // The root that is asked for has signed nothing here.
  await refused("UNVERIFIED", { url, key: agent, root: "rBBFH4p1B6cvL-AgY96KgWMSpy16S2PYWGxce0LlmU8" });
  await refused("FAULT", { url, key: agent }, { resource: () => ({ amount: 1n }) });
  await refused("FAULT", { url, key: agent }, { resource: () => assert.fail("no fields") });
});

test("with a root key, only receipts by keys that it signed are believed", async () => {
  const { folder } = gateway;
  const at = (name: string): string => join(folder, name);
  for (const name of ["root", "foreign"]) command("keygen", "-o", at(name));
  const data = at("data");
  command("keys", "history", "draft", "--data", data, "--out", at("draft.json"));
  command("keys", "history", "sign", at("draft.json"), "--root", at("root.key"), "--out", at("signed.json"));
  command("keys", "history", "publish", at("signed.json"), "--root", at("root.pub"), "--data", data);
  const root = readFileSync(at("root.pub"), "utf8");
  const published = async (): Promise<boolean> => (await (await fetch(`${gateway.url}/.well-known/lictor-keys.json`)).text()).includes('"signature"');
  while (!(await published())) await new Promise((resolve) => setTimeout(resolve, 50));
  const granted = await gateway.client({ root }).require("payments.refund", refund("20.00"));
  assert.ok(granted.report.isGenuine);
  assert.ok(Date.parse(granted.expiresAt) > Date.now());
  const foreign = readFileSync(at("foreign.pub"), "utf8");
  await assert.rejects(gateway.client({ root: foreign }).require("payments.refund", refund("20.00")), { code: "UNVERIFIED" });
  // A history that came by the connection alone, in the place of the one that is signed.
  const { fetch: unsigned } = spying((path, body) => (path.includes("lictor-keys") ? `{"history":${JSON.stringify(JSON.parse(body).history)}}` : body));
  await assert.rejects(gateway.client({ root, fetch: unsigned }).require("payments.refund", refund("20.00")), { code: "UNVERIFIED" });
});

test("an address at which a key would be given away is refused", () => {
  for (const url of ["http://gateway.example", "ftp://gateway.example", "https://me:secret@gateway.example", "https://gateway.example/?key=1", "http://127.0.0.1.example"]) {
    assert.throws(() => new Gateway({ url, key: "lictor_0" }), TypeError, url);
  }
  for (const url of ["https://gateway.example/", "http://localhost:8420", "http://[::1]:8420", new URL("http://127.0.0.1:8420")]) new Gateway({ url, key: "lictor_0" });
  new Gateway({ url: "http://gateway.example", key: "lictor_0", plainHttp: true });
  assert.throws(() => new Gateway({ url: "https://gateway.example", key: "lictor_0", timeout: 0 }), RangeError);
});

test("without a checkout's key nothing is used up, and where the outcome is lost it is said", async () => {
  const { fetch, sent } = spying();
  const at = desk();
  await guard(gateway.client({ fetch, checkoutKey: undefined } as object), at.refund, of)(refund("2.00"));
  assert.ok(sent.every(({ path }) => !path.endsWith("/validate") && !path.endsWith("/settle")));
  const lost: unknown[] = [];
  const wrong = spying((path, body) => (path.endsWith("/settle") ? assert.fail("no line") : body));
  const guarded = guard(gateway.client({ fetch: wrong.fetch }), at.refund, { ...of, onUnsettled: (error) => lost.push(error) });
  assert.equal(await guarded(refund("2.00")), "gave back 2.00");
  assert.equal(at.ran, 2);
  assert.ok(lost[0] instanceof GatewayUnavailable);
});
