// Starts the language server, stops it, and says how it is.

import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient, State as ClientState, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { library, SCHEME } from "./library";
import { locate, type Machine } from "./locate";
import { failed, missing, unfit, type Message } from "./messages";
import { ability } from "./references";
import { Status } from "./status";
import { ToldOfSamples, Trying } from "./trying";
import { judge, type Answer } from "./version";
import { Views } from "./views";

/** How long a program may take to say what it is. */
const PATIENCE = 10_000;

/** The files with sample requests, above which the server says what comes of each. */
const SAMPLES = ["**/requests.ndjson", "**/*.requests.ndjson", "**/*.request.json"];

/** The server of this window. */
export class Server implements vscode.Disposable {
  private readonly output = vscode.window.createOutputChannel("Lictor");
  private readonly status = new Status();
  private client: LanguageClient | undefined;
  private readonly views = new Views();
  /** Tries policies out. */
  readonly trying = new Trying(() => this.client, this.views);
  private readonly library = vscode.workspace.registerTextDocumentContentProvider(SCHEME, library(() => this.client));
  /** What is asked for comes one after the other: a restart in the middle of a start waits for it. */
  private turn: Promise<void> = Promise.resolve();

  /** Starts it; where one runs, that one is stopped first. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.stopNow()).then(() => this.startNow()).catch((error: unknown) => this.fail(error));
    return this.turn;
  }

  /** Stops it. */
  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.stopNow());
    return this.turn;
  }

  /** Shows what it says. */
  showOutput(): void {
    this.output.show();
  }

  dispose(): void {
    this.library.dispose();
    this.views.dispose();
    this.status.dispose();
    this.output.dispose();
  }

  private async startNow(): Promise<void> {
    this.status.show({ kind: "starting" });
    const settings = vscode.workspace.getConfiguration("lictor");
    const folder = vscode.workspace.workspaceFolders?.find((each) => each.uri.scheme === "file")?.uri.fsPath;
    const found = locate(settings.get("path", ""), folder, machine());
    if ("missing" in found) {
      this.tell(missing(found));
      return;
    }
    const [version, server] = await Promise.all([ask(found.file, ["--version"]), ask(found.file, ["lsp", "--help"])]);
    const verdict = judge(version, server);
    if (verdict.kind !== "good") {
      this.tell(unfit(found.file, verdict));
      return;
    }
    const client = this.connect(found.file, settings.get("arguments", ["lsp"]));
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) return;
      if (newState === ClientState.Running) this.status.show({ kind: "running", version: verdict.version, file: found.file });
      if (newState === ClientState.Stopped) this.status.show({ kind: "absent", text: "The language server has stopped." });
    });
    this.trying.listen(client);
    await client.start();
  }

  private connect(command: string, args: string[]): LanguageClient {
    const server: ServerOptions = { command, args, options: { env: process.env } };
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: "file", language: "lictor" },
        { scheme: "untitled", language: "lictor" },
        ...SAMPLES.map((pattern) => ({ scheme: "file", pattern })),
      ],
      middleware: { executeCommand: this.trying.middleware },
      synchronize: { configurationSection: "lictor" },
      outputChannel: this.output,
    };
    const client = new LanguageClient("lictor", "Lictor", server, options);
    client.registerFeature(new ToldOfSamples());
    client.registerFeature(ability);
    return client;
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.trying.stopped();
    await client?.stop().catch((error: unknown) => this.output.appendLine(`It did not stop as it should: ${reason(error)}`));
  }

  private fail(error: unknown): void {
    this.tell(failed(reason(error)));
  }

  /** Tells what is wrong without waiting for an answer. */
  private tell(message: Message): void {
    this.status.show({ kind: "absent", text: message.text });
    this.output.appendLine(message.text);
    void vscode.window.showErrorMessage(message.text, ...message.buttons.map((button) => button.title)).then((title) => {
      const button = message.buttons.find((each) => each.title === title);
      const args = button?.argument === undefined ? [] : [button.argument];
      return button && vscode.commands.executeCommand(button.command, ...args);
    });
  }
}

function machine(): Machine {
  return { platform: process.platform, env: process.env, home: os.homedir(), isProgram };
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Runs a program for what it says. That it cannot be run is an answer, too. */
function ask(file: string, args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: PATIENCE, windowsHide: true }, (error, text) => {
      resolve({ status: error === null ? 0 : typeof error.code === "number" ? error.code : null, text });
    });
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
