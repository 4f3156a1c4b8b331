(class_declaration
  name: (identifier) @name
  superclass: (superclass (_) @bases)?
  interfaces: (super_interfaces (type_list (_)+ @bases))?
  body: (_) @body) @definition.class
(interface_declaration
  name: (identifier) @name
  (extends_interfaces (type_list (_)+ @bases))?
  body: (_) @body) @definition.interface
(annotation_type_declaration name: (identifier) @name body: (_) @body) @definition.interface
(enum_declaration
  name: (identifier) @name
  interfaces: (super_interfaces (type_list (_)+ @bases))?
  body: (_) @body) @definition.enum
(record_declaration
  name: (identifier) @name
  interfaces: (super_interfaces (type_list (_)+ @bases))?
  body: (_) @body) @definition.class
(object_creation_expression type: (_) @bases (class_body) @name @body) @definition.class

(method_declaration type: (_) @type name: (identifier) @name body: (_)? @body) @definition.method
(constructor_declaration name: (identifier) @name body: (_) @body) @definition.method
(compact_constructor_declaration name: (identifier) @name body: (_) @body) @definition.method
(annotation_type_element_declaration type: (_) @type name: (identifier) @name) @definition.method

(field_declaration
  type: (_) @type
  declarator: (variable_declarator name: (identifier) @name value: (_)? @value)) @definition.field
(constant_declaration
  type: (_) @type
  declarator: (variable_declarator name: (identifier) @name value: (_)? @value)) @definition.field
(record_declaration
  parameters: (formal_parameters (formal_parameter type: (_) @type name: (identifier) @name) @definition.field))
(enum_declaration
  name: (identifier) @type
  body: (enum_body (enum_constant name: (identifier) @name body: (_)? @body) @definition.constant))

(import_declaration) @import
(package_declaration [(identifier) (scoped_identifier)] @package)

[(class_declaration) (interface_declaration) (enum_declaration) (record_declaration)] @scope
[(method_declaration) (constructor_declaration) (compact_constructor_declaration) (lambda_expression)] @scope
[(block) (constructor_body) (static_initializer) (switch_block_statement_group) (switch_rule)] @scope
[(for_statement) (enhanced_for_statement) (catch_clause) (try_with_resources_statement)] @scope

(type_parameter (type_identifier) @type_parameter)
(type_parameter (type_identifier) @type_parameter (type_bound . (_) @type))

(method_declaration parameters: (formal_parameters
  (formal_parameter type: (_) @type name: (identifier) @local)))
(constructor_declaration parameters: (formal_parameters
  (formal_parameter type: (_) @type name: (identifier) @local)))
(lambda_expression parameters: (formal_parameters
  (formal_parameter type: (_) @type name: (identifier) @local)))
(spread_parameter (variable_declarator name: (identifier) @local))
(catch_formal_parameter (catch_type . (_) @type .) name: (identifier) @local)
(catch_formal_parameter (catch_type (_) (_)) name: (identifier) @local)
(local_variable_declaration
  type: (_) @type
  declarator: (variable_declarator name: (identifier) @local value: (_)? @value))
(enhanced_for_statement type: (_) @type name: (identifier) @local)
((enhanced_for_statement type: (type_identifier) @_var name: (identifier) @local value: (_) @value @each)
  (#eq? @_var "var"))
((method_invocation object: (_) @value name: (identifier) @_method
  arguments: (argument_list . (lambda_expression parameters: (identifier) @local @each)))
  (#any-of? @_method "forEach" "map" "mapToInt" "mapToLong" "mapToDouble" "mapToObj" "filter" "anyMatch" "allMatch"
    "noneMatch" "flatMap" "peek" "removeIf" "ifPresent" "ifPresentOrElse" "takeWhile" "dropWhile" "thenAccept"
    "thenApply" "thenCompose" "forEachRemaining" "forEachOrdered" "replaceAll"))
(resource type: (_) @type name: (identifier) @local value: (_) @value)
(inferred_parameters (identifier) @local)
(lambda_expression parameters: (identifier) @local)
(instanceof_expression right: (_) @type name: (identifier) @local)
(type_pattern (_) @type (identifier) @local)
(record_pattern_component (_) @type (identifier) @local)
(block (class_declaration name: (identifier) @local))
(block (interface_declaration name: (identifier) @local))
(block (enum_declaration name: (identifier) @local))
(block (record_declaration name: (identifier) @local))
(constructor_body (class_declaration name: (identifier) @local))

; tokens
(identifier) @reference
(type_identifier) @reference @type
((type_identifier) @skip (#eq? @skip "var"))
(field_access field: (identifier) @member)
(method_invocation name: (identifier) @member @call)
(method_reference (_) (identifier) @member @call)
(scoped_type_identifier (_) (type_identifier) @member)
(scoped_identifier name: (identifier) @member)
(element_value_pair key: (identifier) @member)
(switch_label (identifier) @skip)
(switch_label (identifier)) @told
(object_creation_expression type: (type_identifier) @call)
(object_creation_expression type: (generic_type . (type_identifier) @call))
(object_creation_expression type: (scoped_type_identifier (_) (type_identifier) @call))
(argument_list) @arguments
(marker_annotation name: (identifier) @decorate)
(annotation name: (identifier) @decorate)
(superclass (type_identifier) @inherit)
(superclass (generic_type . (type_identifier) @inherit))
(superclass (scoped_type_identifier (_) (type_identifier) @inherit))
(superclass (generic_type (scoped_type_identifier (_) (type_identifier) @inherit)))
(super_interfaces (type_list (type_identifier) @inherit))
(super_interfaces (type_list (generic_type . (type_identifier) @inherit)))
(super_interfaces (type_list (scoped_type_identifier (_) (type_identifier) @inherit)))
(super_interfaces (type_list (generic_type (scoped_type_identifier (_) (type_identifier) @inherit))))
(extends_interfaces (type_list (type_identifier) @inherit))
(extends_interfaces (type_list (generic_type . (type_identifier) @inherit)))
(extends_interfaces (type_list (scoped_type_identifier (_) (type_identifier) @inherit)))
(extends_interfaces (type_list (generic_type (scoped_type_identifier (_) (type_identifier) @inherit))))
(labeled_statement . (identifier) @skip)
(break_statement (identifier) @skip)
(continue_statement (identifier) @skip)
(import_declaration) @skip_inside
(package_declaration) @skip_inside
(line_comment) @comment
(block_comment) @comment
(string_literal) @string
