(class_declaration
  name: (_) @name
  (inheritance_specifier inherits_from: (_) @bases)*
  body: (_) @body) @definition.class
(protocol_declaration
  name: (_) @name
  (inheritance_specifier inherits_from: (_) @bases)*
  body: (_) @body) @definition.interface
(typealias_declaration "typealias" . name: (type_identifier) @name "=" . name: (_)? @type) @definition.type
(associatedtype_declaration "associatedtype" . name: (type_identifier) @name) @definition.type
(class_declaration
  name: (type_identifier) @type
  body: (enum_class_body (enum_entry name: (simple_identifier) @name) @definition.constant))

(function_declaration "func" . name: (_) @name body: (_) @body) @definition.function
(function_declaration "func" . name: (_) @name "->" . (_) @type) @definition.function
(protocol_function_declaration "func" . name: (_) @name) @definition.function
(protocol_function_declaration "func" . name: (_) @name "->" . (_) @type) @definition.function
(init_declaration name: "init" @name body: (_)? @body) @definition.method
(deinit_declaration "deinit" @name body: (_)? @body) @definition.method
(subscript_declaration "subscript" @name (computed_property)? @body) @definition.method
(macro_declaration (simple_identifier) @name) @definition.macro

(source_file (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)
  (type_annotation (_) @type)?
  value: (_)? @value
  computed_value: (_)? @body) @definition.variable)
(class_body (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)
  (type_annotation (_) @type)?
  value: (_)? @value
  computed_value: (_)? @body) @definition.field)
(enum_class_body (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)
  (type_annotation (_) @type)?
  value: (_)? @value
  computed_value: (_)? @body) @definition.field)
(class_body (property_declaration
  name: (pattern (pattern (simple_identifier) @name))) @definition.field)
(protocol_property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)
  (type_annotation (_) @type)?) @definition.field

(import_declaration) @import

[(class_declaration) (protocol_declaration) (function_declaration) (protocol_function_declaration)] @scope
[(init_declaration) (deinit_declaration) (subscript_declaration) (lambda_literal) (computed_property)] @scope
[(computed_getter) (computed_setter) (willset_didset_block) (statements) (if_statement) (while_statement)] @scope
[(for_statement) (catch_block) (switch_entry) (typealias_declaration) (macro_declaration)] @scope

(type_parameter (type_identifier) @type_parameter name: (_)? @type)
(parameter name: (simple_identifier) @local
  name: [(user_type) (optional_type) (array_type) (dictionary_type) (opaque_type) (existential_type)]? @type)
(lambda_parameter name: (simple_identifier) @local
  name: [(user_type) (optional_type) (array_type) (dictionary_type) (opaque_type) (existential_type)]? @type)
(capture_list_item name: (simple_identifier) @local value: (_)? @value)
(computed_setter (simple_identifier) @local)
(willset_clause (simple_identifier) @local)
(didset_clause (simple_identifier) @local)
(statements (property_declaration
  name: (pattern bound_identifier: (simple_identifier) @local)
  (type_annotation (_) @type)?
  value: (_)? @value))
(statements (property_declaration name: (pattern (pattern (simple_identifier) @local))))
(statements (function_declaration name: (simple_identifier) @local))
(statements (class_declaration name: (type_identifier) @local))
(if_statement bound_identifier: (simple_identifier) @local . (_) @value)
(while_statement bound_identifier: (simple_identifier) @local . (_) @value)
(guard_statement bound_identifier: (simple_identifier) @local . (_) @value)
(if_statement (value_binding_pattern) (pattern (simple_identifier) @local))
(guard_statement (pattern (simple_identifier) @local))
(while_statement (value_binding_pattern) (pattern (simple_identifier) @local))
(for_statement item: (pattern bound_identifier: (simple_identifier) @local) @each collection: (_) @value)
(for_statement item: (pattern (pattern !bound_identifier (simple_identifier) @local) @part) @each collection: (_) @value)
(for_statement item: (pattern (pattern bound_identifier: (simple_identifier) @local)))
(pattern (pattern bound_identifier: (simple_identifier) @local))
(pattern (value_binding_pattern) (pattern (simple_identifier) @local))
(pattern (value_binding_pattern) (pattern (pattern (simple_identifier) @local)))
(pattern (value_binding_pattern) (pattern bound_identifier: (simple_identifier) @local) name: (_) @type)
(switch_pattern (pattern bound_identifier: (simple_identifier) @local))
(catch_block error: (pattern bound_identifier: (simple_identifier) @local))
(pattern (value_binding_pattern) bound_identifier: (simple_identifier) @local)
((simple_identifier) @local (#any-of? @local "$0" "$1" "$2" "$3" "newValue" "oldValue" "error"))

; tokens
(simple_identifier) @reference
(type_identifier) @reference
(navigation_suffix suffix: (simple_identifier) @member)
(prefix_expression operation: "." target: (simple_identifier) @member)
(pattern "." . (simple_identifier) @member)
(if_statement "." . (simple_identifier) @member)
(guard_statement "." . (simple_identifier) @member)
(user_type (type_identifier) @type)
(user_type (type_identifier) (type_identifier) @member)
(call_expression . (simple_identifier) @call . (call_suffix . [(lambda_literal) (value_arguments "(")]))
(call_expression
  . (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @call))
  . (call_suffix . [(lambda_literal) (value_arguments "(")]))
(call_expression . (prefix_expression operation: "." target: (simple_identifier) @call))
(constructor_expression constructed_type: (user_type (type_identifier) @call .))
(call_suffix !name (value_arguments) @arguments)
(constructor_suffix (value_arguments) @arguments)
(call_suffix !name (lambda_literal) @argument)
(attribute (user_type (type_identifier) @decorate))
((attribute (user_type (type_identifier) @skip)) (#any-of? @skip "Test" "Suite" "MainActor" "Sendable" "escaping"))
(inheritance_specifier inherits_from: (user_type (type_identifier) @inherit .))
(value_argument_label) @skip_inside
(parameter external_name: (simple_identifier) @skip)
(lambda_parameter external_name: (simple_identifier) @skip)
(tuple_expression name: (simple_identifier) @skip)
(tuple_type_item name: (simple_identifier) @skip)
(enum_type_parameters (simple_identifier) @skip)
(key_path_expression (simple_identifier) @skip)
(macro_invocation . (simple_identifier) @skip)
(call_suffix name: (simple_identifier) @skip)
(capture_list_item name: (simple_identifier) @skip)
(type_constraint (inheritance_constraint constrained_type: (identifier) @skip_inside))
(type_constraint (equality_constraint constrained_type: (identifier) @skip_inside))
(import_declaration) @skip_inside
(directive) @skip_inside
(operator_declaration) @skip_inside
(precedence_group_declaration) @skip_inside
(availability_condition) @skip_inside
((type_identifier) @skip (#eq? @skip "Self"))
((simple_identifier) @skip (#eq? @skip "_"))
(comment) @comment
(multiline_comment) @comment
(line_str_text) @string
(multi_line_str_text) @string
