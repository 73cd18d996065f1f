/**
 * A client of the gateway: asks before something is done, waits for people where a policy asks them, and hands back what was verified.
 *
 * It fails closed. An answer counts only if it is whole, in time, of the form that it must have, and if the token and the receipt that come with
 * it are verified; everything else is a {@link LictorError}.
 */

import type { Claims, Receipt, Report } from "../verify/index.js";
import { LictorError } from "../errors.js";
import {
  ApprovalDenied,
  type ApprovalRequest,
  ApprovalRequired,
  ApprovalTimeout,
  Denied,
  GatewayError,
  GatewayUnavailable,
  type RefusalDetails,
} from "./errors.js";
import { askedBody, type AuthorizeOptions, type Fields, type Obligation, obligations, presentedBody, type Question, written } from "./question.js";
import { type Ask, idempotencyKey, member, parsed, send, textMember, type Transport } from "./transport.js";
import { Trust, type TrustOptions } from "./trust.js";

export interface GatewayOptions extends TrustOptions {
  /** Where the gateway is. */
  readonly url: string | URL;
  /** The key of the agent. */
  readonly key: string;
  /**
   * The key of whoever carries actions out (role `checkout`). With it, a token is used up before the guarded function runs, and it is told how it
   * went. Without it, nobody uses the token: what was reserved is given back, and budgets do not count it.
   */
  readonly checkoutKey?: string;
  /** Whether to send keys unencrypted to another machine; not, unless told. */
  readonly plainHttp?: boolean;
  /** For how long one request may take, in milliseconds; 10,000, unless told. */
  readonly timeout?: number;
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Permission for one action, once. */
export interface Permit {
  readonly token: string;
  readonly claims: Claims;
  /** What was decided, on what grounds and on whose word; verified. */
  readonly receipt: Receipt;
  /** What was checked of it, line by line. */
  readonly report: Report;
  readonly receiptUrl: string;
  readonly obligations: readonly Obligation[];
  /** The first moment at which the token is no longer good (RFC 3339). */
  readonly expiresAt: string;
  readonly traceId: string;
}

/** How an action went. */
export type Settled = "executed" | "failed" | "unknown";

/** The longest that the gateway holds a request that waits for an answer, in seconds. */
const HELD = 25;
/** How many requests in a row may fail while waiting. */
const PATIENCE = 5;

export class Gateway {
  private readonly transport: Transport;
  private readonly trust: Trust;
  private readonly timeout: number;

  constructor(private readonly options: GatewayOptions) {
    if (typeof options !== "object" || options === null) throw new TypeError("a gateway is made with { url, key }");
    const url = addressOf(options);
    isKey("key", options.key);
    if (options.checkoutKey !== undefined) isKey("checkoutKey", options.checkoutKey);
    const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.transport = { url: url.href.replace(/\/+$/, ""), fetch };
    this.trust = new Trust(this.transport, options);
    this.timeout = options.timeout ?? 10_000;
    if (!(this.timeout > 0 && this.timeout < 2 ** 31)) throw new RangeError("a time-out is more than 0 ms and less than 25 days");
  }

  /** Whether tokens are used up here. */
  get carriesOut(): boolean {
    return this.options.checkoutKey !== undefined;
  }

  /** Asks whether something may be done. Throws a {@link LictorError} wherever it may not, or nobody can say that it may. */
  async authorize(question: Question & AuthorizeOptions): Promise<Permit> {
    const body = askedBody(question);
    const { signal, wait = false } = question;
    const answer = await this.ask(body, signal);
    if (answer.decision !== "step_up") return this.granted(answer, question);
    const held = this.held(answer);
    if (wait === false) throw required(held);
    question.onWait?.(held.approval);
    // The gateway ends it at that time; a minute is for clocks that differ.
    const ends = Date.parse(held.approval.expiresAt) + 60_000;
    await this.answered(held, typeof wait === "number" ? Math.min(ends, Date.now() + wait) : ends, signal);
    const collected = await this.ask({ ...body, approval: held.approval.id }, signal);
    if (collected.decision === "step_up") throw required(this.held(collected));
    return this.granted(collected, question);
  }

