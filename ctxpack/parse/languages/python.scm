; let row
[(identifier) @local (tuple_pattern $inner) (list_pattern $inner)]
; end
; let inner
[(identifier) @local (tuple_pattern (identifier) @local) (list_pattern (identifier) @local)]
; end
; let rest
[(list_splat_pattern (identifier) @local) (tuple_pattern $last) (list_pattern $last)]
; end
; let last
[(list_splat_pattern (identifier) @local)
 (tuple_pattern (list_splat_pattern (identifier) @local)) (list_pattern (list_splat_pattern (identifier) @local))]
; end
(class_definition
  name: (identifier) @name
  superclasses: (argument_list (_) @bases)?
  body: (_) @body) @definition.class

(function_definition
  name: (identifier) @name
  return_type: (type)? @type
  body: (_) @body) @definition.function
(function_definition name: (identifier) @name !return_type
  body: (block (return_statement (_) @value))) @definition.function
(function_definition name: (identifier) @name !return_type
  body: (block (expression_statement (yield) @value))) @definition.function
(function_definition name: (identifier) @name !return_type
  body: (block (with_statement body: (block (expression_statement (yield) @value))))) @definition.function
(function_definition name: (identifier) @name !return_type
  body: (block (try_statement body: (block (expression_statement (yield) @value))))) @definition.function

(module (expression_statement
  (assignment left: (identifier) @name type: (type)? @type right: (_)? @value)) @definition.variable)

(module [
  (if_statement (block (expression_statement
    (assignment left: (identifier) @name type: (type)? @type right: (_)? @value) @definition.variable)))
  (if_statement (_ (block (expression_statement
    (assignment left: (identifier) @name type: (type)? @type right: (_)? @value) @definition.variable))))
  (try_statement (block (expression_statement
    (assignment left: (identifier) @name type: (type)? @type right: (_)? @value) @definition.variable)))
  (try_statement (_ (block (expression_statement
    (assignment left: (identifier) @name type: (type)? @type right: (_)? @value) @definition.variable))))])

(class_definition body: (block (expression_statement
  (assignment left: (identifier) @name type: (type)? @type right: (_)? @value)) @definition.field))

((assignment
  left: (attribute object: (identifier) @_self attribute: (identifier) @name)
  type: (type)? @type right: (_)? @value) @definition.field
  (#any-of? @_self "self" "cls"))

(type_alias_statement left: (type (identifier) @name)) @definition.type

(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
((call function: (identifier) @_import) @import (#any-of? @_import "import_module" "__import__"))
((call function: (attribute attribute: (identifier) @_import)) @import
  (#any-of? @_import "import_module" "__import__"))

(module (expression_statement (assignment
  left: (identifier) @_all right: (_) @export) (#eq? @_all "__all__")))
(module (expression_statement (augmented_assignment
  left: (identifier) @_all right: (_) @export) (#eq? @_all "__all__")))

(function_definition) @scope
(lambda) @scope
[(list_comprehension) (set_comprehension) (dictionary_comprehension) (generator_expression)] @scope

(parameters (identifier) @local)
(parameters (default_parameter name: (identifier) @local value: (_) @value))
((function_definition name: (identifier) @_test parameters: (parameters (identifier) @local @value @fixture))
  (#match? @_test "^test"))
((decorated_definition (decorator (_) @_fixture)
  definition: (function_definition parameters: (parameters (identifier) @local @value @fixture)))
  (#match? @_fixture "fixture"))
(parameters (typed_parameter . (identifier) @local type: (type) @type))
(parameters (typed_parameter (list_splat_pattern (identifier) @local)))
(parameters (typed_parameter (dictionary_splat_pattern (identifier) @local)))
(parameters (typed_default_parameter name: (identifier) @local type: (type) @type))
(parameters (list_splat_pattern (identifier) @local))
(parameters (dictionary_splat_pattern (identifier) @local))
(lambda_parameters (identifier) @local)
(lambda_parameters (default_parameter name: (identifier) @local))
(lambda_parameters (list_splat_pattern (identifier) @local))
(lambda_parameters (dictionary_splat_pattern (identifier) @local))

(assignment left: (identifier) @local type: (type)? @type right: (_)? @value) @bound
(assignment left: [(pattern_list $row) (tuple_pattern $row) (list_pattern $row)] right: (_) @value @part) @bound
(assignment left: [(pattern_list $rest) (tuple_pattern $rest) (list_pattern $rest)]) @bound
(augmented_assignment left: (identifier) @local)
(named_expression name: (identifier) @local value: (_) @value) @bound
(for_statement left: (identifier) @local right: (_) @value @each)
(for_statement left: (pattern_list (identifier) @local) right: (_) @value @each @part)
(for_statement left: (pattern_list (tuple_pattern (identifier) @local)) right: (_) @value @each @part)
(for_statement left: (tuple_pattern (identifier) @local) right: (_) @value @each @part)
(for_in_clause left: (identifier) @local right: (_) @value @each)
(for_in_clause left: (pattern_list (identifier) @local) right: (_) @value @each @part)
(for_in_clause left: (pattern_list (tuple_pattern (identifier) @local)) right: (_) @value @each @part)
(for_in_clause left: (tuple_pattern (identifier) @local) right: (_) @value @each @part)
(with_item (as_pattern (_) @value @entered alias: (as_pattern_target (identifier) @local)))
(except_clause (as_pattern (_) @type alias: (as_pattern_target (identifier) @local)))
(case_pattern (as_pattern (identifier) @local .))
(call function: (identifier) @_isinstance
  arguments: (argument_list . [(identifier) (attribute)] @narrowed . (_) @type .) (#eq? @_isinstance "isinstance"))
(delete_statement (identifier) @local)
(case_pattern (dotted_name . (identifier) @local .))
(splat_pattern (identifier) @local)
(function_definition body: (block (function_definition name: (identifier) @local)))
(function_definition body: (block (decorated_definition (function_definition name: (identifier) @local))))
(function_definition body: (block (class_definition name: (identifier) @local)))
(global_statement (identifier) @free @outward)
(nonlocal_statement (identifier) @free)

; tokens
(identifier) @reference
(attribute attribute: (identifier) @member)
(call function: (identifier) @call)
(call function: (attribute attribute: (identifier) @call))
(type (identifier) @type)
(type (attribute attribute: (identifier) @type))
(decorator (identifier) @decorate)
(class_definition superclasses: (argument_list (identifier) @inherit))
(class_definition superclasses: (argument_list (attribute attribute: (identifier) @inherit)))
(keyword_argument name: (identifier) @skip)
(call arguments: (argument_list (keyword_argument) .)) @told
(call arguments: (argument_list (keyword_argument) . (dictionary_splat) .)) @told
(type (string) @told)
(type (binary_operator (string) @told))
(type (subscript (string) @told))
(type (subscript (subscript (string) @told)))
(type (subscript (subscript (subscript (string) @told))))
(type (binary_operator (subscript (string) @told)))
(class_definition superclasses: (argument_list (subscript (string) @told)))
((call function: [(identifier) (attribute)] @_cast arguments: (argument_list . (string) @told))
  (#match? @_cast "^(typing\\.|t\\.)?cast$"))
((function_definition name: (identifier) @_test parameters: (parameters) @told) (#match? @_test "^test"))
((decorated_definition (decorator (_) @_fixture) definition: (function_definition parameters: (parameters) @told))
  (#match? @_fixture "fixture"))
(import_statement) @skip_inside
(import_from_statement) @skip_inside
(global_statement) @skip_inside
(nonlocal_statement) @skip_inside
(comment) @comment
(string) @string
