// Whether a program that was found is a Lictor that this extension can talk to.

/** The oldest version that has a language server. */
export const OLDEST = "0.1.0";

/** What running the program said. */
export interface Answer {
  readonly status: number | null;
  readonly text: string;
}

/** What it is. */
export type Verdict =
  | { readonly kind: "good"; readonly version: string }
  | { readonly kind: "old"; readonly version: string }
  | { readonly kind: "other" };

/** `version` is the answer to `--version`, `server` the one to `lsp --help`, which only a version with a server has. */
export function judge(version: Answer, server: Answer): Verdict {
  const said = /^lictor (\d+)\.(\d+)\.(\d+)/.exec(version.text.trim());
  if (version.status !== 0 || !said) return { kind: "other" };
  const number = said.slice(1, 4).join(".");
  const old = compare(number, OLDEST) < 0 || server.status !== 0;
  return old ? { kind: "old", version: number } : { kind: "good", version: number };
}

/** Below zero where `a` comes before `b`; both are three numbers. */
export function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = left[index] - right[index];
    if (difference !== 0) return difference;
  }
  return 0;
}