  /** Asks, waits for people where they have to be asked, and returns only if it may be done. */
  require(action: string, resource: Fields = {}, options: AuthorizeOptions = {}): Promise<Permit> {
    return this.authorize({ wait: true, ...options, action, resource });
  }

  /** Uses the token up: presents it with what is about to be done. Throws a {@link LictorError} unless the gateway says that it may be done now. */
  async validate({ token }: Permit, question: Question, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const text = await this.post("validate", { ...presentedBody(question), executionToken: token }, this.checkout(), signal);
    const answer = parsed(text);
    if (member(answer, "allowed") !== true) {
      const policy = member(answer, "policy");
      const code = textMember(policy, "reasonCode") ?? textMember(answer, "reasonCode") ?? "BAD_ANSWER";
      throw new Denied(code, textMember(policy, "reason") ?? "the gateway no longer permits it", this.details(answer));
    }
  }

  /** Says how an action went. Asked again with the same key where the answer is lost, since it happened either way. */
  async settle({ token }: Permit, outcome: Settled, amount?: Fields): Promise<void> {
    const key = this.checkout();
    const once = idempotencyKey();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.post("settle", { executionToken: token, outcome, ...(amount === undefined ? {} : { amount }) }, key, undefined, once);
        return;
      } catch (error) {
        if (!isPassing(error) || attempt === 3) throw error;
        await sleep(200 * attempt);
      }
    }
  }

  private checkout(): string {
    const { checkoutKey } = this.options;
    if (checkoutKey === undefined) throw new GatewayUnavailable("FAULT", "there is no `checkoutKey` by which tokens are used up");
    return checkoutKey;
  }

  private async ask(body: object, signal: AbortSignal | undefined): Promise<Answer> {
    const answer = parsed(await this.post("authorize", body, this.options.key, signal));
    const decision = textMember(answer, "decision");
    if (decision !== "allowed" && decision !== "denied" && decision !== "step_up") {
      throw new GatewayUnavailable("BAD_ANSWER", "the answer does not say what was decided");
    }
    return { decision, body: answer };
  }

  private async granted({ decision, body }: Answer, question: Question & AuthorizeOptions): Promise<Permit> {
    if (decision !== "allowed") throw this.refusal(body);
    const { key } = this.options;
    const { signal } = question;
    const [token, path] = [textMember(body, "executionToken"), textMember(body, "receipt")];
    if (token === undefined || path === undefined || !/^(?:\/t\/[\w.-]+)?\/r\/[\w.-]+$/.test(path)) {
      throw new GatewayUnavailable("BAD_ANSWER", "the answer has no token, or no receipt");
    }
    const fetch = { key, timeout: this.timeout, signal };
    const claims = await this.trust.token(token, question.action, fetch);
    const document = await send(this.transport, { path, ...fetch });
    const { receipt, report } = await this.trust.receipt(document, claims, fetch);
    const [traceId, expiresAt] = [textMember(body, "traceId") ?? "", new Date(claims.exp * 1_000).toISOString()];
    return { token, claims, receipt, report, receiptUrl: this.transport.url + path, obligations: obligations(body), expiresAt, traceId };
  }

  private refusal(body: unknown): Denied {
    return new Denied(textMember(body, "reasonCode") ?? "DENIED", textMember(body, "reason") ?? "the policy refuses it", this.details(body));
  }

  private held({ body }: Answer): Held {
    const approval = member(body, "approval");
    const [id, expiresAt = ""] = [textMember(approval, "id"), textMember(approval, "expiresAt")];
    if (id === undefined || !/^[0-9a-f]{32}\.[0-9]{1,16}$/.test(id) || Number.isNaN(Date.parse(expiresAt))) {
      throw new GatewayUnavailable("BAD_ANSWER", "a person has to be asked, and the answer does not say where");
    }
    const code = textMember(body, "reasonCode") ?? "APPROVAL_NEEDED";
    const reason = textMember(body, "reason") ?? "a person has to approve it first";
    return { code, reason, approval: { id, expiresAt, url: `${this.transport.url}/approvals/${id}` }, details: this.details(body) };
  }

  /** Returns once a person has approved it; throws where they did not, or not in time. */
  private async answered(held: Held, until: number, signal: AbortSignal | undefined): Promise<void> {
    const { id } = held.approval;
    for (let failures = 0; ; ) {
      const left = until - Date.now();
      if (left <= 0) throw new ApprovalTimeout(held.code, held.reason, held.approval, held.details);
      const seconds = Math.max(1, Math.min(HELD, Math.ceil(left / 1_000)));
      const timeout = Math.min(left, seconds * 1_000) + this.timeout;
      try {
        const ask: Ask = { path: `/approvals/${id}/wait?seconds=${seconds}`, key: this.options.key, timeout, signal };
        const state = textMember(parsed(await send(this.transport, ask)), "state");
        failures = 0;
        if (state === "approved") return;
        if (state !== "pending") throw new ApprovalDenied(`APPROVAL_${(state ?? "unknown").toUpperCase()}`, notApproved(state), held.details);
      } catch (error) {
        if (!isPassing(error) || ++failures >= PATIENCE) throw error;
        await sleep(Math.min(1_000, Math.max(0, until - Date.now())), signal);
      }
    }
  }

  private post(step: string, body: object, key: string, signal?: AbortSignal, once = idempotencyKey()): Promise<string> {
    const ask: Ask = { method: "POST", path: `/agents/v1/exec/${step}`, key, body: written(body), idempotencyKey: once, timeout: this.timeout, signal };
    return send(this.transport, ask);
  }

  private details(body: unknown): RefusalDetails {
    const [path, traceId] = [textMember(body, "receipt"), textMember(body, "traceId")];
    return { ...(path === undefined ? {} : { receiptUrl: this.transport.url + path }), ...(traceId === undefined ? {} : { traceId }) };
  }
}

