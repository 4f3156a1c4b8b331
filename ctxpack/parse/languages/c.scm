(function_declarator parameters: (parameter_list (identifier) @local))

; tokens
