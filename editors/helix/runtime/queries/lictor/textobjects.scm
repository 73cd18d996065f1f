; What `]f`, `]T` and `mif` mean in a policy: rules and functions, tests, what is between brackets.

(rule_item body: (block) @function.inside) @function.around
(fn_item body: (_) @function.inside) @function.around
(test_item (steps) @test.inside) @test.around
(parameter) @parameter.inside
[(comment) (doc_comment) (module_comment)] @comment.inside
(cases_step (case) @entry.inside)