/** A request that waits for people. */
interface Held {
  readonly code: string;
  readonly reason: string;
  readonly approval: ApprovalRequest;
  readonly details: RefusalDetails;
}

interface Answer {
  readonly decision: "allowed" | "denied" | "step_up";
  readonly body: unknown;
}

function readUrl(given: string | URL): URL {
  try {
    return new URL(given);
  } catch (error) {
    throw new TypeError(`\`url\` is where the gateway is, such as https://HOST, and not ${JSON.stringify(given)}`, { cause: error });
  }
}

/** A key is one word of ASCII: what is none would be refused on the way, where nobody says why. */
function isKey(name: string, key: unknown): void {
  if (typeof key !== "string" || !/^[!-~]+$/.test(key)) throw new TypeError(`\`${name}\` is no key: it is one word of ASCII, as \`lictor keys add\` shows it`);
}

function addressOf({ url: given, plainHttp = false }: GatewayOptions): URL {
  const url = readUrl(given);
  const { protocol, hostname, username, password, search, hash } = url;
  if (!["https:", "http:"].includes(protocol) || username !== "" || password !== "" || search !== "" || hash !== "") {
    throw new TypeError("the address of a gateway is https://HOST, without a query or a password");
  }
  const isHere = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol === "http:" && !isHere && !plainHttp) {
    throw new TypeError("keys would go unencrypted to another machine: use https, or say `plainHttp: true`");
  }
  return url;
}

function required({ code, reason, approval, details }: Held): ApprovalRequired {
  return new ApprovalRequired(code, reason, approval, details);
}

/** Whether the same may be answered when it is sent again. */
function isPassing(error: unknown): boolean {
  return error instanceof GatewayError ? error.status >= 500 : error instanceof GatewayUnavailable && error.code !== "ABORTED";
}

function notApproved(state: string | undefined): string {
  switch (state) {
    case "denied":
      return "a person has denied it";
    case "expired":
      return "nobody has answered in time";
    default:
      return "what people answered is no longer good";
  }
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new GatewayUnavailable("ABORTED", "it was called off"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
