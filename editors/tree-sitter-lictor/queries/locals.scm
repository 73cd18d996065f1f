; Which names are bound where: `let` in a rule, parameters of functions and facts, the variable of `all(x in xs: …)`.

(source_file) @local.scope
(rule_item) @local.scope
(fn_item) @local.scope
(fact_item) @local.scope
(quantifier) @local.scope
(when_statement body: (block) @local.scope)

(let_statement name: (identifier) @local.definition)
(parameter name: (identifier) @local.definition)
(quantifier variable: (identifier) @local.definition)
(param_item name: (identifier) @local.definition)

(variable) @local.reference
