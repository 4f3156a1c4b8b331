(class_declaration
  name: (name) @name
  (base_clause (_)+ @bases)?
  (class_interface_clause (_)+ @bases)?
  body: (_) @body) @definition.class
(class_declaration
  name: (name) @name
  body: (declaration_list (use_declaration [(name) (qualified_name)] @bases)) @body) @definition.class
(object_creation_expression (anonymous_class
  (base_clause (_)+ @bases)?
  (class_interface_clause (_)+ @bases)?
  body: (_) @name @body) @definition.class)
(interface_declaration
  name: (name) @name
  (base_clause (_)+ @bases)?
  body: (_) @body) @definition.interface
(trait_declaration name: (name) @name body: (_) @body) @definition.trait
(trait_declaration
  name: (name) @name
  body: (declaration_list (use_declaration [(name) (qualified_name)] @bases)) @body) @definition.trait
(enum_declaration
  name: (name) @name
  (class_interface_clause (_)+ @bases)?
  body: (_) @body) @definition.enum
(enum_declaration name: (name) @type body: (enum_declaration_list (enum_case name: (name) @name) @definition.constant))

(function_definition name: (name) @name return_type: (_)? @type body: (_) @body) @definition.function
(method_declaration name: (name) @name return_type: (_)? @type body: (_)? @body) @definition.method
(property_declaration
  type: (_)? @type
  (property_element name: (variable_name (name) @name) default_value: (_)? @value)) @definition.field
(property_promotion_parameter type: (_)? @type name: (variable_name (name) @name)) @definition.field
(const_declaration (const_element . (name) @name . (_)? @value)) @definition.constant
((function_call_expression
  function: (name) @_define
  arguments: (arguments . (argument (string (string_content) @name)))) @definition.constant
  (#eq? @_define "define"))

(namespace_use_declaration) @import
[(require_expression) (require_once_expression) (include_expression) (include_once_expression)] @import
(namespace_definition name: (_) @package)
(namespace_definition name: (_) @name body: (_) @body) @definition.namespace

[(function_definition) (method_declaration) (anonymous_function) (arrow_function)] @scope

(simple_parameter type: (_)? @type name: (variable_name) @local)
(variadic_parameter name: (variable_name) @local)
(property_promotion_parameter type: (_)? @type name: (variable_name) @local)
(assignment_expression left: (variable_name) @local right: (_) @value)
(assignment_expression left: (list_literal (variable_name) @local))
(foreach_statement (_) (variable_name) @local)
(foreach_statement (pair (_) (variable_name) @local))
(catch_clause type: (type_list . (_) @type .) name: (variable_name) @local)
(static_variable_declaration name: (variable_name) @local value: (_)? @value)

; tokens
[(named_type (name) @reference @type)
 (base_clause (name) @reference @inherit)
 (class_interface_clause (name) @reference @inherit)
 (use_declaration (name) @reference @inherit)
 (object_creation_expression (name) @reference @call)
 (function_call_expression function: (name) @reference @call)
 (scoped_call_expression scope: (name) @reference)
 (scoped_property_access_expression scope: (name) @reference)
 (class_constant_access_expression . (name) @reference)
 (attribute . (name) @reference @decorate)
 (binary_expression (name) @reference)
 (argument (name) @reference)
 (return_statement (name) @reference)
 (assignment_expression right: (name) @reference)
 (array_element_initializer (name) @reference)
 (conditional_expression (name) @reference)
 (const_element (_) (name) @reference)
 (parenthesized_expression (name) @reference)
 (match_condition_list (name) @reference)
 (unary_op_expression (name) @reference)]
(qualified_name (name) @member)
(named_type (qualified_name (name) @type))
(base_clause (qualified_name (name) @inherit))
(class_interface_clause (qualified_name (name) @inherit))
(use_declaration (qualified_name (name) @inherit))
(object_creation_expression (qualified_name (name) @call))
(function_call_expression function: (qualified_name (name) @call))
(attribute (qualified_name (name) @decorate))
(member_access_expression name: (name) @member)
(nullsafe_member_access_expression name: (name) @member)
(member_call_expression name: (name) @member @call)
(nullsafe_member_call_expression name: (name) @member @call)
(scoped_call_expression name: (name) @member @call)
(class_constant_access_expression (_) (name) @member)
(scoped_property_access_expression name: (variable_name (name) @member))
(argument name: (name) @skip)
((name) @skip (#any-of? @skip "class" "self" "static" "parent" "true" "false" "null" "TRUE" "FALSE" "NULL" "__DIR__"))
(namespace_use_declaration) @skip_inside
(namespace_definition name: (_) @skip_inside)
(use_declaration (use_list) @skip_inside)
(comment) @comment
(string) @string
(encapsed_string) @string
(text) @string
