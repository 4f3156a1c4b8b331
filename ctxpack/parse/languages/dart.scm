(class_definition
  name: (identifier) @name
  superclass: (superclass (type_identifier)? @bases (mixins (type_identifier) @bases)?)?
  interfaces: (interfaces (type_identifier) @bases)?
  body: (_) @body) @definition.class
(class_definition (mixin_application_class
  (identifier) @name
  (mixin_application (type_identifier) @bases (mixins (type_identifier) @bases)?))) @definition.class
(mixin_declaration
  (identifier) @name
  (type_identifier)? @bases
  (interfaces (type_identifier) @bases)?
  (class_body) @body) @definition.class
(enum_declaration
  name: (identifier) @name
  (mixins (type_identifier) @bases)?
  (interfaces (type_identifier) @bases)?
  body: (_) @body) @definition.enum
(extension_declaration name: (identifier) @name class: (type_identifier) @bases body: (_) @body) @definition.class
(extension_declaration !name class: (type_identifier) @name body: (_) @body) @definition.impl
(extension_type_declaration
  name: (identifier) @name
  interfaces: (interfaces (type_identifier) @bases)?
  body: (_) @body) @definition.class
(representation_declaration type: (type_identifier) @value name: (identifier) @name) @definition.field
(type_alias . (type_identifier) @name . (type_parameters)? . "=" . (type_identifier)? @type) @definition.type
(type_alias (type_identifier) @name . (type_parameters)? . (formal_parameter_list)) @definition.type
(enum_declaration name: (identifier) @type body: (enum_body (enum_constant name: (identifier) @name)
  @definition.constant))

(function_signature (type_identifier) @value name: (identifier) @name) @definition.function
(function_signature name: (identifier) @name) @definition.function
(class_body (_ (getter_signature (type_identifier)? @value name: (identifier) @name) @definition.field))
(extension_body (_ (getter_signature (type_identifier)? @value name: (identifier) @name) @definition.field))
(enum_body (_ (getter_signature (type_identifier)? @value name: (identifier) @name) @definition.field))
(program (getter_signature (type_identifier)? @value name: (identifier) @name) @definition.variable)
(class_body (_ (setter_signature name: (identifier) @name) @definition.field))
(extension_body (_ (setter_signature name: (identifier) @name) @definition.field))
(program (setter_signature name: (identifier) @name) @definition.variable)
(constructor_signature name: (identifier) @name .
  parameters: (_) (initializers)? @body) @definition.method
(constructor_signature . name: (identifier) @type . name: "." . name: (identifier) @name) @definition.method
(constant_constructor_signature . (const_builtin) . (identifier) @name . (formal_parameter_list)
  (initializers)? @body) @definition.method
(constant_constructor_signature . (const_builtin) . (identifier) @type . (identifier) @name . (formal_parameter_list)
  (initializers)? @body) @definition.method
(factory_constructor_signature (identifier) @type . (identifier) @name) @definition.method
(factory_constructor_signature "factory" . (identifier) @name . (formal_parameter_list)) @definition.method
(redirecting_factory_constructor_signature . (const_builtin)? . (identifier) @type . (identifier) @name)
  @definition.method

(declaration (type_identifier) @value
  (initialized_identifier_list (initialized_identifier . (identifier) @name))) @definition.field
(declaration (type_identifier) @value
  (static_final_declaration_list (static_final_declaration . (identifier) @name))) @definition.field
(declaration [(inferred_type) (final_builtin) (const_builtin)] .
  (initialized_identifier_list (initialized_identifier . (identifier) @name (_)? @value .))) @definition.field
(declaration [(final_builtin) (const_builtin)] .
  (static_final_declaration_list (static_final_declaration . (identifier) @name (_)? @value .))) @definition.field
(declaration (initialized_identifier_list (initialized_identifier . (identifier) @name))) @definition.field
(program [(inferred_type) (final_builtin)] .
  (initialized_identifier_list (initialized_identifier . (identifier) @name (_)? @value .)) @definition.variable)
(program [(final_builtin) (const_builtin)] .
  (static_final_declaration_list (static_final_declaration . (identifier) @name (_)? @value .)) @definition.constant)
(program (type_identifier) @value . (type_arguments)? . (nullable_type)? .
  (initialized_identifier_list (initialized_identifier . (identifier) @name)) @definition.variable)
(program (type_identifier) @value . (type_arguments)? . (nullable_type)? .
  (static_final_declaration_list (static_final_declaration . (identifier) @name)) @definition.constant)
(program (initialized_identifier_list (initialized_identifier . (identifier) @name)) @definition.variable)

