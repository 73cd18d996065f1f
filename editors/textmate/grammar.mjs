// The TextMate grammar, for editors that colour line by line: VS Code, Sublime Text, GitHub. `make.mjs` writes it as JSON.
//
// A word is a keyword by what stands around it: never behind a `.`, and never before a `:`, where it is a field's name.

import { contextual, items, marks, oneOf, reserved, stages, values } from "../words.mjs";

const name = "[A-Za-z_][A-Za-z0-9_]*";
const path = `${name}(?:\\.${name})*`;
const digits = "[0-9][0-9_]*";
const alone = (words) => `(?<![.\\w])(?:${oneOf(words)})\\b`;
const match = (scope, pattern) => ({ name: `${scope}.lictor`, match: pattern });
const captures = (pattern, ...scopes) => ({
  match: pattern,
  captures: Object.fromEntries(scopes.map((scope, index) => [index + 1, { name: `${scope}.lictor` }])),
});
const include = (...names) => names.map((one) => ({ include: `#${one}` }));

/** A text between quotes; what is in it beside `\n` and its like is up to the caller. */
const quoted = (patterns) => ({
  name: "string.quoted.double.lictor",
  begin: '"',
  beginCaptures: { 0: { name: "punctuation.definition.string.begin.lictor" } },
  end: '"|$',
  endCaptures: { 0: { name: "punctuation.definition.string.end.lictor" } },
  patterns: [match("constant.character.escape", '\\\\(?:u\\{[0-9A-Fa-f]*\\}|.)'), ...patterns],
});

/** An item whose first line names something. */
const declares = (words, pattern, scope) =>
  captures(`^(${oneOf(words)})\\b\\s+(${pattern})`, "keyword.declaration", scope);

export const grammar = {
  $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
  name: "Lictor",
  scopeName: "source.lictor",
  fileTypes: ["lictor"],
  patterns: include("comments", "declarations", "item", "message", "code"),
  repository: {
    comments: {
      patterns: [
        match("comment.line.double-slash", "////.*$"),
        match("comment.line.documentation", "//[/!].*$"),
        match("comment.line.double-slash", "//.*$"),
      ],
    },
    declarations: {
      patterns: [
        declares(["module", "import", "use"], path, "entity.name.namespace"),
        declares(["framework"], name, "entity.name.namespace"),
        declares(["action", "event"], path, "entity.name.function"),
        declares(["rule", "fn", "fact", "except", "category"], name, "entity.name.function"),
        declares(["enum", "record", "extend", "currency"], name, "entity.name.type"),
        declares(["param", "calendar", "example"], name, "variable.other"),
        declares(["set"], `${name}(?=\\s*=)`, "variable.other"),
      ],
    },
    item: match("keyword.declaration", `^(?:${oneOf(items)})\\b`),
    // What a person is told stands behind a reason code, and `{path}` in it is filled in.
    message: {
      begin: `(?<=\\b(?:as|else)\\s)\\s*([A-Z][A-Z0-9_]*)\\b`,
      beginCaptures: { 1: { name: "constant.other.reason.lictor" } },
      end: '(?<=")|(?=[^\\s"])|$',
      patterns: [
        quoted([
          match("constant.character.escape", "\\{\\{|\\}\\}"),
          {
            name: "meta.interpolation.lictor",
            begin: "\\{",
            end: '\\}|(?=")',
            beginCaptures: { 0: { name: "punctuation.section.interpolation.begin.lictor" } },
            endCaptures: { 0: { name: "punctuation.section.interpolation.end.lictor" } },
            patterns: include("code"),
          },
        ]),
      ],
    },
    code: { patterns: include("comments", "strings", "values", "words", "names", "signs") },
    strings: {
      patterns: [
        { name: "string.regexp.lictor", match: 'r"[^"]*"' },
        quoted([]),
      ],
    },
    values: {
      patterns: [
        match("constant.language.boolean", alone(values)),
        match("constant.numeric.timestamp", "\\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]*(?:\\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"),
        match("constant.numeric.date", "\\b[0-9]{4}-[0-9]{2}-[0-9]{2}\\b"),
        match("constant.numeric.time", "\\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\\b"),
        captures(`\\b(${digits}(?:\\.${digits})?)[ \\t]+([A-Z][A-Z0-9]{2,})\\b`, "constant.numeric.amount", "keyword.other.unit"),
        match("constant.numeric.duration", `\\b${digits}[smhdw]\\b`),
        match("constant.numeric", `\\b${digits}(?:\\.${digits})?%?`),
      ],
    },
    words: {
      patterns: [
        // A field's name, whatever word it is; a row of `cases` looks the same.
        match("variable.other.property", `(?<![.\\w])(?!(?:${oneOf(reserved)})\\b)[a-z_][A-Za-z0-9_]*(?=\\s*:(?![0-9]))`),
        match("storage.modifier", alone(marks)),
        match("keyword.operator.word", alone(["and", "or", "not", "in", "is", "div"])),
        match("keyword.control", alone(["if", "then", "else", "when", "unless", "otherwise"])),
        captures(`(?<![.\\w])(at)\\s+(${oneOf(stages)})\\b`, "keyword.other", "constant.language.stage"),
        match("keyword.other", `${alone(["min", "max"])}(?=\\s+[0-9])`),
        match("keyword.other", alone([...reserved, ...contextual].filter((word) => word !== "min" && word !== "max"))),
      ],
    },
    names: {
      patterns: [
        match("entity.name.function", `\\b${name}(?=\\()`),
        match("constant.other.reason", "\\b[A-Z][A-Z0-9_]+\\b"),
        match("entity.name.type", "\\b[A-Z][A-Za-z0-9]*\\b"),
        captures(`(\\.)(${name})\\b`, "punctuation.accessor", "variable.other.property"),
        match("variable.other", `\\b${name}\\b`),
      ],
    },
    signs: {
      patterns: [
        match("keyword.operator", "==|!=|<=|>=|->|\\.\\.=?|[=<>+\\-*/?]"),
        match("punctuation.separator", "[,:]"),
        match("punctuation.section", "[(){}\\[\\]]"),
      ],
    },
  },
};
