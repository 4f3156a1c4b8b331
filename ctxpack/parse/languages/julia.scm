; let parameters
[
  (identifier) @local
  (typed_expression . (identifier) @local . (_) @type)
  (typed_expression . (tuple_expression (identifier) @local))
  (named_argument . (identifier) @local)
  (named_argument . (typed_expression . (identifier) @local . (_) @type))
  (splat_expression . (identifier) @local)
  (splat_expression . (typed_expression . (identifier) @local))
  (tuple_expression (identifier) @local)
]
; end

(module_definition name: (identifier) @name . (_)? @body) @definition.namespace
(struct_definition (type_head) @name . (_)? @body) @definition.struct
(struct_definition (type_head (binary_expression (_) . (operator) . (_) @bases)) @name) @definition.struct
(abstract_definition (type_head) @name) @definition.interface
(abstract_definition (type_head (binary_expression (_) . (operator) . (_) @bases)) @name) @definition.interface
(primitive_definition (type_head) @name) @definition.type
(function_definition (signature) @name . (_)? @body) @definition.function
(function_definition (signature (typed_expression . (_) . (_) @type)) @name) @definition.function
(function_definition (signature (where_expression . (typed_expression . (_) . (_) @type))) @name) @definition.function
(assignment . (typed_expression . [(call_expression) (where_expression)] . (_) @type) @name) @definition.function
(macro_definition (signature) @name . (_)? @body) @definition.macro
(assignment
  . [(call_expression) (where_expression) (typed_expression . [(call_expression) (where_expression)])] @name
  . (operator) . (_) @body) @definition.function
