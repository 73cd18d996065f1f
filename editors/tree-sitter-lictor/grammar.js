/**
 * The grammar of Lictor for editors: it follows `grammar/src/grammar.lalrpop`, whose rules docs/grammar.md shows.
 *
 * An editor's parser sees text that is not finished, and colours it; it refuses nothing on purpose. So it takes a little
 * more than the compiler, and never less: `tests/accepted.rs` holds it against every policy of the repository.
 *
 * Few words are reserved. The others are keywords only where one can stand, which is what tree-sitter's keyword extraction
 * does by itself: where a state has no use for a keyword, its text is an `identifier`. Only where both can stand, at the
 * beginning of an entry, the rules below name the keywords that may be a field's name too (`label`).
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

/** How tightly operators bind, the loosest first. */
const BINDS = {
  choice: 1,
  unless: 2,
  or: 3,
  and: 4,
  not: 5,
  compare: 6,
  range: 7,
  sum: 8,
  product: 9,
  negate: 10,
  otherwise: 11,
};

/** `a, b, c` with nothing around it: no comma at the end. */
const list = (rule) => seq(rule, repeat(seq(',', rule)));

/** `a, b, c` inside brackets: none, or a comma at the end, is fine. */
const comma = (rule) => optional(seq(list(rule), optional(',')));

/** `{ a b, c }`: a comma between entries may stand or not. */
const entries = (rule) => seq('{', repeat(seq(rule, optional(','))), '}');

/** A field's name, where the keywords given can stand too. */
const label = ($, ...keywords) => choice($.identifier, alias(choice(...keywords), $.identifier));

/** A number token with what may follow it, as `lex.rs` has it. */
const NUMBER = /[0-9][0-9_]*(\.[0-9][0-9_]*)?/;