(import_or_export) @import
(part_directive) @import
(part_of_directive) @import
(library_name (dotted_identifier_list) @package)

[(class_definition) (mixin_declaration) (extension_declaration) (extension_type_declaration) (type_alias)] @scope
[(method_signature) (declaration) (lambda_expression) (function_expression) (block) (for_statement)] @scope
[(for_element) (catch_clause) (switch_statement_case) (switch_expression_case) (if_statement) (if_element)] @scope
(program (function_signature) @scope)
(program (setter_signature) @scope)

(type_parameter (type_identifier) @type_parameter (type_bound (type_identifier) @type)?)
(formal_parameter (type_identifier) @value name: (identifier) @local)
(formal_parameter name: (identifier) @local)
(formal_parameter . (identifier) @local .)
(formal_parameter (super_formal_parameter (identifier) @local))
(initialized_variable_definition (type_identifier) @value name: (identifier) @local)
(initialized_variable_definition (type_identifier) @value (initialized_identifier . (identifier) @local))
(initialized_variable_definition [(inferred_type) (final_builtin) (const_builtin)] . (identifier) @local
  (_) @value .)
(initialized_variable_definition name: (identifier) @local)
(initialized_variable_definition (initialized_identifier . (identifier) @local))
(for_loop_parts (type_identifier) @value name: (identifier) @local)
(for_loop_parts [(inferred_type) (final_builtin)] . (identifier) @local (_) @value .) @each
(for_loop_parts name: (identifier) @local)
((_) @value . (selector (unconditional_assignable_selector (identifier) @_method)) .
  (selector (argument_part (arguments . (argument (function_expression
    parameters: (formal_parameter_list . (formal_parameter . (identifier) @local .) @each .))))))
  (#any-of? @_method "forEach" "map" "where" "any" "every" "expand" "firstWhere" "lastWhere" "singleWhere" "indexWhere"
    "removeWhere" "retainWhere" "takeWhile" "skipWhile" "listen"))
(try_statement (type_identifier) @type . (catch_clause (catch_parameters . (identifier) @local)))
(catch_parameters (identifier) @local)
(if_statement (type_test_expression . (identifier) @narrowed . (type_test . (is_operator) . (type_identifier) @type .)))
(variable_pattern (type_identifier) @type . (identifier) @local)
(variable_pattern (identifier) @local .)
(pattern_variable_declaration (_ (constant_pattern . (identifier) @local .)))
(for_loop_parts (record_pattern (constant_pattern . (identifier) @local .)))
(local_function_declaration (lambda_expression parameters: (function_signature name: (identifier) @local @hoisted)))
(labeled_statement . (identifier) @local)

; tokens
(identifier) @reference
(identifier_dollar_escaped) @reference
(type_identifier) @reference
(type_identifier) @type
(unconditional_assignable_selector (identifier) @member)
(conditional_assignable_selector (identifier) @member)
(cascade_selector (identifier) @member)
((type_identifier) . "." . (type_identifier) @member)
(const_object_expression (type_identifier) . (identifier) @member @call)
(new_expression (type_identifier) . (identifier) @member @call)
(qualified (type_identifier) . (identifier) @member)
((identifier) @call . (selector (argument_part)))
((selector (unconditional_assignable_selector (identifier) @call)) . (selector (argument_part)))
((selector (conditional_assignable_selector (identifier) @call)) . (selector (argument_part)))
((super) . (unconditional_assignable_selector (identifier) @call) . (selector (argument_part)))
(cascade_section (cascade_selector (identifier) @call) . (argument_part))
(const_object_expression (type_identifier) @call . (arguments))
(new_expression (type_identifier) @call . (arguments))
((super) . (identifier) @member @call)
(annotation name: (identifier) @decorate)
(superclass (type_identifier) @inherit)
(mixins (type_identifier) @inherit)
(interfaces (type_identifier) @inherit)
(constructor_signature . name: (identifier) @skip)
(constant_constructor_signature . (const_builtin) . (identifier) @skip)
(factory_constructor_signature (identifier) @skip)
(redirecting_factory_constructor_signature (identifier) @skip)
(constructor_param (identifier) @skip)
(field_initializer . (identifier) @skip)
(object_pattern (identifier) @skip)
(typed_identifier (identifier) @skip)
(record_type_field (identifier) @skip)
(label) @skip_inside
((identifier) @skip (#any-of? @skip "override" "_"))
(symbol_literal) @skip_inside
(import_or_export) @skip_inside
(part_directive) @skip_inside
(part_of_directive) @skip_inside
(library_name) @skip_inside
(comment) @comment
(documentation_comment) @comment
(string_literal) @string