(macrocall_expression
  (macro_identifier (identifier) @_made)
  (macro_argument_list . (identifier) @name)
  (#eq? @_made "enum")) @definition.enum
(macrocall_expression
  (macro_identifier (identifier) @_made)
  (macro_argument_list . (identifier) (identifier) @name @definition.constant)
  (#eq? @_made "enum"))
(macrocall_expression
  (macro_identifier (identifier) @_made)
  (macro_argument_list . (identifier) (compound_statement (identifier) @name @definition.constant))
  (#eq? @_made "enum"))

(struct_definition (typed_expression . (identifier) @name . (_) @type) @definition.field)
(struct_definition (identifier) @name @definition.field)
(struct_definition (assignment . (typed_expression . (identifier) @name . (_) @type)) @definition.field)
(struct_definition (assignment . (identifier) @name) @definition.field)

(const_statement (assignment . (identifier) @name . (operator) . (_) @value)) @definition.constant
(const_statement (assignment . (typed_expression . (identifier) @name . (_) @type))) @definition.constant
(const_statement (assignment . (parametrized_type_expression . (identifier) @name))) @definition.constant
(const_statement (assignment . (open_tuple (identifier) @name))) @definition.constant
(source_file (assignment . (identifier) @name . (operator) . (_) @value) @definition.variable)
(module_definition (assignment . (identifier) @name . (operator) . (_) @value) @definition.variable)
(source_file (assignment . (typed_expression . (identifier) @name . (_) @type)) @definition.variable)
(module_definition (assignment . (typed_expression . (identifier) @name . (_) @type)) @definition.variable)
(source_file (global_statement (assignment . (identifier) @name)) @definition.variable)
(module_definition (global_statement (assignment . (identifier) @name)) @definition.variable)

(using_statement) @import
(import_statement) @import
((call_expression . (identifier) @_includes . (argument_list)) @import (#eq? @_includes "include"))
(export_statement) @export
(public_statement) @export

[(function_definition) (macro_definition) (struct_definition) (abstract_definition) (arrow_function_expression)] @scope
[(do_clause) (let_statement) (for_statement) (while_statement) (comprehension_expression)] @scope
[(catch_clause) (quote_statement)] @scope
(parenthesized_expression (for_clause)) @scope
(argument_list (for_clause)) @scope
(assignment . [(call_expression) (where_expression) (typed_expression . [(call_expression) (where_expression)])]) @scope
((macrocall_expression (macro_identifier (identifier) @_tests)) @scope (#eq? @_tests "testset"))

(type_head (_ (parametrized_type_expression (curly_expression (identifier) @type_parameter))))
(type_head (_ (parametrized_type_expression
  (curly_expression (binary_expression . (identifier) @type_parameter . (operator) . (_) @type)))))
(type_head (parametrized_type_expression (curly_expression (identifier) @type_parameter)))
(type_head (parametrized_type_expression
  (curly_expression (binary_expression . (identifier) @type_parameter . (operator) . (_) @type))))
(where_expression . (_) . (identifier) @type_parameter)
(where_expression . (_) . (binary_expression . (identifier) @type_parameter . (operator) . (_) @type))
(where_expression . (_) . (curly_expression (identifier) @type_parameter))
(where_expression . (_) . (curly_expression
  (binary_expression . (identifier) @type_parameter . (operator) . (_) @type)))
(signature (call_expression (argument_list $parameters)))
(signature (typed_expression . (call_expression (argument_list $parameters))))
(signature (where_expression . (call_expression (argument_list $parameters))))
(signature (where_expression . (typed_expression . (call_expression (argument_list $parameters)))))
(assignment . (call_expression (argument_list $parameters)))
(assignment . (typed_expression . (call_expression (argument_list $parameters))))
(assignment . (where_expression . (call_expression (argument_list $parameters))))
(assignment . (where_expression . (typed_expression . (call_expression (argument_list $parameters)))))
(signature (argument_list $parameters))
(arrow_function_expression . (argument_list $parameters))
(do_clause (argument_list $parameters))
(arrow_function_expression . (identifier) @local)
(call_expression . (parenthesized_expression (typed_expression . (identifier) @local . (_) @type)))
(assignment . (identifier) @local . (operator) . (_) @value)
(assignment . (typed_expression . (identifier) @local . (_) @type))
(assignment . (open_tuple (identifier) @local))
(assignment . (open_tuple (splat_expression (identifier) @local)))
(assignment . (tuple_expression (identifier) @local))
(assignment . (tuple_expression (named_argument (identifier) @local)))
(let_binding . (identifier) @local . (operator) . (_) @value)
(let_statement (identifier) @local)
(for_binding . (identifier) @local (_) @value .) @each
(for_binding . (tuple_expression (identifier) @local))
(catch_clause . (identifier) @local)
(local_statement (identifier) @local)
(local_statement (open_tuple (identifier) @local))
(global_statement (identifier) @free)
(global_statement (assignment . (identifier) @free))
(function_definition (function_definition (signature) @local))

; tokens
(identifier) @reference
(macro_identifier) @reference
(macro_identifier) @call
(macro_identifier) @member
(field_expression value: (_) (identifier) @member)
(call_expression . (identifier) @call)
(call_expression . (field_expression value: (_) (identifier) @call))
(call_expression . (parametrized_type_expression . (identifier) @call))
(broadcast_call_expression . (identifier) @call)
(broadcast_call_expression . (field_expression value: (_) (identifier) @call))
(typed_expression (_) . (identifier) @type)
(typed_expression (_) . (parametrized_type_expression . (identifier) @type))
(unary_typed_expression (identifier) @type)
(unary_typed_expression (parametrized_type_expression . (identifier) @type))
(curly_expression (identifier) @type)
(type_head (binary_expression (_) . (operator) . (identifier) @inherit))
(type_head (binary_expression (_) . (operator) . (parametrized_type_expression . (identifier) @inherit)))
(macro_identifier (identifier) @skip)
(named_argument . (identifier) @skip)
(named_argument . (typed_expression . (identifier) @skip))
(named_field . (identifier) @skip)
(quote_expression (identifier) @skip)
(prefixed_string_literal prefix: (identifier) @skip)
((identifier) @skip (#any-of? @skip "new" "_" "nothing" "missing" "include"))
(export_statement) @skip_inside
(public_statement) @skip_inside
(using_statement) @skip_inside
(import_statement) @skip_inside
(line_comment) @comment
(block_comment) @comment
(string_literal (content) @string)
