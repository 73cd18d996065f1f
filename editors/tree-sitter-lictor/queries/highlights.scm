; What colours a policy. Each node is captured once, so that it does not matter whether an editor lets the first or the last
; pattern win.

; ---- Comments

(comment) @comment
(doc_comment) @comment.documentation
(module_comment) @comment.documentation

; ---- Words

[
  "module" "layer" "tiers" "roles" "escalate" "reasons" "currency" "framework" "calendar"
  "action" "event" "normalize" "ignore" "fact" "category" "param" "set" "risk" "model" "rule" "promise" "fixture"
  "example" "test" "extend"
  "let" "require" "deny" "step_up" "flag" "amplify" "oblige"
  "given" "tool" "with" "agent" "user" "mandate" "context" "cases" "expect" "after"
  "on" "except" "at" "cites" "as" "to" "quorum" "within" "other" "than" "by" "told" "from" "until" "because"
  "range" "stricter" "fixed" "loosen" "flags" "amplifiers" "default" "unbound" "expires" "granted_by" "weekend"
  "source" "edition" "effect" "jurisdiction" "superseded_by" "verified" "of" "per" "over" "where" "since" "most" "min" "max"
] @keyword

(verified_clause "unverified" @keyword)

["import" "use"] @keyword.import
["enum" "record"] @keyword.type
"fn" @keyword.function
["if" "then" "else" "when" "unless" "otherwise"] @keyword.conditional
["and" "or" "not" "in" "is" "div"] @keyword.operator
["pii" "secret" "attested" "signed"] @keyword.modifier

; ---- What is declared, and what is named

(module_item name: (path (identifier) @module))
(import_item module: (path (identifier) @module))
(use_item module: (path (identifier) @module))
(layer_item kind: (identifier) @constant.builtin)
(layer_item name: (identifier) @label)

(tiers_item name: (identifier) @constant)
(role name: (identifier) @label)
(escalate_item role: (identifier) @label)
(to_clause role: (identifier) @label)
(disposition role: (identifier) @label)
(outcome role: (identifier) @label)
(expect_step role: (identifier) @label)
(loosen_clause kind: (identifier) @constant.builtin)

(reason_code name: (identifier) @constant)
(reason code: (identifier) @constant)
(reason told: (identifier) @constant)
(outcome code: (identifier) @constant)
(expect_step code: (identifier) @constant)

(enum_item name: (identifier) @type)
(enum_value (identifier) @constant)
(record_item name: (identifier) @type)
(extend_item name: (identifier) @type)
(type_name) @type
(currency_item name: (identifier) @type)
(unit) @type

(action_item name: (path (identifier) @function))
(event_item name: (path (identifier) @function))
(example_item action: (path (identifier) @function))
(normalize_item action: (path (identifier) @function))
(action_pattern (identifier) @function)
(action_pattern "*" @operator)

(rule_item name: (identifier) @function)
(except_item name: (identifier) @function)
(except_item rule: (path (identifier) @function))
(fn_item name: (identifier) @function)
(fact_item name: (identifier) @function)
(call function: (identifier) @function.call)
(method_call method: (identifier) @function.method)
(quantifier function: (identifier) @function.call)
(question function: (identifier) @function.call)
(since_clause function: (identifier) @function.call)

(param_item name: (identifier) @variable.parameter)
(set_item name: (identifier) @variable.parameter)
(parameter name: (identifier) @variable.parameter)
(category_item name: (identifier) @label)
(calendar_item name: (identifier) @variable)
(example_item name: (identifier) @variable)
(given_step example: (identifier) @variable)
(after_step example: (identifier) @variable)
(let_statement name: (identifier) @variable)
(quantifier variable: (identifier) @variable)
(variable) @variable

(framework_item name: (identifier) @module)
(control name: (identifier) @constant)
(cites_clause (path (identifier) @module))
(superseded_clause (path (identifier) @module))
(effect_clause (identifier) @constant.builtin)

(field name: (identifier) @property)
(field_init name: (identifier) @property)
(record_field name: (identifier) @property)
(mapping name: (identifier) @property)
(unbound_clause field: (identifier) @property)
(ignore_clause (path (identifier) @property))
(path_init path: (path (identifier) @property))
(with_value_step (path (identifier) @property))
(cases_step path: (path (identifier) @property))
(per_clause (path (identifier) @property))
(field_name) @property
(weight name: (identifier) @property)
(flag_name) @label
(amplify_statement amplifier: (identifier) @label)
(oblige_statement duty: (identifier) @label)
(expect_obliged_step duty: (identifier) @label)
(expect_obliged_step "obliged" @constant.builtin)

(stage) @constant.builtin
(decision) @constant.builtin
(promised) @constant.builtin
(direction) @constant.builtin
(state) @constant.builtin
(presence_word) @constant.builtin
(in_clause (identifier) @constant.builtin)
(calendar_item "weekend" (identifier) @constant.builtin)

; ---- Values

(string) @string
(message) @string
(escape) @string.escape
(brace) @string.escape
(interpolation_mark) @punctuation.special
(pattern) @string.regexp
(boolean) @boolean
[(percent) (duration) (date) (timestamp) (time)] @number
(number) @number
(amount) @number

; ---- Signs

["=" "==" "!=" "<=" ">=" "+" "-" "/" ".." "..=" "->" "?"] @operator
(binary ["<" ">" "*"] @operator)
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
(type_arguments ["<" ">"] @punctuation.bracket)
["," ":" "."] @punctuation.delimiter
