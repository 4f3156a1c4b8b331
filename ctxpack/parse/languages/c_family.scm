(function_definition type: (_)? @type declarator: (_) @name body: (_)? @body) @definition.function
(declaration type: (_) @type declarator: (_) @name) @definition.variable
(type_definition type: (_ name: (_)? @bases body: (_) @body) declarator: (_) @name) @definition.struct
(type_definition type: (_ !body) @bases declarator: (_) @name) @definition.type
[(struct_specifier name: (_) @name body: (_) @body) (union_specifier name: (_) @name body: (_) @body)] @definition.struct
(enum_specifier name: (_) @name body: (_) @body) @definition.enum
(field_declaration type: (_) @type declarator: (_) @name) @definition.field
(enumerator name: (identifier) @name) @definition.constant
(preproc_def name: (identifier) @name value: (_)) @definition.constant
(preproc_function_def name: (identifier) @name value: (_)? @body) @definition.macro

(translation_unit) @import

[(function_definition) (compound_statement) (for_statement)] @scope

(parameter_declaration type: (_) @type declarator: (_) @local)
(declaration type: (_) @type declarator: (_) @local)
(declaration type: (_) @type declarator: (init_declarator declarator: (_) @local value: (_) @value))

; tokens
(translation_unit) @told
(identifier) @reference
(type_identifier) @reference
(type_identifier) @type
(field_expression field: (field_identifier) @member)
(field_designator (field_identifier) @member)
(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (field_identifier) @call))
(type_definition declarator: (type_identifier) @skip)
(preproc_ifdef name: (identifier) @skip)
(preproc_def name: (identifier) @skip)
(preproc_params (identifier) @skip)
(preproc_include) @skip_inside
(attribute_specifier) @skip_inside
(comment) @comment
[(string_literal) (system_lib_string)] @string
