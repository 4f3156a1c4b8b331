(function_declaration
  name: [(identifier) (dot_index_expression) (method_index_expression)] @name
  body: (block)? @body) @definition.function
(function_declaration
  name: [(identifier) (dot_index_expression) (method_index_expression)] @name
  body: (block (return_statement (expression_list . (_) @value))) @body) @definition.function
(chunk (variable_declaration (assignment_statement
  (variable_list . name: (identifier) @name .)
  (expression_list . value: (function_definition body: (block)? @body) .))) @definition.function)
(chunk (assignment_statement
  (variable_list . name: [(identifier) (dot_index_expression)] @name .)
  (expression_list . value: (function_definition body: (block)? @body) .)) @definition.function)
(chunk (assignment_statement
  (variable_list . name: (dot_index_expression) @name .)
  (expression_list . value: (function_definition
    body: (block (return_statement (expression_list . (_) @value))) @body) .)) @definition.function)
(chunk (_ (assignment_statement (expression_list . value: (table_constructor
  (field name: (identifier) @name value: (function_definition body: (block)? @body)) @definition.function)))))
(chunk (assignment_statement (expression_list . value: (table_constructor
  (field name: (identifier) @name value: (function_definition body: (block)? @body)) @definition.function))))
(chunk (return_statement (expression_list . (table_constructor
  (field name: (identifier) @name value: (function_definition body: (block)? @body)) @definition.function))))

(chunk (variable_declaration (assignment_statement
  (variable_list . name: (identifier) @name .)
  (expression_list . value: (_) @value .))) @definition.variable)
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name))) @definition.variable)
(chunk (variable_declaration (variable_list name: (identifier) @name)) @definition.variable)
(chunk (assignment_statement
  (variable_list . name: [(identifier) (dot_index_expression)] @name .)
  (expression_list . value: (_) @value .)) @definition.variable)
(assignment_statement
  (variable_list . name: (dot_index_expression table: (identifier) @_self) @name .)
  (expression_list . value: (_) @value .)
  (#eq? @_self "self")) @definition.field

(chunk (variable_declaration (assignment_statement
  (variable_list . name: (identifier) @name .)
  (expression_list . value: (function_call
    name: (identifier) @_set
    arguments: (arguments (_) (table_constructor (field name: (identifier) @_index value: (_) @bases)))) .)))
  @definition.class
  (#eq? @_set "setmetatable")
  (#eq? @_index "__index"))
(chunk (variable_declaration (assignment_statement
  (variable_list . name: (identifier) @name .)
  (expression_list . value: (function_call
    name: (method_index_expression table: (_) @bases method: (identifier) @_extend)) .))) @definition.class
  (#any-of? @_extend "extend" "subclass" "derive" "inherit"))

((function_call name: (identifier) @_require) @import (#any-of? @_require "require" "pcall" "dofile" "loadfile"))
(chunk (return_statement) @import)
((function_call
  name: (identifier) @_test
  arguments: (arguments . (string) . (function_definition)) @outline)
  (#any-of? @_test "describe" "it" "pending" "context" "test"))

[(function_declaration) (function_definition)] @scope
[(for_statement) (while_statement) (do_statement) (repeat_statement) (if_statement) (elseif_statement)
  (else_statement)] @scope.block

(function_declaration parameters: (parameters name: (identifier) @local)) @value
(function_definition parameters: (parameters name: (identifier) @local)) @value
(for_generic_clause (variable_list name: (identifier) @local))
(for_numeric_clause name: (identifier) @local)
(block (variable_declaration (assignment_statement
  (variable_list . name: (identifier) @local .)
  (expression_list . value: (_) @value .))))
(block (variable_declaration (assignment_statement (variable_list name: (identifier) @local))))
(block (variable_declaration (variable_list name: (identifier) @local)))
(block local_declaration: (function_declaration name: (identifier) @local))
((function_call name: (identifier) @_set arguments: (arguments . (identifier) @local (_))) @value
  (#eq? @_set "setmetatable"))

; tokens
(identifier) @reference
(dot_index_expression field: (identifier) @member)
(method_index_expression method: (identifier) @member)
(function_call name: (identifier) @call)
(function_call name: (dot_index_expression field: (identifier) @call))
(function_call name: (method_index_expression method: (identifier) @call))
(field name: (identifier) @skip)
(goto_statement (identifier) @skip)
(label_statement (identifier) @skip)
(chunk (return_statement (expression_list (identifier) @skip)))
(variable_declaration (assignment_statement (variable_list name: (identifier) @skip)))
(chunk (variable_declaration (assignment_statement
  (variable_list . name: (identifier) @_name .)
  (expression_list . value: [(identifier) @skip (dot_index_expression table: (identifier) @skip)] .)))
  (#eq? @_name @skip))
((function_call name: (identifier) @skip)
  (#any-of? @skip "require" "pcall" "xpcall" "error" "assert" "type" "pairs" "ipairs" "print" "tostring" "tonumber"
    "setmetatable" "getmetatable" "select" "unpack" "rawget" "rawset" "next" "dofile" "loadfile"))
((_ table: (identifier) @skip) (#any-of? @skip "self" "_G"))
(comment) @comment
(string) @string
