// The commands that try a policy out: run its tests, decide a sample request while somebody types, preview what a change does, show instructions.

import * as vscode from "vscode";
import type { ClientCapabilities, ExecuteCommandSignature, FeatureState, LanguageClient, StaticFeature } from "vscode-languageclient/node";
import { decision, where, type Decided, type Sample } from "./answers";
import type { Views } from "./views";

/** What the server does not know of: commands of the palette, which ask for the server's own. */
const PALETTE = ["lictor.runAllTests", "lictor.chooseSample", "lictor.decideRequestHere", "lictor.preview", "lictor.showInstructions"] as const;

/** The one sample that is looked at. */
const WATCH = "view";
const DECISION = "Decision of a sample";

/** Says to the server that this client is told when a sample is decided otherwise. */
export class ToldOfSamples implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), lictorSamples: true };
  }

  initialize(): void {}

  getState(): FeatureState {
    return { kind: "static" };
  }

  clear(): void {}
}

/** Asks the server, and shows what it answers. */
export class Trying {
  /** What was decided last about the sample that is looked at. */
  private last: Decided | undefined;

  constructor(
    private readonly client: () => LanguageClient | undefined,
    private readonly views: Views,
  ) {}

  /** Registers the commands. */
  register(): vscode.Disposable[] {
    const runs: Record<(typeof PALETTE)[number], () => Promise<void>> = {
      "lictor.runAllTests": async () => void (await this.ask("lictor.runTests", { uri: this.policy() })),
      "lictor.chooseSample": () => this.chooseSample(),
      "lictor.decideRequestHere": () => this.decideRequestHere(),
      "lictor.preview": async () => void (await this.run("lictor.previewFlips", { uri: this.policy() })),
      "lictor.showInstructions": async () => void (await this.run("lictor.disassembleRule", { uri: this.policy(), position: this.cursor() })),
    };
    return PALETTE.map((name) => vscode.commands.registerCommand(name, () => this.telling(runs[name])));
  }

  /** What a started server is listened to for. */
  listen(client: LanguageClient): void {
    client.onNotification("lictor/sampleDecided", (decided: Decided) => {
      if (decided.watch === WATCH && this.last !== undefined) this.say(decided);
    });
  }

  /** No server runs any more: what is shown is of what it said last. */
  stopped(): void {
    if (this.last !== undefined) this.say({ ...this.last, current: false, problem: "the language server has stopped" });
    this.last = undefined;
  }

  private say(decided: Decided): void {
    this.last = decided;
    this.views.say(DECISION, decision(decided));
  }

  /** Lenses call the server's commands: what these answer is shown here, and by nobody else. */
  readonly middleware = async (command: string, args: unknown[], next: ExecuteCommandSignature): Promise<unknown> => {
    const [first] = args as [{ show?: boolean } | undefined];
    if (first?.show !== true) return next(command, args);
    const { show: _, ...wanted } = first;
    return this.telling(() => this.run(command, wanted));
  };

  /** Asks, and shows the answer's text. */
  private async run(command: string, wanted: object): Promise<unknown> {
    if (command === "lictor.decideSample") return this.decide(wanted);
    const answer = await this.ask<{ title: string; text: string }>(command, wanted);
    const name = command === "lictor.previewFlips" ? "Decisions that change" : `Instructions of ${answer.title}`;
    await this.views.show(name, answer.text);
    return answer;
  }

  private async decide(wanted: object): Promise<Decided> {
    const answer = await this.ask<Decided>("lictor.decideSample", { ...wanted, watch: WATCH });
    this.last = answer;
    await this.views.show(DECISION, decision(answer));
    return answer;
  }

  private async chooseSample(): Promise<void> {
    const uri = this.policy();
    const samples = await this.ask<Sample[]>("lictor.listSamples", { uri });
    const items = samples.map((sample) => ({ label: where(sample.place), detail: sample.label, sample }));
    if (items.length === 0) throw new Error("No sample requests stand beside this policy: write them into `requests.ndjson`, one on a line.");
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: "Which request is decided while you type?", matchOnDetail: true });
    if (chosen === undefined) return;
    const { place } = chosen.sample;
    await this.decide({ uri, sample: { uri: place.uri, line: place.range.start.line } });
  }

  private async decideRequestHere(): Promise<void> {
    await this.decide({ sample: { uri: this.shown(), line: this.cursor().line } });
  }

  private policy(): string {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "lictor") throw new Error("Open a policy first.");
    return this.shown();
  }

  private shown(): string {
    const [client, editor] = [this.client(), vscode.window.activeTextEditor];
    if (editor === undefined) throw new Error("Open a file first.");
    return client === undefined ? editor.document.uri.toString() : client.code2ProtocolConverter.asUri(editor.document.uri);
  }

  private cursor(): { line: number; character: number } {
    const at = vscode.window.activeTextEditor?.selection.active;
    return { line: at?.line ?? 0, character: at?.character ?? 0 };
  }

  private async ask<T>(command: string, wanted: object): Promise<T> {
    const client = this.client();
    if (client === undefined) throw new Error("The language server of Lictor does not run.");
    return client.sendRequest<T>("workspace/executeCommand", { command, arguments: [wanted] });
  }

  /** Tells why something could not be done. */
  private async telling<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}
