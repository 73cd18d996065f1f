/** What a client believes: which keys tokens and receipts are verified with. */

import { KeyHistory, type Receipt, Report, TokenKeys, verifyReceipt, verifyToken, type Claims } from "../verify/index.js";
import { GatewayError, GatewayUnavailable } from "./errors.js";
import { send, type Transport } from "./transport.js";

export interface TrustOptions {
  /**
   * The root key that signed the history of the gateway's keys: PEM, or 32 bytes in base64url or as they are. Without one, the history is believed because
   * of the connection that it came by, so that a receipt is worth no more than the gateway's own answer.
   */
  readonly root?: Uint8Array | string;
  /** Whether to go on where the gateway only observes, and so allows everything; not, unless told. */
  readonly allowObserve?: boolean;
  /** How far the clock here may be from the gateway's, in milliseconds; 5,000, unless told. */
  readonly skew?: number;
}

/** The keys of a gateway, fetched when first needed and again when something names a key that is not among them. */
export class Trust {
  private keys: TokenKeys | undefined;
  private history: KeyHistory | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly options: TrustOptions,
  ) {}

  /** The claims of a token that holds here and now, for this action. */
  async token(token: string, action: string | undefined, fetch: FetchOptions): Promise<Claims> {
    const { issuer, tenant } = this.history ?? (await this.historyAnew(fetch));
    const expected = { issuer, audience: tenant, mode: this.mode, skew: this.options.skew ?? 5_000 };
    const claims = await this.tried(
      () => this.keys !== undefined && verifyToken(token, this.keys, expected),
      async () => {
        this.keys = TokenKeys.fromJson(await this.get("/.well-known/jwks.json", fetch));
        return verifyToken(token, this.keys, expected);
      },
    );
    if (action !== undefined && claims.act !== action) throw unverified("the token is for another action");
    return claims;
  }

  /** The receipt of a step, verified, where it says that this token was granted. */
  async receipt(document: string, claims: Claims, fetch: FetchOptions): Promise<{ receipt: Receipt; report: Report }> {
    const verified = (history: KeyHistory): { receipt: Receipt; report: Report } => {
      const report = verifyReceipt(document, history);
      if (report.receipt === undefined) throw unverified(`the receipt does not hold: ${report.lines.at(-1)?.text ?? "nothing was checked"}`);
      return { receipt: report.receipt, report };
    };
    const found = await this.tried(
      () => this.history !== undefined && verified(this.history),
      async () => verified(await this.historyAnew(fetch)),
    );
    const { receipt } = found;
    if (!this.permits(receipt) || receipt.token?.id !== claims.jti || receipt.action !== claims.act || receipt.agent.id !== claims.sub || receipt.bundle !== claims.bundle) {
      throw unverified("the receipt is not of this token");
    }
    return found;
  }

  /** What a policy would have people decide is permitted where they approved it; and of what is only observed, everything. */
  private permits({ decision, approvals, mode }: Receipt): boolean {
    const approved = approvals.length > 0 && approvals.every((one) => one.answer === "approved");
    return decision === "allow" || (decision === "step_up" && approved) || (this.mode === "observe" && mode === "observe");
  }

  private get mode(): "enforce" | "observe" {
    return this.options.allowObserve === true ? "observe" : "enforce";
  }

  private async historyAnew(fetch: FetchOptions): Promise<KeyHistory> {
    const document = await this.get("/.well-known/lictor-keys.json", fetch);
    const { root } = this.options;
    const history = checked(() => (root === undefined ? KeyHistory.unverified(document) : KeyHistory.open(document, root)));
    if (this.history !== undefined && history.edition < this.history.edition) {
      throw unverified("an older history of keys is shown than before");
    }
    this.history = history;
    return history;
  }

  private get(path: string, { key, timeout, signal }: FetchOptions): Promise<string> {
    return send(this.transport, { path, key, timeout, signal });
  }

  /** By the keys that are known, and where that fails by those that are published now. */
  private async tried<T>(known: () => T | false, anew: () => Promise<T>): Promise<T> {
    try {
      const found = known();
      if (found !== false) return found;
    } catch {
      // The keys may have changed since they were fetched. If they have not, it fails once more.
    }
    try {
      return await anew();
    } catch (error) {
      throw error instanceof GatewayUnavailable || error instanceof GatewayError ? error : unverified(String(error), error);
    }
  }
}

interface FetchOptions {
  readonly key: string;
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

function unverified(reason: string, cause?: unknown): GatewayUnavailable {
  return new GatewayUnavailable("UNVERIFIED", reason, cause === undefined ? undefined : { cause });
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unverified(`the history of keys does not hold: ${String(error)}`, error);
  }
}
