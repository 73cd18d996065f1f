; What the outline of a policy lists.

(rule_item "rule" @context name: (identifier) @name) @item
(action_item "action" @context name: (path) @name) @item
(event_item "event" @context name: (path) @name) @item
(param_item "param" @context name: (identifier) @name) @item
(category_item "category" @context name: (identifier) @name) @item
(fn_item "fn" @context name: (identifier) @name) @item
(fact_item "fact" @context name: (identifier) @name) @item
(record_item "record" @context name: (identifier) @name) @item
(enum_item "enum" @context name: (identifier) @name) @item
(except_item "except" @context name: (identifier) @name) @item
(example_item "example" @context name: (identifier) @name) @item
(test_item "test" @context name: (string) @name) @item
