/** What is asked of a gateway, and what it asks in turn. */

import { type ApprovalRequest, GatewayUnavailable } from "./errors.js";
import { member, textMember } from "./transport.js";

/** The fields of an action. Amounts are `{ amount: "19.99", currency: "USD" }`. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is asked: an action of the policy with its fields, or the call of a tool, of which the policy says which action it is. */
export type Question =
  | { readonly action: string; readonly resource?: Fields; readonly tool?: never; readonly input?: never }
  | { readonly tool: string; readonly input?: unknown; readonly action?: never; readonly resource?: never };

export interface AuthorizeOptions {
  /** Whether to wait where a person has to approve: until they have answered, or as many milliseconds. */
  readonly wait?: boolean | number;
  readonly signal?: AbortSignal;
  /** Circumstances; nothing that only the gateway may say. */
  readonly context?: Fields;
  /** Signed statements of registered issuers. */
  readonly mandate?: string;
  readonly user?: string;
  /** Told once where a person is asked and this waits for them. */
  readonly onWait?: (approval: ApprovalRequest) => void;
}

/** What must be done with an action that is allowed. Whoever cannot do it must not go on. */
export interface Obligation {
  readonly id: string;
  readonly code: string;
  readonly reason: string;
}

/** What is asked, as the gateway reads it. */
export function presentedBody(question: Question): object {
  const names = [question?.action, question?.tool].filter((name) => name !== undefined);
  if (names.length !== 1 || typeof names[0] !== "string" || names[0] === "") {
    throw new GatewayUnavailable("FAULT", "nobody can say what is asked: it is either an `action` or a `tool`, by its name");
  }
  const { resource } = question;
  if (resource !== undefined && (typeof resource !== "object" || resource === null || Array.isArray(resource))) {
    throw new GatewayUnavailable("FAULT", "`resource` holds the fields of the action, by their names, and here it is something else");
  }
  if (question.tool !== undefined) return { tool: question.tool, input: question.input ?? {} };
  return { action: question.action, params: question.resource ?? {} };
}

/** The same, with what stands beside it when it is asked. */
export function askedBody(question: Question & AuthorizeOptions): object {
  const presented = presentedBody(question);
  const { context, mandate, user } = question;
  return {
    ...presented,
    ...(context === undefined ? {} : { context }),
    ...(mandate === undefined ? {} : { mandate }),
    ...(user === undefined ? {} : { user }),
  };
}

/** The body as text. What has no JSON cannot be asked about, and is not done. */
export function written(body: object): string {
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw new GatewayUnavailable("FAULT", `what is asked cannot be written as JSON: ${String(error)}`, { cause: error });
  }
}

/** What must be done with an action, as an answer lists it. */
export function obligations(body: unknown): Obligation[] {
  const found = member(body, "obligations");
  if (found === undefined) return [];
  if (!Array.isArray(found)) throw new GatewayUnavailable("BAD_ANSWER", "the obligations are no list");
  return found.map((obligation: unknown) => {
    const properties = member(obligation, "properties");
    const [id, code] = [textMember(obligation, "id"), textMember(properties, "reason_code")];
    if (id === undefined || code === undefined) throw new GatewayUnavailable("BAD_ANSWER", "an obligation does not say what must be done");
    return { id, code, reason: textMember(properties, "reason") ?? "" };
  });
}