module.exports = grammar({
  name: 'lictor',

  word: ($) => $.identifier,

  // An item begins with its word in column 1, and only there: the scanner looks for that, so that a mistake never reaches
  // the next item here either. `_nothing` is a token that never comes; it may stand anywhere, so that the scanner is asked
  // everywhere, in the middle of an item too.
  externals: ($) => [$._column_1, $._nothing],

  extras: ($) => [/[ \t\r\n]/, $.comment, $.doc_comment, $.module_comment, $._nothing],

  supertypes: ($) => [$.item, $.statement, $.step, $.expression],

  conflicts: ($) => [
    // `5` and then a word: its unit, or the next entry.
    [$.number, $.amount],
    // `flag outbound when …`: its condition, or a block that begins.
    [$.flag_statement],
    [$.amplify_statement],
    // `allow next: …`: a reason code, or the next row.
    [$.outcome],
    // `default step_up to: String`: who is asked, or the next field.
    [$.disposition],
    // `Int max: Int`: a bound, or the next field.
    [$.type],
    // `times(allowed * per …)`: all actions, or a product.
    [$.state, $._operand],
    // `all(x in xs: …)`: a variable, or a value.
    [$.quantifier, $._operand],
  ],

  rules: {
    source_file: ($) => repeat(seq($._column_1, $.item)),

    // ---- Items

    item: ($) =>
      choice(
        $.module_item,
        $.layer_item,
        $.import_item,
        $.use_item,
        $.tiers_item,
        $.roles_item,
        $.escalate_item,
        $.currency_item,
        $.reasons_item,
        $.enum_item,
        $.record_item,
        $.extend_item,
        $.action_item,
        $.event_item,
        $.normalize_item,
        $.fact_item,
        $.category_item,
        $.param_item,
        $.set_item,
        $.calendar_item,
        $.risk_model_item,
        $.fn_item,
        $.rule_item,
        $.promise_item,
        $.except_item,
        $.framework_item,
        $.fixture_item,
        $.example_item,
        $.test_item,
      ),

    module_item: ($) => seq('module', field('name', $.path)),
    layer_item: ($) =>
      seq('layer', field('kind', $.identifier), repeat(choice(field('name', $.identifier), field('name', $.string)))),
    import_item: ($) => seq('import', field('module', $.path)),
    use_item: ($) => seq('use', field('module', $.path)),
    tiers_item: ($) => seq('tiers', entries(field('name', $.identifier))),
    roles_item: ($) => seq('roles', entries($.role)),
    role: ($) => seq(field('name', $.identifier), optional(field('title', $.string))),
    escalate_item: ($) =>
      seq('escalate', 'to', field('role', $.identifier), optional(seq('within', $.duration))),
    currency_item: ($) => seq('currency', field('name', $.identifier), $.number),
    reasons_item: ($) => seq('reasons', entries($.reason_code)),
    reason_code: ($) => seq(field('name', $.identifier), optional(field('text', $.string))),
    enum_item: ($) => seq('enum', field('name', $.identifier), entries($.enum_value)),
    enum_value: ($) => $.identifier,
    record_item: ($) => seq('record', field('name', $.identifier), entries($.field)),
    extend_item: ($) => seq('extend', field('name', $.identifier), entries($.field)),
    field: ($) => seq(field('name', label($, 'min', 'max')), ':', field('type', $.type)),

    action_item: ($) => seq('action', field('name', $.path), $.action_body),
    event_item: ($) => seq('event', field('name', $.path), $.action_body),
    action_body: ($) =>
      seq(
        '{',
        repeat(
          choice(
            seq(alias($.action_field, $.field), optional(',')),
            $.flags_clause,
            $.amplifiers_clause,
            $.default_clause,
            $.unbound_clause,
          ),
        ),
        '}',
      ),
    action_field: ($) =>
      seq(
        field('name', label($, 'flags', 'amplifiers', 'default', 'unbound', 'min', 'max', 'to')),
        ':',
        field('type', $.type),
      ),
    flags_clause: ($) => seq('flags', list($.flag_name)),
    flag_name: ($) => $.identifier,
    amplifiers_clause: ($) => seq('amplifiers', $.fields),
    default_clause: ($) => seq('default', $.disposition),
    unbound_clause: ($) => seq('unbound', field('field', $.identifier), 'because', $.string),
    disposition: ($) => seq($.decision, optional(seq('to', field('role', $.identifier)))),
    decision: ($) => $.identifier,

    normalize_item: ($) =>
      seq('normalize', field('tool', $.string), 'as', field('action', $.path), optional($.condition), $.normalize_body),
    normalize_body: ($) => seq('{', repeat(choice(seq($.mapping, optional(',')), $.ignore_clause)), '}'),
    mapping: ($) =>
      seq(field('name', label($, 'ignore', 'min', 'max')), optional('?'), '=', field('value', $._typed)),
    ignore_clause: ($) => seq('ignore', list(choice($.path, $.string))),

    fact_item: ($) => seq('fact', field('name', $.identifier), $.parameters, '->', field('result', $.type)),
    parameters: ($) => seq('(', comma($.parameter), ')'),
    parameter: ($) => seq(field('name', $.identifier), ':', field('type', $.type)),
    category_item: ($) => seq('category', field('name', $.identifier), $.condition),

    param_item: ($) =>
      seq(
        'param',
        field('name', $.identifier),
        ':',
        field('type', $.type),
        '=',
        field('value', list($.expression)),
        repeat(choice($.range_clause, $.stricter_clause, 'fixed', $.loosen_clause)),
      ),
    range_clause: ($) => seq('range', list($.bounds)),
    bounds: ($) => seq($.expression, 'to', $.expression),
    stricter_clause: ($) => seq('stricter', 'when', $.direction),
    direction: ($) => choice($.identifier, 'true', 'false'),
    loosen_clause: ($) => seq('loosen', 'by', list(field('kind', $.identifier))),

    set_item: ($) =>
      seq(
        'set',
        choice(
          seq(field('name', label($, 'default', 'risk')), '=', list($.expression)),
          seq('default', $.action_pattern, '=', $.disposition),
          seq('risk', choice('step_up', 'deny'), 'at', $.number),
        ),
      ),
    calendar_item: ($) =>
      seq(
        'calendar',
        field('name', $.identifier),
        '=',
        $.expression,
        $.from_clause,
        $.until_clause,
        optional(seq('weekend', list($.identifier))),
      ),
    from_clause: ($) => seq('from', $.date),
    until_clause: ($) => seq('until', $.date),

    risk_model_item: ($) => seq('risk', 'model', entries(choice($.threshold, $.flag_weights, $.amplifier_weights))),
    threshold: ($) => seq(choice('step_up', 'deny'), 'at', $.number),
    flag_weights: ($) => seq('flags', entries($.weight)),
    amplifier_weights: ($) => seq('amplifiers', entries($.weight)),
    weight: ($) => seq(field('name', $.identifier), $.number),

    fn_item: ($) =>
      seq(
        'fn',
        field('name', $.identifier),
        $.parameters,
        '->',
        field('result', $.type),
        '=',
        field('body', $.expression),
      ),

    rule_item: ($) =>
      seq(
        'rule',
        field('name', $.identifier),
        repeat(
          choice($.on_clause, $.except_clause, $.stage_clause, $.cites_clause, $.from_clause, $.until_clause),
        ),
        field('body', $.block),
      ),
    on_clause: ($) => seq('on', list($.action_pattern)),
    except_clause: ($) => seq('except', list($.action_pattern)),
    stage_clause: ($) => seq('at', $.stage),
    stage: ($) => $.identifier,
    cites_clause: ($) => seq('cites', list($.path)),
    action_pattern: ($) => choice(seq($.identifier, repeat(seq('.', $.identifier)), optional(seq('.', '*'))), '*'),

    promise_item: ($) => seq('promise', $.action_pattern, 'is', $.promised, $.promised, optional($.condition)),
    promised: ($) => $.identifier,

    except_item: ($) =>
      seq(
        'except',
        field('name', $.identifier),
        'to',
        field('rule', $.path),
        repeat(choice($.condition, $.expires_clause, $.granted_by_clause, $.because_clause)),
      ),
    expires_clause: ($) => seq('expires', $.date),
    granted_by_clause: ($) => seq('granted_by', $.string),
    because_clause: ($) => seq('because', $.string),

    framework_item: ($) =>
      seq('framework', field('name', $.identifier), $.string, repeat($._standing), entries($.control)),
    control: ($) => seq(field('name', $.identifier), field('title', $.string), repeat($._standing)),
    _standing: ($) =>
      choice(
        $.source_clause,
        $.edition_clause,
        $.effect_clause,
        $.jurisdiction_clause,
        $.from_clause,
        $.until_clause,
        $.superseded_clause,
        $.verified_clause,
      ),
    source_clause: ($) => seq('source', $.string),
    edition_clause: ($) => seq('edition', $.string),
    effect_clause: ($) => seq('effect', $.identifier),
    jurisdiction_clause: ($) => seq('jurisdiction', $.string),
    superseded_clause: ($) => seq('superseded_by', $.path),
    verified_clause: ($) => choice(seq('verified', $.date), 'unverified'),

    fixture_item: ($) => seq('fixture', $.steps),
    example_item: ($) => seq('example', field('name', $.identifier), '=', field('action', $.path), $.fields),
    test_item: ($) => seq('test', field('name', $.string), $.steps),

    // ---- Types

    type: ($) =>
      seq(
        repeat($.mark),
        field('name', alias($.identifier, $.type_name)),
        optional($.type_arguments),
        repeat(choice($.bound, '?')),
      ),
    mark: () => choice('pii', 'secret', 'attested', 'signed'),
    type_arguments: ($) => seq('<', comma(choice($.type, $.bound)), '>'),
    bound: ($) => seq(choice('min', 'max'), $.number),

    // ---- Statements

    block: ($) => seq('{', repeat($.statement), '}'),

    statement: ($) =>
      choice(
        $.let_statement,
        $.when_statement,
        $.require_statement,
        $.deny_statement,
        $.step_up_statement,
        $.risk_statement,
        $.flag_statement,
        $.amplify_statement,
        $.oblige_statement,
      ),

    let_statement: ($) => seq('let', field('name', $.identifier), '=', field('value', $.expression)),
    when_statement: ($) => seq('when', field('condition', $.expression), field('body', $.block)),
    require_statement: ($) => seq('require', field('condition', $.expression), 'else', $.reason),
    deny_statement: ($) => seq('deny', optional($.condition), 'as', $.reason),
    step_up_statement: ($) =>
      seq(
        'step_up',
        repeat(choice($.condition, $.to_clause, $.quorum_clause, $.within_clause, $.other_than_clause)),
        'as',
        $.reason,
      ),
    risk_statement: ($) => seq('risk', '+', $.number, optional($.condition), 'as', $.reason),
    flag_statement: ($) => seq('flag', $.flag_name, optional($.condition)),
    amplify_statement: ($) =>
      seq('amplify', field('amplifier', $.identifier), '+', $.number, optional($.condition)),
    oblige_statement: ($) =>
      seq('oblige', field('duty', $.identifier), repeat(choice($.condition, $.by_clause)), 'as', $.reason),

    condition: ($) => seq('when', $.expression),
    to_clause: ($) => seq('to', field('role', $.identifier)),
    quorum_clause: ($) => seq('quorum', $.number),
    within_clause: ($) => seq('within', $.duration),
    other_than_clause: ($) => seq('other', 'than', list($.expression)),
    by_clause: ($) => seq('by', $.expression),

    reason: ($) =>
      seq(
        field('code', $.identifier),
        optional(seq('told', 'as', field('told', $.identifier))),
        optional($.message),
      ),

    // ---- Tests

    steps: ($) => seq('{', repeat($.step), '}'),

    step: ($) =>
      choice(
        $.given_step,
        $.given_tool_step,
        $.with_step,
        $.with_value_step,
        $.envelope_step,
        $.at_step,
        $.cases_step,
        $.after_step,
        $.expect_step,
        $.expect_obliged_step,
      ),

    given_step: ($) => seq('given', field('example', label($, 'tool'))),
    given_tool_step: ($) => seq('given', 'tool', field('tool', $.string), alias($.tool_input, $.fields)),
    with_step: ($) => seq('with', list($.path_init)),
    path_init: ($) => seq(field('path', $.path), ':', field('value', $.expression)),
    with_value_step: ($) =>
      seq('with', choice($.path, $.call, $.question), '=', field('value', $.expression)),
    envelope_step: ($) => seq(choice('agent', 'user', 'mandate', 'context'), $.fields),
    at_step: ($) => seq('at', $.expression),
    cases_step: ($) => seq('cases', field('path', $.path), entries($.case)),
    case: ($) => seq(field('value', choice(alias($.identifier, $.variable), $._literal, $.negative)), ':', $.outcome),
    negative: ($) => seq('-', $._literal),
    outcome: ($) =>
      seq($.decision, optional(field('code', $.identifier)), optional(seq('to', field('role', $.identifier)))),
    after_step: ($) => seq('after', $.number, $.state, field('example', $.identifier), 'over', $.duration),
    expect_step: ($) =>
      seq('expect', $.decision, repeat(field('code', $.identifier)), optional(seq('to', field('role', $.identifier)))),

    expect_obliged_step: ($) =>
      seq('expect', choice(seq('not', 'obliged'), seq('obliged', field('duty', $.identifier), optional($.by_clause)))),

    fields: ($) => entries($.field_init),
    // What a tool is sent may be called anything.
    tool_input: ($) => entries(alias($.member_init, $.field_init)),
    member_init: ($) => seq(field('name', choice($.identifier, $.string)), ':', field('value', $.expression)),
    field_init: ($) => seq(field('name', $.identifier), ':', field('value', $.expression)),

    // ---- Expressions, the loosest first

    expression: ($) =>
      choice(
        $.choice,
        $.binary,
        $.membership,
        $.presence,
        $.range,
        $.unary,
        $.otherwise,
        $._operand,
      ),

    // What binds tightest: a value, and what is asked of it.
    _operand: ($) =>
      choice(
        $.field_access,
        $.method_call,
        $.index,
        $.call,
        $.quantifier,
        $.question,
        $.parenthesized,
        $._literal,
        alias($.identifier, $.variable),
      ),

    choice: ($) =>
      prec.right(
        BINDS.choice,
        seq(
          'if',
          field('condition', $.expression),
          'then',
          field('then', $.expression),
          'else',
          field('else', $.expression),
        ),
      ),

    binary: ($) =>
      choice(
        ...[
          [BINDS.unless, 'unless'],
          [BINDS.or, 'or'],
          [BINDS.and, 'and'],
          [BINDS.compare, choice('==', '!=', '<', '<=', '>', '>=')],
          [BINDS.sum, choice('+', '-')],
          [BINDS.product, choice('*', '/', 'div')],
        ].map(([binds, operator]) =>
          prec.left(
            binds,
            seq(field('left', $.expression), field('operator', operator), field('right', $.expression)),
          ),
        ),
      ),

    membership: ($) =>
      prec.left(
        BINDS.compare,
        seq(field('value', $.expression), optional('not'), 'in', field('set', $.expression)),
      ),
    presence: ($) =>
      prec.left(BINDS.compare, seq($.expression, 'is', optional('not'), field('what', alias($.identifier, $.presence_word)))),
    range: ($) =>
      prec.left(BINDS.range, seq(field('from', $.expression), choice('..', '..='), field('to', $.expression))),
    unary: ($) =>
      choice(
        prec(BINDS.not, seq('not', field('operand', $.expression))),
        prec(BINDS.negate, seq('-', field('operand', $.expression))),
      ),
    // The value that serves for absence may be negative without parentheses.
    otherwise: ($) =>
      prec.left(
        BINDS.otherwise,
        seq(field('value', $.expression), 'otherwise', field('fallback', choice($._operand, $.negative_fallback))),
      ),
    negative_fallback: ($) => seq('-', $._operand),

    field_access: ($) => seq(field('of', $._operand), '.', field('field', alias($.identifier, $.field_name))),
    method_call: ($) => seq(field('of', $._operand), '.', field('method', $.identifier), $.arguments),
    index: ($) => seq(field('of', $._operand), '[', field('key', $.expression), ']'),
    call: ($) => seq(field('function', $.identifier), $.arguments),
    arguments: ($) => seq('(', comma($.expression), ')'),
    parenthesized: ($) => seq('(', $.expression, ')'),

    // `all(line in lines: line.price < 5 USD)`
    quantifier: ($) =>
      seq(
        field('function', $.identifier),
        '(',
        field('variable', $.identifier),
        'in',
        field('over', $.expression),
        ':',
        field('body', $.expression),
        ')',
      ),

    // `total(price of executed shop.* per agent.id over 1h where price > 5 USD)`
    question: ($) =>
      seq(field('function', $.identifier), '(', optional(seq(field('what', $.expression), 'of')), $.past, ')'),
    past: ($) =>
      seq(
        $.state,
        list($.action_pattern),
        repeat(choice($.per_clause, $.over_clause, $.in_clause, $.since_clause)),
        optional($.where_clause),
      ),
    state: ($) => $.identifier,
    per_clause: ($) => seq('per', list($.path)),
    over_clause: ($) => seq('over', choice($.duration, $.amount)),
    in_clause: ($) => seq('in', choice($.identifier, $.string)),
    since_clause: ($) =>
      seq('since', field('function', $.identifier), $.state, $.action_pattern, ',', 'at', 'most', $.duration),
    where_clause: ($) => seq('where', $.expression),

    // ---- Values

    _literal: ($) =>
      choice(
        $.boolean,
        $.number,
        $.amount,
        $.percent,
        $.duration,
        $.date,
        $.timestamp,
        $.time,
        $.string,
        $.pattern,
        $.list,
        $.record,
      ),

    boolean: () => choice('true', 'false'),
    amount: ($) => seq($._digits, field('unit', alias($.identifier, $.unit))),
    list: ($) => seq('[', comma($._typed), ']'),
    record: ($) => entries($.record_field),
    record_field: ($) =>
      seq(field('name', choice($.identifier, $.string)), ':', field('value', $._typed)),

    // A value, with the type that it is read as.
    _typed: ($) => choice($.expression, $.typed),
    typed: ($) => seq($.expression, 'as', $.type),

    path: ($) => seq($.identifier, repeat(seq('.', $.identifier))),

    // ---- Words

    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,

    number: ($) => $._digits,
    _digits: () => token(NUMBER),
    percent: () => token(seq(NUMBER, '%')),
    duration: () => token(prec(1, /[0-9][0-9_]*[smhdw]/)),
    date: () => token(prec(1, /[0-9]{4}-[0-9]{2}-[0-9]{2}/)),
    timestamp: () =>
      token(prec(1, /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]*(\.[0-9]+)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?/)),
    time: () => token(prec(1, /[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?/)),

    string: ($) => seq('"', repeat(choice($.string_content, $.escape)), '"'),
    string_content: () => token.immediate(prec(1, /[^"\\\r\n]+/)),
    escape: () => token.immediate(/\\(u\{[0-9A-Fa-f]*\}|[^\r\n])/),

    // What a person is told: `{path}` is filled in, `{{` and `}}` are braces.
    message: ($) =>
      seq('"', repeat(choice(alias($.message_content, $.string_content), $.escape, $.brace, $.interpolation)), '"'),
    message_content: () => token.immediate(prec(1, /[^"\\\r\n{}]+/)),
    brace: () => token.immediate(choice('{{', '}}')),
    interpolation: ($) =>
      seq(alias(token.immediate('{'), $.interpolation_mark), $.expression, alias('}', $.interpolation_mark)),

    pattern: () => token(seq('r"', /[^"\r\n]*/, '"')),

    comment: () => token(choice(/\/\/([^\/!\r\n][^\r\n]*)?/, /\/\/\/\/[^\r\n]*/)),
    doc_comment: () => token(/\/\/\/([^\/\r\n][^\r\n]*)?/),
    module_comment: () => token(/\/\/![^\r\n]*/),
  },
});
