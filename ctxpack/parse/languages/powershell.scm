(function_statement (function_name) @name [(comment) (script_block)] @body) @definition.function
(function_statement (function_name) @name) @definition.function
(class_statement . (simple_name) @name) @definition.class
(class_statement . (simple_name) @name (simple_name) @bases) @definition.class
(class_property_definition (type_literal)? @type (variable) @name) @definition.field
(class_method_definition (type_literal)? @type (simple_name) @name (script_block)? @body) @definition.function
(enum_statement (simple_name) @name) @definition.enum
(enum_member (simple_name) @name) @definition.constant
(program (statement_list (pipeline (assignment_expression
  (left_assignment_expression (logical_expression (bitwise_expression (comparison_expression (additive_expression
    (multiplicative_expression (format_expression (range_expression (array_literal_expression (unary_expression
      (variable) @name))))))))))
  value: (pipeline) @value) @definition.variable)))
(program (statement_list (pipeline (assignment_expression
  (left_assignment_expression (logical_expression (bitwise_expression (comparison_expression (additive_expression
    (multiplicative_expression (format_expression (range_expression (array_literal_expression (unary_expression
      (expression_with_unary_operator (cast_expression (type_literal) @type (unary_expression (variable) @name)))))))))))))) @definition.variable)))
(program (param_block (parameter_list (script_parameter
  (attribute_list (attribute (type_literal) @type))? (variable) @name) @definition.variable)))

(program) @import
((command command_name: (command_name) @_imports) @import
  (#match? @_imports "^(?i:import-module|ipmo)$"))
((command (command_invokation_operator)) @import)
((hash_entry (key_expression (simple_name) @_key)) @import
  (#match? @_key "^(?i:RootModule|ModuleToProcess|NestedModules|ScriptsToProcess)$"))
((command
  command_name: (command_name) @_tests
  command_elements: (command_elements
    (array_literal_expression (unary_expression (string_literal))) @outline))
  (#match? @_tests "^(?i:describe|context|it)$"))

(function_statement (script_block (param_block (parameter_list (script_parameter
  (attribute_list (attribute (type_literal) @outline))? (variable) @outline)))))

[(function_statement) (class_method_definition)] @scope
(script_block_expression) @scope.block

(script_parameter (attribute_list (attribute (type_literal) @type))? (variable) @local)
(class_method_parameter (type_literal)? @type (variable) @local)
(foreach_statement (variable) @local)
((assignment_expression
  (left_assignment_expression (logical_expression (bitwise_expression (comparison_expression (additive_expression
    (multiplicative_expression (format_expression (range_expression (array_literal_expression (unary_expression
      (variable) @local)))))))))))
  (#not-match? @local ":"))
(assignment_expression
  (left_assignment_expression (logical_expression (bitwise_expression (comparison_expression (additive_expression
    (multiplicative_expression (format_expression (range_expression (array_literal_expression (unary_expression
      (expression_with_unary_operator (cast_expression (type_literal) @type (unary_expression (variable) @local))))))))))))))
(assignment_expression
  (left_assignment_expression (logical_expression . (bitwise_expression . (comparison_expression . (additive_expression .
    (multiplicative_expression . (format_expression . (range_expression . (array_literal_expression . (unary_expression .
      (variable) @local .) .) .) .) .) .) .) .) .))
  value: (pipeline (pipeline_chain . (command) @value .)))
(assignment_expression
  (left_assignment_expression (logical_expression . (bitwise_expression . (comparison_expression . (additive_expression .
    (multiplicative_expression . (format_expression . (range_expression . (array_literal_expression . (unary_expression .
      (variable) @local .) .) .) .) .) .) .) .) .))
  value: (pipeline (pipeline_chain . (logical_expression . (bitwise_expression . (comparison_expression . (additive_expression .
    (multiplicative_expression . (format_expression . (range_expression . (array_literal_expression . (unary_expression .
      [(invokation_expression) (variable) (member_access)] @value .) .) .) .) .) .) .) .) .) .)))
(assignment_expression
  (left_assignment_expression (logical_expression . (bitwise_expression . (comparison_expression . (additive_expression .
    (multiplicative_expression . (format_expression . (range_expression . (array_literal_expression . (unary_expression .
      (variable) @local .) .) .) .) .) .) .) .) .))
  value: (pipeline (pipeline_chain . (logical_expression . (bitwise_expression . (comparison_expression . (additive_expression .
    (multiplicative_expression . (format_expression . (range_expression . (array_literal_expression . (unary_expression .
      (expression_with_unary_operator (cast_expression (type_literal) @type)) .) .) .) .) .) .) .) .) .) .)))
(script_block_expression (script_block (script_block_body (statement_list
  (function_statement (function_name) @local)))))

; tokens
(variable) @reference
((variable) @skip (#match? @skip "[^$\\w]|^\\$(?i:_|null|true|false|args|this|input|PSScriptRoot|PSItem|Matches|Error)$"))
((variable) @told (#match? @told "^\\$(?i:script|global):"))
((hash_entry (key_expression (simple_name) @_key)) @told (#match? @_key "^(?i:FunctionsToExport)$"))
(command command_name: (command_name) @reference @call)
((command command_name: (command_name) @skip)
  (#match? @skip "^(?i:Write-\\w+|Out-\\w+|(Where|Select|ForEach|New|Sort|Group|Measure|Compare|Add-)-?Object|using|Join-Path|Import-Module|Export-ModuleMember|Split-Path|Test-Path|Get-ChildItem|Get-Item|Set-Item|Remove-Item|New-Item|Copy-Item|Get-Content|Set-Content|Add-Type|Get-Command|Set-StrictMode|Describe|Context|It|Should|BeforeAll|BeforeEach|AfterAll|AfterEach|Mock)$|[^\\w:-]"))
(type_spec (type_name . (type_identifier) @reference @type .))
((type_spec (type_name . (type_identifier) @skip .))
  (#match? @skip "^(?i:string|int|int32|int64|long|bool|boolean|switch|void|object|psobject|pscustomobject|psobject|hashtable|array|char|byte|double|decimal|datetime|timespan|guid|uri|version|regex|xml|scriptblock|pscredential|ordered|math|convert|environment)$"))
(class_statement . (simple_name) (simple_name) @reference @inherit)
(member_access (_) (member_name (simple_name) @member))
(invokation_expression (_) (member_name (simple_name) @member @call))
(comment) @comment
(string_literal) @string
