/** Requests to a gateway, over `fetch` alone. Whatever does not come back whole, in time and as JSON becomes a {@link GatewayUnavailable}, and a refusal of the gateway a {@link GatewayError}. */

import { GatewayError, GatewayUnavailable } from "./errors.js";

export interface Transport {
  /** The gateway, without a slash at its end. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
}

export interface Ask {
  readonly method?: "GET" | "POST";
  readonly path: string;
  /** The key that goes with it; public documents of a single tenant need none. */
  readonly key?: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
  /** For how long at most, in milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** The longest answer that is read, in bytes: that of a history of keys with as many as it may have. */
const LONGEST = 2 ** 20 + 2 ** 16;

/** The body of the answer, where it is 200. */
export async function send(transport: Transport, ask: Ask): Promise<string> {
  const { path, key, body, idempotencyKey, timeout } = ask;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeout);
  const stopped = (): void => limit.abort();
  ask.signal?.addEventListener("abort", stopped, { once: true });
  try {
    if (ask.signal?.aborted) limit.abort();
    const response = await transport.fetch(transport.url + path, {
      method: ask.method ?? "GET",
      headers: {
        Accept: "application/json",
        ...(key === undefined ? {} : { "X-API-Key": key }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
      },
      ...(body === undefined ? {} : { body }),
      // Elsewhere than at the gateway, the key has nothing to do. Edges know no `error`; what redirects is answered here, and is no 200.
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      signal: limit.signal,
    });
    const text = await whole(response, limit);
    if (response.status !== 200) throw refused(response.status, text);
    return text;
  } catch (error) {
    if (error instanceof GatewayUnavailable || error instanceof GatewayError) throw error;
    if (ask.signal?.aborted) throw new GatewayUnavailable("ABORTED", "it was called off", { cause: error });
    if (limit.signal.aborted) throw new GatewayUnavailable("TIMEOUT", `the gateway did not answer within ${timeout} ms`, { cause: error });
    throw new GatewayUnavailable("UNREACHABLE", `the gateway cannot be reached: ${why(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    ask.signal?.removeEventListener("abort", stopped);
  }
}

/** What the platform says of it: some say it only in what caused their error. */
function why(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error && error.cause.message !== "" ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** A member of an object that somebody else wrote. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** The same, where it is a text. */
export function textMember(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === "string" ? found : undefined;
}

/** Reads an answer as JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GatewayUnavailable("BAD_ANSWER", "the answer is no JSON: is this the address of a gateway?", { cause: error });
  }
}

/** A name for a request that may be sent again: 128 random bits. */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function whole(response: Response, limit: AbortController): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, length] = ["", 0];
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > LONGEST) {
      limit.abort();
      throw new GatewayUnavailable("BAD_ANSWER", "the answer is longer than any of a gateway");
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

function refused(status: number, text: string): GatewayError | GatewayUnavailable {
  let error: unknown;
  try {
    error = member(JSON.parse(text), "error");
  } catch {
    // Something before the gateway has answered.
  }
  const [code, reason] = [textMember(error, "code"), textMember(error, "message")];
  if (code !== undefined && reason !== undefined) return new GatewayError(code, reason, status);
  return new GatewayUnavailable("BAD_ANSWER", `what answers with the status ${status} is no gateway`);
}
