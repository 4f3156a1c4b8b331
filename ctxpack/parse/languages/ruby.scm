(class
  name: (_) @name
  superclass: (superclass (_) @bases)?
  body: (_)? @body) @definition.class
(class
  name: (_) @name
  body: (body_statement (call
    !receiver
    method: (identifier) @_mixes
    arguments: (argument_list [(constant) (scope_resolution)] @bases))) @body
  (#any-of? @_mixes "include" "extend" "prepend")) @definition.class
(module name: (_) @name body: (_)? @body) @definition.module
(module
  name: (_) @name
  body: (body_statement (call
    !receiver
    method: (identifier) @_mixes
    arguments: (argument_list [(constant) (scope_resolution)] @bases))) @body
  (#any-of? @_mixes "include" "extend" "prepend")) @definition.module
(assignment
  left: (constant) @name
  right: (call receiver: (constant) @bases method: (identifier) @_makes block: (_) @body)
  (#any-of? @_makes "new" "define")) @definition.class

(method name: (_) @name body: (_)? @body) @definition.function
(singleton_method name: (_) @name body: (_)? @body) @definition.function
((call
  !receiver
  method: (identifier) @_define
  arguments: (argument_list . (simple_symbol) @name)
  block: (_) @body) @definition.function
  (#eq? @_define "define_method"))
((call
  !receiver
  method: (identifier) @_attribute
  arguments: (argument_list (simple_symbol) @name)) @definition.field
  (#any-of? @_attribute "attr_accessor" "attr_reader" "attr_writer" "attribute" "cattr_accessor" "mattr_accessor"
    "class_attribute" "belongs_to" "has_one" "has_many" "has_and_belongs_to_many"))
(program (assignment left: (constant) @name right: (_) @value) @definition.constant)
(body_statement (assignment left: (constant) @name right: (_) @value) @definition.constant)
(assignment left: (instance_variable) @name right: (_) @value) @definition.field
(operator_assignment left: (instance_variable) @name right: (_) @value) @definition.field

((call
  !receiver
  method: (identifier) @_requires
  arguments: (argument_list [(string) (simple_symbol)])) @import
  (#any-of? @_requires "require" "require_relative" "load" "autoload"))

[(class) (module) (method) (singleton_method) (block) (do_block) (lambda)] @scope

(method_parameters (identifier) @local)
(block_parameters (identifier) @local)
(lambda_parameters (identifier) @local)
(destructured_parameter (identifier) @local)
(optional_parameter name: (identifier) @local)
(keyword_parameter name: (identifier) @local)
(splat_parameter name: (identifier) @local)
(hash_splat_parameter name: (identifier) @local)
(block_parameter name: (identifier) @local)
(assignment left: (identifier) @local right: (_) @value)
(operator_assignment left: (identifier) @local right: (_) @value)
(left_assignment_list (identifier) @local)
(left_assignment_list (destructured_left_assignment (identifier) @local))
(for pattern: (identifier) @local)
(rescue
  exceptions: (exceptions . [(constant) (scope_resolution)] @type .)
  variable: (exception_variable (identifier) @local))
(rescue variable: (exception_variable (identifier) @local))
(as_pattern name: (identifier) @local)

; tokens
(identifier) @reference
(constant) @reference
(call method: (identifier) @member @call)
(call method: (constant) @member @call)
(scope_resolution name: (constant) @member)
(superclass (constant) @inherit)
(superclass (scope_resolution name: (constant) @inherit))
((call
  method: (identifier) @_mixes
  arguments: (argument_list (constant) @inherit))
  (#any-of? @_mixes "include" "extend" "prepend"))
((call
  method: (identifier) @_mixes
  arguments: (argument_list (scope_resolution name: (constant) @inherit)))
  (#any-of? @_mixes "include" "extend" "prepend"))
((call method: (identifier) @skip)
  (#any-of? @skip "require" "require_relative" "load" "autoload" "include" "extend" "prepend" "attr_accessor"
    "attr_reader" "attr_writer" "private_constant" "module_function" "new" "raise" "puts" "lambda" "proc"))
((identifier) @skip (#any-of? @skip "private" "public" "protected" "__FILE__" "__dir__"))
(module name: (scope_resolution name: (constant) @skip))
(class name: (scope_resolution name: (constant) @skip))
(alias) @skip_inside
(undef) @skip_inside
(comment) @comment
(string) @string
(heredoc_body) @string
