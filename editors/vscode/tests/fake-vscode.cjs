// Stands in for the module `vscode` where there is no editor: it remembers what it was asked for. Whatever is not named here is a
// class that can be extended, which is all that loading the language client needs.

const asked = { commands: new Map(), errors: [], executed: [], items: [], listeners: [], providers: new Map(), documents: new Map(), warnings: [], settings: {}, answer: undefined };

const nothing = { dispose() {} };
const anything = new Map();
const open = (known, path) =>
  new Proxy(known, {
    get(target, key) {
      if (key in target || typeof key === "symbol") return target[key];
      const name = `${path}.${key}`;
      if (!anything.has(name)) anything.set(name, class {});
      return anything.get(name);
    },
  });

module.exports = open(
  {
    asked,
    version: "1.82.0",
    commands: open(
      {
        registerCommand(name, run) {
          asked.commands.set(name, run);
          return nothing;
        },
        async executeCommand(name, ...args) {
          asked.executed.push([name, ...args]);
          return asked.commands.get(name)?.(...args);
        },
      },
      "commands",
    ),
    languages: open(
      {
        createLanguageStatusItem(id) {
          const item = { id, dispose() {} };
          asked.items.push(item);
          return item;
        },
      },
      "languages",
    ),
    window: open(
      {
        createOutputChannel: () => ({ lines: [], appendLine(line) { this.lines.push(line); }, show() { asked.shown = true; }, dispose() {} }),
        activeTextEditor: undefined,
        async showTextDocument(document) {
          asked.showing = document;
        },
        async showQuickPick(items) {
          asked.items_offered = items;
          return items[asked.choice];
        },
        async showWarningMessage(text) {
          asked.warnings.push(text);
        },
        async showErrorMessage(text, ...buttons) {
          asked.errors.push({ text, buttons });
          return asked.answer;
        },
      },
      "window",
    ),
    workspace: open(
      {
        workspaceFolders: undefined,
        getConfiguration: () => ({ get: (key, otherwise) => asked.settings[key] ?? otherwise }),
        onDidChangeConfiguration(listener) {
          asked.listeners.push(listener);
          return nothing;
        },
        async openTextDocument(address) {
          return { address, text: () => asked.providers.get(address.scheme).provideTextDocumentContent(address) };
        },
        onDidGrantWorkspaceTrust: () => nothing,
        registerTextDocumentContentProvider(scheme, provider) {
          asked.providers.set(scheme, provider);
          return nothing;
        },
      },
      "workspace",
    ),
    LanguageStatusSeverity: { Information: 0, Warning: 1, Error: 2 },
    ViewColumn: { Beside: -2 },
    EventEmitter: class {
      event = () => nothing;
      fire() {}
      dispose() {}
    },
    Uri: { parse: (uri) => `parsed ${uri}`, joinPath: (base, ...parts) => [base, ...parts].join("/"), from: (parts) => ({ ...parts }) },
    Position: class { constructor(line, character) { Object.assign(this, { line, character }); } },
    Range: class { constructor(start, end) { Object.assign(this, { start, end }); } },
    Location: class { constructor(uri, range) { Object.assign(this, { uri, range }); } },
  },
  "vscode",
);
