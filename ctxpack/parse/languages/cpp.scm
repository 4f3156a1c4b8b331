(class_specifier name: (_) @name body: (_) @body) @definition.class
(class_specifier
  name: (_) @name
  (base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @bases)
  body: (_) @body) @definition.class
(struct_specifier
  name: (_) @name
  (base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @bases)
  body: (_) @body) @definition.struct
(namespace_definition name: (_) @name body: (_) @body) @definition.namespace
(alias_declaration name: (type_identifier) @name type: (_) @bases) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(declaration !type declarator: (_) @name) @definition.variable
(field_declaration !type declarator: (_) @name) @definition.field

(using_declaration) @import
(namespace_alias_definition) @import

[(lambda_expression) (for_range_loop) (catch_clause) (template_declaration) (if_statement) (while_statement)
 (switch_statement) (requires_expression)] @scope

(type_parameter_declaration (type_identifier) @type_parameter)
(optional_type_parameter_declaration name: (type_identifier) @type_parameter)
(variadic_type_parameter_declaration (type_identifier) @type_parameter)
(template_template_parameter_declaration (type_parameter_declaration (type_identifier) @type_parameter))
(optional_parameter_declaration type: (_) @type declarator: (_) @local)
(variadic_parameter_declaration declarator: (_) @local)
(for_range_loop type: (_) @type declarator: (_) @local)
(structured_binding_declarator (identifier) @local)
(lambda_capture_initializer left: (identifier) @local)

; tokens
(namespace_identifier) @reference
(namespace_identifier) @type
(qualified_identifier name: (identifier) @member)
(qualified_identifier name: (type_identifier) @member)
(qualified_identifier name: (template_function name: (identifier) @member))
(qualified_identifier name: (template_type name: (type_identifier) @member))
(qualified_identifier name: (qualified_identifier scope: (namespace_identifier) @member))
(field_expression field: (template_method name: (field_identifier) @member))
(field_initializer (field_identifier) @reference)
(call_expression function: (qualified_identifier name: (identifier) @call))
(call_expression function: (qualified_identifier name: (qualified_identifier name: (identifier) @call)))
(call_expression function: (template_function name: (identifier) @call))
(call_expression function: (qualified_identifier name: (template_function name: (identifier) @call)))
(call_expression function: (field_expression field: (template_method name: (field_identifier) @call)))
(argument_list) @arguments
(base_class_clause (type_identifier) @inherit)
(base_class_clause (template_type name: (type_identifier) @inherit))
(base_class_clause (qualified_identifier name: (type_identifier) @inherit))
(using_declaration) @skip_inside
(nested_namespace_specifier) @skip_inside
(namespace_alias_definition) @skip_inside
(attribute_declaration) @skip_inside
(destructor_name (identifier) @skip)
(raw_string_literal) @string
