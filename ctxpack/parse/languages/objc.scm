(class_interface . (identifier) @name superclass: (_) @bases) @definition.class
(class_interface . (identifier) @name !category !superclass (parameterized_arguments) @bases) @definition.class
(class_interface . (identifier) @name superclass: (_) (parameterized_arguments) @bases) @definition.class
(class_interface . (identifier) @name !superclass) @definition.impl
(class_interface . (identifier) @name superclass: (_)
  [(method_declaration) (property_declaration) (instance_variables)] @body) @definition.class
(class_interface . (identifier) @name !superclass
  [(method_declaration) (property_declaration) (instance_variables)] @body) @definition.impl
(class_implementation . (identifier) @name) @definition.impl
(class_implementation . (identifier) @name (implementation_definition) @body) @definition.impl
(protocol_declaration . (identifier) @name) @definition.interface
(protocol_declaration . (identifier) @name (protocol_reference_list) @bases) @definition.interface
(method_declaration (method_type) @type . (identifier) @name) @definition.function
(method_definition (method_type) @type . (identifier) @name (compound_statement)? @body) @definition.function
(property_declaration (struct_declaration . (_) @type (struct_declarator) @name)) @definition.field
(instance_variable (struct_declaration . (_) @type (struct_declarator) @name) @definition.field)

[(method_definition) (block_literal)] @scope

(method_parameter (method_type) @type (identifier) @local)
(for_statement type: (_) @type (pointer_declarator declarator: (identifier) @local))
(for_statement type: (_) . (identifier) @local)
(catch_clause (type_name (type_identifier) @type (pointer_declarator declarator: (identifier) @local)))
(parameterized_arguments (type_name (type_identifier) @_t))

; tokens
(message_expression) @told
((identifier) @told (#match? @told "^_[a-z]"))
((identifier) @skip (#match? @skip "^(_[a-z].*|self|super|nil|Nil|YES|NO|NULL|_cmd|NSLog|__func__)$"))
(message_expression method: (identifier) @skip)
(method_definition (identifier) @skip)
(method_declaration (identifier) @skip)
(property_attributes_declaration) @skip_inside
(module_import) @skip_inside
(class_declaration) @skip_inside
(property_implementation) @skip_inside
(class_implementation (identifier) @skip)
(class_interface category: (identifier) @skip)
(class_interface superclass: (identifier) @reference @inherit)
(protocol_reference_list (identifier) @reference @inherit)
