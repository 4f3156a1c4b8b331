(class_declaration
  name: (identifier) @name
  (delegation_specifiers (delegation_specifier (_) @bases)+)?
  [(class_body) (enum_class_body)]? @body) @definition.class
(object_declaration
  name: (identifier) @name
  (delegation_specifiers (delegation_specifier (_) @bases)+)?
  (class_body)? @body) @definition.object
(companion_object
  name: (identifier) @name
  (delegation_specifiers (delegation_specifier (_) @bases)+)?
  (class_body)? @body) @definition.object
(object_literal
  (delegation_specifiers (delegation_specifier (_) @bases)+)?
  (class_body) @name @body) @definition.class
(type_alias type: (identifier) @name (_) @type) @definition.type
(class_declaration
  name: (identifier) @type
  (enum_class_body (enum_entry (identifier) @name (class_body)? @body) @definition.constant))

(function_declaration
  name: (identifier) @name
  (function_value_parameters) . [(user_type) (nullable_type)]? @type
  (function_body)? @body) @definition.function
(secondary_constructor "constructor" @name (block)? @body) @definition.method

(source_file (property_declaration
  (variable_declaration (identifier) @name [(user_type) (nullable_type)]? @type)
  . (_)? @value) @definition.variable)
(class_body (property_declaration
  (variable_declaration (identifier) @name [(user_type) (nullable_type)]? @type)
  . (_)? @value) @definition.field)
(enum_class_body (property_declaration
  (variable_declaration (identifier) @name [(user_type) (nullable_type)]? @type)
  . (_)? @value) @definition.field)
(class_parameter ["val" "var"] (identifier) @name . [(user_type) (nullable_type)]? @type) @definition.field

(import) @import
(package_header (qualified_identifier) @package)

[(class_declaration) (function_declaration) (secondary_constructor) (anonymous_function) (lambda_literal)] @scope
[(anonymous_initializer) (for_statement) (catch_block) (block) (getter) (setter) (when_expression)] @scope

(type_parameter (identifier) @type_parameter . (_)? @type)
(parameter . (identifier) @local . (_)? @type)
(class_parameter (identifier) @local . [(user_type) (nullable_type)]? @type)
(lambda_parameters (variable_declaration . (identifier) @local . (_)? @type))
(for_statement (variable_declaration . (identifier) @local . (_)? @type))
(for_statement (variable_declaration . (identifier) @local .) . (_) @value @each)
(for_statement (multi_variable_declaration (variable_declaration . (identifier) @local .) @part) . (_) @value @each)
(call_expression . (navigation_expression . (_) @value (identifier) @_method .)
  (annotated_lambda (lambda_literal (lambda_parameters . (variable_declaration . (identifier) @local .) @each .)))
  (#any-of? @_method "forEach" "map" "mapNotNull" "filter" "filterNot" "any" "all" "none" "flatMap" "find" "first"
    "firstOrNull" "last" "single" "onEach" "sortedBy" "sortedByDescending" "groupBy" "associateBy" "associateWith"
    "associate" "sumOf" "maxByOrNull" "minByOrNull" "partition" "count" "takeWhile" "dropWhile" "removeAll" "collect"))
(call_expression . (navigation_expression . (_) @value (identifier) @_method .)
  (annotated_lambda (lambda_literal (lambda_parameters . (variable_declaration . (identifier) @local .) .)))
  (#any-of? @_method "let" "also"))
(multi_variable_declaration (variable_declaration . (identifier) @local . (_)? @type))
(when_subject (variable_declaration . (identifier) @local . (_)? @type))
(block (property_declaration (variable_declaration . (identifier) @local . (_)? @type) . (_)? @value))
(lambda_literal (property_declaration (variable_declaration . (identifier) @local . (_)? @type) . (_)? @value))
(catch_block . (identifier) @local . (_) @type)
(setter (identifier) @local)
((identifier) @local (#eq? @local "it"))
(block (function_declaration name: (identifier) @local))
(block (class_declaration name: (identifier) @local))

; tokens
(identifier) @reference
(navigation_expression (_) (identifier) @member .)
(infix_expression (_) . (identifier) @member @call . (_))
(user_type (identifier) @type)
(user_type (identifier) (identifier) @member)
(call_expression . (identifier) @call)
(call_expression . (navigation_expression (_) (identifier) @call .))
(value_arguments) @arguments
(annotated_lambda) @argument
(callable_reference (identifier) @call)
(annotation (user_type (identifier) @decorate))
(annotation (constructor_invocation (user_type (identifier) @decorate)))
(delegation_specifier (user_type (identifier) @inherit))
(delegation_specifier (constructor_invocation (user_type (identifier) @inherit)))
(delegation_specifier (explicit_delegation (user_type (identifier) @inherit)))
(value_argument . (identifier) @skip "=")
(this_expression (identifier) @skip)
(label) @skip_inside
((identifier) @skip (#any-of? @skip "field" "class"))
(import) @skip_inside
(package_header) @skip_inside
(line_comment) @comment
(block_comment) @comment
(string_content) @string
