(class_definition
  name: (_) @name
  extend: (extends_clause (_)+ @bases)?
  body: (_)? @body) @definition.class
(object_definition
  name: (_) @name
  extend: (extends_clause (_)+ @bases)?
  body: (_)? @body) @definition.object
(package_object
  name: (_) @name
  extend: (extends_clause (_)+ @bases)?
  body: (_)? @body) @definition.object
(trait_definition
  name: (_) @name
  extend: (extends_clause (_)+ @bases)?
  body: (_)? @body) @definition.trait
(enum_definition
  name: (_) @name
  extend: (extends_clause (_)+ @bases)?
  body: (_) @body) @definition.enum
(instance_expression
  . [(type_identifier) (generic_type) (stable_type_identifier)] @bases
  (template_body) @name @body) @definition.class
(enum_definition name: (_) @type body: (enum_body (enum_case_definitions
  [(simple_enum_case name: (_) @name) (full_enum_case name: (_) @name)] @definition.constant)))
(given_definition name: (_) @name return_type: (_)? @type body: (_)? @body) @definition.object
(type_definition name: (_) @name) @definition.type

(function_definition name: (_) @name return_type: (_)? @type body: (_) @body) @definition.function
(function_declaration name: (_) @name return_type: (_)? @type) @definition.function

(template_body (val_definition pattern: (identifier) @name type: (_)? @type value: (_)? @value) @definition.field)
(template_body (var_definition pattern: (identifier) @name type: (_)? @type value: (_)? @value) @definition.field)
(template_body (val_definition pattern: (identifiers (identifier) @name) type: (_)? @type) @definition.field)
(template_body (val_definition pattern: (tuple_pattern (identifier) @name)) @definition.field)
(template_body (val_declaration name: (identifier) @name type: (_) @type) @definition.field)
(template_body (var_declaration name: (identifier) @name type: (_) @type) @definition.field)
(compilation_unit (val_definition pattern: (identifier) @name type: (_)? @type value: (_)? @value) @definition.variable)
(compilation_unit (var_definition pattern: (identifier) @name type: (_)? @type value: (_)? @value) @definition.variable)
(class_parameter name: (identifier) @name type: (_) @type) @definition.field

(import_declaration) @import
(package_clause name: (package_identifier) @package)

[(class_definition) (trait_definition) (function_definition) (function_declaration) (lambda_expression)] @scope
[(block) (indented_block) (case_clause) (for_expression) (extension_definition)] @scope

(type_parameters name: (_) @type_parameter)
(parameter name: (identifier) @local type: (_)? @type)
(binding name: (identifier) @local type: (_)? @type)
(lambda_expression parameters: (identifier) @local)
(block (val_definition pattern: (identifier) @local type: (_)? @type value: (_)? @value))
(block (var_definition pattern: (identifier) @local type: (_)? @type value: (_)? @value))
(indented_block (val_definition pattern: (identifier) @local type: (_)? @type value: (_)? @value))
(indented_block (var_definition pattern: (identifier) @local type: (_)? @type value: (_)? @value))
(enumerator . (identifier) @local)
(tuple_pattern (identifier) @local)
(case_clause pattern: (identifier) @local (#match? @local "^[a-z_]"))
((case_class_pattern (identifier) @local) (#match? @local "^[a-z_]"))
(typed_pattern pattern: (identifier) @local type: (_) @type)
(capture_pattern name: (identifier) @local)
((infix_pattern (identifier) @local) (#match? @local "^[a-z_]"))
(block (function_definition name: (identifier) @local))
(indented_block (function_definition name: (identifier) @local))

; tokens
(identifier) @reference
(type_identifier) @reference @type
(field_expression field: (identifier) @member)
(infix_expression operator: (identifier) @member @call)
(stable_type_identifier (_) (type_identifier) @member)
(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (identifier) @call))
(call_expression function: (generic_function function: (identifier) @call))
(call_expression function: (generic_function function: (field_expression field: (identifier) @call)))
(instance_expression . (type_identifier) @call)
(instance_expression . (generic_type . (type_identifier) @call))
(arguments) @arguments
(call_expression arguments: [(block) (case_block)] @argument)
(annotation name: (type_identifier) @decorate)
(extends_clause (type_identifier) @inherit)
(extends_clause (generic_type . (type_identifier) @inherit))
(extends_clause (stable_type_identifier (_) (type_identifier) @inherit))
(arguments (assignment_expression left: (identifier) @skip))
((identifier) @skip (#any-of? @skip "this" "super"))
(import_declaration) @skip_inside
(package_clause name: (_) @skip_inside)
(comment) @comment
(block_comment) @comment
(string) @string
