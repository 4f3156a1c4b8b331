(function_declaration name: (identifier) @name body: (_) @body) @definition.function
(generator_function_declaration name: (identifier) @name body: (_) @body) @definition.function
(class_declaration name: (identifier) @name (class_heritage)? @bases body: (_) @body) @definition.class

(class_body member: (method_definition
  name: [(property_identifier) (private_property_identifier) (string)] @name body: (_) @body) @definition.function)
(class_body member: (field_definition
  property: [(property_identifier) (private_property_identifier) (string)] @name
  value: (_)? @value) @definition.field)
(class_body member: (field_definition
  property: [(property_identifier) (private_property_identifier)] @name
  value: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function)
((assignment_expression
  left: (member_expression object: (this) property: [(property_identifier) (private_property_identifier)] @name)
  right: (_) @value) @definition.field)

(variable_declarator name: (identifier) @name value: (_)? @value) @definition.variable
(variable_declarator name: (identifier) @name
  value: [(function_expression body: (_) @body) (generator_function body: (_) @body) (arrow_function body: (_) @body)]
  ) @definition.function

(formal_parameters (identifier) @local)
(call_expression function: (member_expression)
  arguments: (arguments . (arrow_function parameters: (formal_parameters . (identifier) @local))) @value @part)
(variable_declarator name: (identifier) @local value: (_)? @value)

; tokens
(class_heritage (identifier) @inherit)
(class_heritage (member_expression property: (_) @inherit))
