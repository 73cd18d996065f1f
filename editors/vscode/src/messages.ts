// What a person is told where no server can be started, and what the buttons below it do.

import type { Found } from "./locate";
import { OLDEST, type Verdict } from "./version";

/** A command of this extension or of the editor, and what stands on its button. */
export interface Button {
  readonly title: string;
  readonly command: string;
  readonly argument?: string;
}

/** A message and its buttons. */
export interface Message {
  readonly text: string;
  readonly buttons: readonly Button[];
}

const INSTALL: Button = { title: "How to install it", command: "lictor.showInstall" };
const SETTING: Button = { title: "Open the setting", command: "workbench.action.openSettings", argument: "lictor.path" };
const OUTPUT: Button = { title: "Show its output", command: "lictor.showOutput" };
const RESTART: Button = { title: "Try again", command: "lictor.restart" };

/** Where no program was found. */
export function missing(found: Extract<Found, { missing: unknown }>): Message {
  return found.missing === "setting"
    ? {
        text: `The setting \`lictor.path\` says \`${found.lookedAt}\`, and there is no program. Policies are coloured, but not checked.`,
        buttons: [SETTING, INSTALL, RESTART],
      }
    : {
        text: "The program `lictor` is not on the PATH, so policies are coloured, but not checked. Install it, or say where it is.",
        buttons: [INSTALL, SETTING, RESTART],
      };
}

/** Where a program was found that will not do. */
export function unfit(file: string, verdict: Exclude<Verdict, { kind: "good" }>): Message {
  return verdict.kind === "old"
    ? {
        text: `\`${file}\` is Lictor ${verdict.version}, which has no language server; this extension needs ${OLDEST} or later, with \`lictor lsp\`.`,
        buttons: [INSTALL, SETTING, RESTART],
      }
    : {
        text: `\`${file}\` is not Lictor: it does not answer \`--version\` as Lictor does.`,
        buttons: [SETTING, INSTALL, RESTART],
      };
}

/** Where the server does not start, or ends again and again. */
export function failed(reason: string): Message {
  return { text: `The language server of Lictor has stopped: ${reason}`, buttons: [OUTPUT, RESTART] };
}
