(class_declaration
  name: (identifier) @name
  (base_list (_)+ @bases)?
  body: (_)? @body) @definition.class
(record_declaration
  name: (identifier) @name
  (base_list (_)+ @bases)?
  body: (_)? @body) @definition.class
(struct_declaration
  name: (identifier) @name
  (base_list (_)+ @bases)?
  body: (_)? @body) @definition.struct
(interface_declaration
  name: (identifier) @name
  (base_list (_)+ @bases)?
  body: (_)? @body) @definition.interface
(enum_declaration name: (identifier) @name body: (_)? @body) @definition.enum
(enum_declaration
  name: (identifier) @type
  body: (enum_member_declaration_list (enum_member_declaration name: (identifier) @name) @definition.constant))
(delegate_declaration name: (identifier) @name) @definition.type

(method_declaration returns: (_) @type name: (identifier) @name body: (_)? @body) @definition.method
(constructor_declaration name: (identifier) @name body: (_)? @body) @definition.method
(local_function_statement type: (_) @type name: (identifier) @name body: (_)? @body) @definition.function

(field_declaration (variable_declaration
  type: (_) @type (variable_declarator name: (identifier) @name . (_)? @value))) @definition.field
(event_field_declaration (variable_declaration
  type: (_) @type (variable_declarator name: (identifier) @name))) @definition.field
(property_declaration type: (_) @type name: (identifier) @name accessors: (_)? @body) @definition.field
(event_declaration type: (_) @type name: (identifier) @name) @definition.field
(record_declaration (parameter_list
  (parameter type: (_) @type name: (identifier) @name) @definition.field))

(using_directive) @import
(namespace_declaration
  name: (_) @package
  body: (declaration_list
    [(class_declaration) (interface_declaration) (struct_declaration) (enum_declaration)
     (record_declaration) (delegate_declaration)]))
(file_scoped_namespace_declaration name: (_) @package)
(compilation_unit (namespace_declaration name: (_) @name body: (_) @body) @definition.namespace)

[(class_declaration) (record_declaration) (struct_declaration) (interface_declaration)] @scope
[(method_declaration) (constructor_declaration) (local_function_statement) (operator_declaration)] @scope
[(conversion_operator_declaration) (destructor_declaration) (indexer_declaration) (delegate_declaration)] @scope
[(accessor_declaration) (property_declaration) (lambda_expression) (anonymous_method_expression)] @scope
[(block) (for_statement) (foreach_statement) (using_statement) (fixed_statement) (catch_clause)] @scope
[(switch_section) (switch_expression_arm) (query_expression)] @scope

(type_parameter name: (identifier) @type_parameter)
(parameter type: (_)? @type name: (identifier) @local)
(parameter_list name: (identifier) @local)
(implicit_parameter) @local
(foreach_statement type: (implicit_type) left: (identifier) @local right: (_) @value @each)
(invocation_expression
  function: (member_access_expression expression: (_) @value name: (identifier) @_method)
  arguments: (argument_list . (argument (lambda_expression parameters: (implicit_parameter) @local) @each))
  (#any-of? @_method "Select" "Where" "Any" "All" "First" "FirstOrDefault" "Last" "LastOrDefault" "Single"
    "SingleOrDefault" "OrderBy" "OrderByDescending" "GroupBy" "ToDictionary" "SelectMany" "Sum" "Max" "Min" "Count"
    "ForEach" "TakeWhile" "SkipWhile" "Find" "FindAll" "Exists" "RemoveAll"))
(local_declaration_statement (variable_declaration
  type: (_) @type (variable_declarator name: (identifier) @local . (_)? @value)))
(for_statement initializer: (variable_declaration
  type: (_) @type (variable_declarator name: (identifier) @local . (_)? @value)))
(using_statement (variable_declaration
  type: (_) @type (variable_declarator name: (identifier) @local . (_)? @value)))
(fixed_statement (variable_declaration (variable_declarator name: (identifier) @local)))
(foreach_statement type: (_) @type left: (identifier) @local)
(foreach_statement left: (tuple_pattern (identifier) @local))
(tuple_pattern name: (identifier) @local)
(parenthesized_variable_designation name: (identifier) @local)
(declaration_pattern type: (_) @type name: (identifier) @local)
(declaration_expression type: (_) @type name: (identifier) @local)
(recursive_pattern type: (_)? @type name: (identifier) @local)
(var_pattern name: (identifier) @local)
(catch_declaration type: (_) @type name: (identifier) @local)
(from_clause name: (identifier) @local)
(let_clause . (identifier) @local)
(join_clause . (identifier) @local)
(local_function_statement name: (identifier) @local)

; tokens
(identifier) @reference
(member_access_expression name: (identifier) @member)
(member_access_expression name: (generic_name (identifier) @member))
(member_binding_expression name: (identifier) @member)
(member_binding_expression name: (generic_name (identifier) @member))
(qualified_name name: (identifier) @member)
(qualified_name name: (generic_name (identifier) @member))
(initializer_expression (assignment_expression left: (identifier) @member))
(attribute_argument name: (identifier) @member)
(invocation_expression function: (identifier) @call)
(invocation_expression function: (generic_name (identifier) @call))
(invocation_expression function: (member_access_expression name: (identifier) @call))
(invocation_expression function: (member_access_expression name: (generic_name (identifier) @call)))
(invocation_expression
  function: (conditional_access_expression (member_binding_expression name: (identifier) @call)))
(object_creation_expression type: (identifier) @call)
(object_creation_expression type: (generic_name (identifier) @call))
(argument_list) @arguments
(generic_name (type_argument_list (identifier) @type))
(parameter type: (identifier) @type)
(parameter type: (generic_name (identifier) @type))
(variable_declaration type: (identifier) @type)
(variable_declaration type: (generic_name (identifier) @type))
(property_declaration type: (identifier) @type)
(property_declaration type: (generic_name (identifier) @type))
(method_declaration returns: (identifier) @type)
(method_declaration returns: (generic_name (identifier) @type))
(nullable_type (identifier) @type)
(array_type type: (identifier) @type)
(typeof_expression type: (identifier) @type)
(cast_expression type: (identifier) @type)
(type_parameter_constraint type: (identifier) @type)
(attribute name: (identifier) @decorate)
(base_list (identifier) @inherit)
(base_list (generic_name . (identifier) @inherit))
(base_list (qualified_name name: (identifier) @inherit))
(base_list (primary_constructor_base_type type: (identifier) @inherit))
(destructor_declaration name: (identifier) @skip)
(argument name: (identifier) @skip)
(subpattern . (identifier) @skip)
(labeled_statement . (identifier) @skip)
(goto_statement (identifier) @skip)
((identifier) @skip (#any-of? @skip "var" "nameof" "_"))
(using_directive) @skip_inside
(namespace_declaration name: (_) @skip_inside)
(file_scoped_namespace_declaration name: (_) @skip_inside)
(comment) @comment
(string_literal) @string
(verbatim_string_literal) @string
