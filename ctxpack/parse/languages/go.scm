(package_clause) @package
(import_spec) @import

(source_file (function_declaration
  name: (identifier) @name
  result: (_)? @type
  body: (_)? @body) @definition.function
  (#not-eq? @name "_"))

(source_file (method_declaration
  receiver: (parameter_list (parameter_declaration type: (_) @receiver))
  name: (field_identifier) @name
  result: (_)? @type
  body: (_)? @body) @definition.function)

(source_file (type_declaration (type_spec
  name: (type_identifier) @name
  type: (struct_type (field_declaration_list) @body)) @definition.struct))
(source_file (type_declaration (type_spec
  name: (type_identifier) @name
  type: (struct_type (field_declaration_list (field_declaration !name type: (_) @bases)) @body)) @definition.struct))

(source_file (type_declaration (type_spec
  name: (type_identifier) @name
  type: (interface_type "{" @body)) @definition.interface))
(source_file (type_declaration (type_spec
  name: (type_identifier) @name
  type: (interface_type
    "{" @body
    (type_elem . [(type_identifier) (qualified_type) (generic_type)] @bases .))) @definition.interface))

(source_file (type_declaration (type_spec
  name: (type_identifier) @name
  type: [(type_identifier) (qualified_type) (generic_type) (pointer_type) (array_type) (slice_type) (map_type)
    (channel_type) (parenthesized_type)] @bases) @definition.type))
(source_file (type_declaration (type_spec name: (type_identifier) @name type: (function_type)) @definition.type))
(source_file (type_declaration (type_alias name: (type_identifier) @name type: (_) @bases) @definition.type))
(source_file (type_declaration (type_alias
  name: (type_identifier) @name
  type: [(struct_type (field_declaration_list) @body) (interface_type "{" @body)]) @definition.type))

(source_file (type_declaration (type_spec type: (struct_type (field_declaration_list
  (field_declaration name: (field_identifier) @name type: (_) @type) @definition.field)))))
(source_file (type_declaration (type_spec type: (struct_type (field_declaration_list (field_declaration
  !name type: (type_identifier) @name @type) @definition.field)))))
(source_file (type_declaration (type_spec type: (struct_type (field_declaration_list (field_declaration
  !name type: [(qualified_type name: (type_identifier) @name) (generic_type type: (type_identifier) @name)] @type)
  @definition.field)))))
(source_file (type_declaration (type_spec type: (interface_type
  (method_elem name: (field_identifier) @name result: (_)? @type) @definition.method))))
(source_file (type_declaration (type_alias type: (struct_type (field_declaration_list
  (field_declaration name: (field_identifier) @name type: (_) @type) @definition.field)))))
(source_file (type_declaration (type_alias type: (interface_type
  (method_elem name: (field_identifier) @name result: (_)? @type) @definition.method))))

(source_file (const_declaration (const_spec (identifier) @name) @definition.constant) (#not-eq? @name "_"))
(source_file (const_declaration (const_spec (identifier) @name type: (_) @type) @definition.constant)
  (#not-eq? @name "_"))
(source_file (const_declaration (const_spec
  . name: (identifier) @name value: (expression_list . (_) @value)) @definition.constant) (#not-eq? @name "_"))

(source_file (var_declaration (var_spec name: (identifier) @name) @definition.variable) (#not-eq? @name "_"))
(source_file (var_declaration (var_spec name: (identifier) @name type: (_) @type) @definition.variable)
  (#not-eq? @name "_"))
(source_file (var_declaration (var_spec
  . name: (identifier) @name value: (expression_list . (_) @value)) @definition.variable) (#not-eq? @name "_"))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @definition.variable))
  (#not-eq? @name "_"))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name type: (_) @type) @definition.variable))
  (#not-eq? @name "_"))
(source_file (var_declaration (var_spec_list (var_spec
  . name: (identifier) @name value: (expression_list . (_) @value)) @definition.variable)) (#not-eq? @name "_"))

(source_file (type_declaration (type_spec type: (struct_type (field_declaration_list (field_declaration) @outline)))))
(source_file (type_declaration (type_spec type: (interface_type (type_elem) @outline))))

(source_file (type_declaration [(type_spec) (type_alias)] @scope))
[(function_declaration) (method_declaration) (func_literal) (block)
 (method_elem) (function_type) (if_statement) (for_statement) (expression_switch_statement) (type_switch_statement)
 (expression_case) (type_case) (default_case) (communication_case)] @scope

(type_parameter_declaration name: (identifier) @type_parameter type: (type_constraint . (_) @type .))
(type_parameter_declaration name: (identifier) @type_parameter type: (type_constraint (_) (_)))
(method_declaration receiver: (parameter_list (parameter_declaration
  type: [(generic_type type_arguments: (type_arguments (type_elem (type_identifier) @type_parameter)))
    (pointer_type (generic_type type_arguments: (type_arguments (type_elem (type_identifier) @type_parameter))))])))
(block (statement_list (type_declaration (type_spec name: (type_identifier) @type_parameter))))
(block (statement_list (type_declaration (type_alias name: (type_identifier) @type_parameter))))

(parameter_declaration name: (identifier) @local type: (_) @type)
(variadic_parameter_declaration name: (identifier) @local type: (_) @type)
(short_var_declaration left: (expression_list . (identifier) @local) right: (expression_list . (_) @value))
(short_var_declaration left: (expression_list "," . (identifier) @local) right: (expression_list . (_) .))
(short_var_declaration
  left: (expression_list "," . (identifier) @local) right: (expression_list . (call_expression) @value .))
(short_var_declaration left: (expression_list (_) . "," . (identifier) @local .) right: (expression_list (_) . "," . (_) @value .))
(short_var_declaration left: (expression_list (_) (_) "," . (identifier) @local) right: (expression_list (_) (_) (_)))
(short_var_declaration left: (expression_list "," . (identifier) @local . "," ) right: (expression_list (_) (_) (_)))
(range_clause left: (expression_list . (identifier) @local))
(range_clause left: (expression_list "," . (identifier) @local) right: (_) @value)
(receive_statement left: (expression_list (identifier) @local))
(type_switch_statement alias: (expression_list (identifier) @local))
(type_switch_statement alias: (expression_list (identifier) @local) (type_case "case" . type: (_) @type . ":") @within)
(var_spec name: (identifier) @local)
(var_spec name: (identifier) @local type: (_) @type)
(var_spec . name: (identifier) @local !type value: (expression_list . (_) @value))
(const_spec (identifier) @local)

; tokens
((identifier) @reference (#not-eq? @reference "_"))
(type_identifier) @reference
(type_identifier) @type
(package_identifier) @reference
(selector_expression field: (field_identifier) @member)
(qualified_type name: (type_identifier) @member)
(keyed_element key: (literal_element (identifier) @member))
(call_expression function: (identifier) @call)
(call_expression function: (selector_expression field: (field_identifier) @call))
(call_expression function: (parenthesized_expression (identifier) @call))
(type_conversion_expression type: (generic_type type: (type_identifier) @call))
(struct_type (field_declaration_list (field_declaration !name type: (type_identifier) @inherit)))
(struct_type (field_declaration_list (field_declaration !name type: (qualified_type name: (type_identifier) @inherit))))
(struct_type (field_declaration_list (field_declaration !name type: (generic_type type: (type_identifier) @inherit))))
(interface_type (type_elem . (type_identifier) @inherit .))
(interface_type (type_elem . (qualified_type name: (type_identifier) @inherit) .))
(import_spec) @skip_inside
(package_clause) @skip_inside
(field_declaration name: (field_identifier) @skip)
(comment) @comment
(interpreted_string_literal) @string
(raw_string_literal) @string
