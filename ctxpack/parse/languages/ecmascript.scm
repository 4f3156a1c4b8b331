(import_statement) @import
(export_statement) @import @export
((call_expression function: (identifier) @_function arguments: (arguments . [(string) (template_string) (binary_expression)])) @import
  (#eq? @_function "require"))
(call_expression function: (import)) @import
((comment) @import (#match? @import "^///\\s*<reference"))
((assignment_expression left: (member_expression) @_left) @import @export
  (#match? @_left "^(module\\.)?exports(\\.[A-Za-z_$][\\w$]*)?$"))

((assignment_expression
  left: (member_expression property: (property_identifier) @name) @_left
  right: (_) @value) @definition.variable
  (#match? @_left "^(module\\.)?exports\\.[A-Za-z_$][\\w$]*$"))
((assignment_expression
  left: (member_expression property: (property_identifier) @name) @_left
  right: [(function_expression body: (_) @body) (generator_function body: (_) @body) (arrow_function body: (_) @body)]
  ) @definition.function
  (#match? @_left "^(module\\.exports|(module\\.)?exports\\.[A-Za-z_$][\\w$]*)$"))
((assignment_expression
  left: (member_expression property: (property_identifier) @name) @_left
  right: (class (class_heritage)? @bases body: (_) @body)) @definition.class
  (#match? @_left "^(module\\.exports|(module\\.)?exports\\.[A-Za-z_$][\\w$]*)$"))
((assignment_expression
  left: (member_expression) @_left
  right: (object (method_definition name: (property_identifier) @name body: (_) @body) @definition.function))
  (#eq? @_left "module.exports"))
((assignment_expression
  left: (member_expression) @_left
  right: (object (pair key: (property_identifier) @name
    value: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function))
  (#eq? @_left "module.exports"))
((assignment_expression left: (member_expression) @outline right: (object)) (#eq? @outline "module.exports"))
((assignment_expression
  left: (member_expression) @_left
  right: (object [(shorthand_property_identifier) @outline (pair value: (identifier)) @outline]))
  (#eq? @_left "module.exports"))

((assignment_expression
  left: (member_expression object: (identifier) @receiver property: (property_identifier) @name)
  right: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function
  (#not-any-of? @receiver "module" "exports" "window" "global" "globalThis"))
((assignment_expression
  left: (member_expression
    object: (member_expression object: (identifier) @receiver property: (property_identifier) @_prototype)
    property: (property_identifier) @name)
  right: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function
  (#eq? @_prototype "prototype"))

(export_statement "default" @name value: [(object) @body (array) (call_expression) (new_expression) (string)
  (template_string) (number) (member_expression) (binary_expression) (await_expression)] @value) @definition.constant
(export_statement "default" @name value: (object [
  (method_definition) (pair value: [(function_expression) (arrow_function)])]) @body) @definition.object
(export_statement "default" @name
  value: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function
(export_statement "default" @name value: (class (class_heritage)? @bases body: (_) @body)) @definition.class
(export_statement value: (object
  (method_definition name: (property_identifier) @name body: (_) @body) @definition.function))
(export_statement value: (object (pair key: (property_identifier) @name
  value: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function))

(variable_declarator
  name: (identifier) @name
  value: (object [(method_definition) (pair value: [(function_expression) (arrow_function)])]) @body
  ) @definition.object
(variable_declarator value: (object
  (method_definition name: (property_identifier) @name body: (_) @body) @definition.function))
(variable_declarator value: (object (pair key: (property_identifier) @name
  value: [(function_expression body: (_) @body) (arrow_function body: (_) @body)]) @definition.function))
(variable_declarator
  name: (identifier) @name
  value: (class (class_heritage)? @bases body: (_) @body)) @definition.class
(variable_declarator name: (object_pattern [
  (shorthand_property_identifier_pattern) @name @definition.variable
  (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name @definition.variable)
  (pair_pattern value: (identifier) @name @definition.variable)
  (rest_pattern (identifier) @name @definition.variable)]))
(variable_declarator name: (array_pattern (identifier) @name @definition.variable))

(export_statement source: (string)) @outline
(export_statement (export_clause) @outline)
((expression_statement (call_expression
  function: [(identifier) (member_expression)] @_test
  arguments: (arguments . [(string) (template_string)] @outline . (_))))
  (#match? @_test "^(describe|it|test|suite|context|bench)(\\.(only|skip|each|todo|concurrent))?$"))

[(function_declaration) (generator_function_declaration) (function_expression) (generator_function) (arrow_function)
 (method_definition) (class_declaration) (class) (class_static_block)] @scope
[(for_statement) (for_in_statement) (catch_clause) (switch_body)] @scope.block
(program (statement_block) @scope.block)
(statement_block (statement_block) @scope.block)
(if_statement (statement_block) @scope.block)
(else_clause (statement_block) @scope.block)
(for_statement (statement_block) @scope.block)
(for_in_statement (statement_block) @scope.block)
(while_statement (statement_block) @scope.block)
(do_statement (statement_block) @scope.block)
(try_statement (statement_block) @scope.block)
(finally_clause (statement_block) @scope.block)
(labeled_statement (statement_block) @scope.block)

(function_declaration name: (identifier) @local @own)
(generator_function_declaration name: (identifier) @local @own)
(function_expression name: (identifier) @local)
(arrow_function parameter: (identifier) @local)
(class_declaration name: (_) @local @own)
(class name: (_) @local)
(shorthand_property_identifier_pattern) @local
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @local @value))
(variable_declarator name: (object_pattern (pair_pattern value: (identifier) @local) @value))
(pair_pattern value: (identifier) @local)
(array_pattern (identifier) @local)
(rest_pattern (identifier) @local)
(assignment_pattern left: (identifier) @local)
(catch_clause parameter: (identifier) @local)
(for_in_statement kind: _ left: (identifier) @local)
(for_in_statement kind: "var" left: (identifier) @local @hoisted)
(variable_declaration (variable_declarator name: (identifier) @local @hoisted))
(for_in_statement left: (identifier) @local operator: "of" right: (_) @value @each)
(for_in_statement left: (array_pattern (identifier) @local) operator: "of" right: (_) @value @each)
(for_in_statement left: (object_pattern (shorthand_property_identifier_pattern) @local)
  operator: "of" right: (_) @value @each)
(variable_declarator name: (array_pattern (identifier) @local) value: (_) @value @part)
(call_expression function: (member_expression)
  arguments: (arguments . (arrow_function parameter: (identifier) @local)) @value @part)
((binary_expression left: [(identifier) (member_expression)] @narrowed operator: "instanceof" right: (_) @type))

; tokens
(identifier) @reference
(shorthand_property_identifier) @reference
(member_expression property: (property_identifier) @member)
(member_expression property: (private_property_identifier) @member)
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @member) value: (_))
(variable_declarator name: (object_pattern (pair_pattern key: (property_identifier) @member)) value: (_))
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (_) @call))
(new_expression constructor: (identifier) @call)
(new_expression constructor: (member_expression property: (_) @call))
(decorator (identifier) @decorate)
(decorator (member_expression property: (_) @decorate))
(decorator (call_expression function: (identifier) @decorate))
(decorator (call_expression function: (member_expression property: (_) @decorate)))
(import_statement) @skip_inside
(import_specifier alias: (identifier) @told)
(call_expression arguments: (arguments [(object) (array (object))])) @told
(new_expression arguments: (arguments [(object) (array (object))])) @told
(assignment_expression right: (object)) @told
(export_statement source: (string)) @skip_inside
(export_specifier alias: (_) @skip)
(variable_declarator name: (identifier) @skip)
(variable_declarator name: (object_pattern (pair_pattern value: (identifier) @skip)))
(comment) @comment
(string) @string
(template_string (string_fragment) @string)
