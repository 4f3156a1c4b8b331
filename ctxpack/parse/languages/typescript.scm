(function_declaration name: (identifier) @name return_type: (type_annotation (_) @type)? body: (_) @body)
  @definition.function
(generator_function_declaration name: (identifier) @name return_type: (type_annotation (_) @type)? body: (_) @body)
  @definition.function
(function_signature name: (identifier) @name return_type: (type_annotation (_) @type)?) @definition.function
(class_declaration name: (type_identifier) @name (class_heritage)? @bases body: (_) @body) @definition.class
(abstract_class_declaration name: (type_identifier) @name (class_heritage)? @bases body: (_) @body) @definition.class
(interface_declaration name: (type_identifier) @name (extends_type_clause)? @bases body: (_) @body)
  @definition.interface
(type_alias_declaration name: (type_identifier) @name value: (_) @bases) @definition.type
(type_alias_declaration name: (type_identifier) @name value: (object_type) @body) @definition.type
(type_alias_declaration name: (type_identifier) @name
  value: [(function_type) (array_type) (tuple_type) (union_type) (generic_type)] @type) @definition.type
(interface_declaration name: (type_identifier) @name body: (interface_body . (call_signature) @type))
  @definition.interface
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(internal_module name: [(identifier) (nested_identifier)] @name body: (_) @body) @definition.namespace
(module name: [(identifier) (nested_identifier) (string)] @name body: (_) @body) @definition.namespace
(import_alias) @import

(method_definition
  name: [(property_identifier) (private_property_identifier) (string)] @name
  return_type: (type_annotation (_) @type)? body: (_) @body) @definition.function
(method_signature
  name: [(property_identifier) (private_property_identifier) (string)] @name
  return_type: (type_annotation (_) @type)?) @definition.function
(abstract_method_signature
  name: [(property_identifier) (private_property_identifier) (string)] @name
  return_type: (type_annotation (_) @type)?) @definition.function
(public_field_definition
  name: [(property_identifier) (private_property_identifier) (string)] @name
  type: (type_annotation (_) @type)? value: (_)? @value) @definition.field
(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @name
  value: [(function_expression return_type: (type_annotation (_) @type)? body: (_) @body)
          (arrow_function return_type: (type_annotation (_) @type)? body: (_) @body)]) @definition.function
(property_signature
  name: [(property_identifier) (string)] @name
  type: (type_annotation (_) @type)?) @definition.field
(required_parameter (accessibility_modifier)
  pattern: (identifier) @name type: (type_annotation (_) @type)?) @definition.field
(required_parameter "readonly"
  pattern: (identifier) @name type: (type_annotation (_) @type)?) @definition.field
(optional_parameter (accessibility_modifier)
  pattern: (identifier) @name type: (type_annotation (_) @type)?) @definition.field
(enum_body name: [(property_identifier) (string)] @name @definition.field)
(enum_assignment name: [(property_identifier) (string)] @name) @definition.field

(variable_declarator
  name: (identifier) @name type: (type_annotation (_) @type)? value: (_)? @value) @definition.variable
(variable_declarator name: (identifier) @name
  value: [(function_expression return_type: (type_annotation (_) @type)? body: (_) @body)
          (generator_function return_type: (type_annotation (_) @type)? body: (_) @body)
          (arrow_function return_type: (type_annotation (_) @type)? body: (_) @body)]) @definition.function
(variable_declarator name: (identifier) @name type: (type_annotation (function_type return_type: (_) @type))
  value: [(function_expression !return_type body: (_) @body) (arrow_function !return_type body: (_) @body)])
  @definition.function

[(function_signature) (method_signature) (abstract_method_signature) (call_signature) (construct_signature)
 (function_type) (constructor_type) (interface_declaration) (type_alias_declaration) (abstract_class_declaration)
 (index_signature) (conditional_type)] @scope
(type_parameter name: (type_identifier) @type_parameter constraint: (constraint (_) @type)?)
(mapped_type_clause name: (type_identifier) @type_parameter)
(infer_type . (type_identifier) @type_parameter)

(abstract_class_declaration name: (_) @local @own)
(interface_declaration name: (_) @local @own)
(type_alias_declaration name: (_) @local @own)
(enum_declaration name: (_) @local @own)
(required_parameter pattern: (identifier) @local type: (type_annotation (_) @type)? value: (_)? @value)
(optional_parameter pattern: (identifier) @local type: (type_annotation (_) @type)?)
(arrow_function parameters: (formal_parameters (required_parameter pattern: (identifier) @local !type !value) @value))
(function_expression
  parameters: (formal_parameters (required_parameter pattern: (identifier) @local !type !value) @value))
(required_parameter pattern: (object_pattern (shorthand_property_identifier_pattern) @local @value) type: (_))
(required_parameter pattern: (object_pattern (pair_pattern value: (identifier) @local) @value) type: (_))
(variable_declarator name: (identifier) @local type: (type_annotation (_) @type)? value: (_)? @value)
(call_expression function: (member_expression) arguments: (arguments . (arrow_function
  parameters: (formal_parameters . (required_parameter pattern: (identifier) @local !type !value)))) @value @part)
(call_expression function: (member_expression) arguments: (arguments . (arrow_function parameters: (formal_parameters .
  (required_parameter pattern: (_ [(identifier) (shorthand_property_identifier_pattern)] @local) !type !value))))
  @value @part)

; Objects that stand for enumerations.
(variable_declarator name: (identifier) @name value: (as_expression (object) @body "const")) @definition.object
(variable_declarator value: (as_expression
  (object (pair key: (property_identifier) @name value: (_) @value) @definition.field) "const"))

; tokens
(type_identifier) @reference
(type_identifier) @type
(nested_type_identifier name: (type_identifier) @member)
(nested_identifier property: (property_identifier) @member)
(import_alias) @skip_inside
(required_parameter pattern: (object_pattern (shorthand_property_identifier_pattern) @member) type: (_))
(required_parameter pattern: (object_pattern (pair_pattern key: (property_identifier) @member)) type: (_))
(extends_clause value: (identifier) @inherit)
(extends_clause value: (member_expression property: (_) @inherit))
(implements_clause (type_identifier) @inherit)
(implements_clause (generic_type name: (type_identifier) @inherit))
(implements_clause (generic_type name: (nested_type_identifier name: (_) @inherit)))
(implements_clause (nested_type_identifier name: (_) @inherit))
(extends_type_clause type: (type_identifier) @inherit)
(extends_type_clause type: (generic_type name: (type_identifier) @inherit))
(extends_type_clause type: (nested_type_identifier name: (_) @inherit))
(extends_type_clause type: (generic_type name: (nested_type_identifier name: (_) @inherit)))
(index_signature name: (identifier) @skip)
(tuple_type (required_parameter name: (identifier) @skip))
(tuple_type (optional_parameter name: (identifier) @skip))
(variable_declarator type: (_) value: [(object) (array (object))]) @told
(public_field_definition type: (_) value: [(object) (array (object))]) @told
(required_parameter type: (_) value: (object)) @told
(as_expression (object)) @told
(satisfies_expression (object)) @told
(return_statement (object)) @told
(arrow_function return_type: (_) body: (parenthesized_expression (object))) @told
