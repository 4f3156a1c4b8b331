(function_definition name: (word) @name body: (_) @body) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program (variable_assignments (variable_assignment name: (variable_name) @name) @definition.variable))
(program (declaration_command (variable_assignment name: (variable_name) @name) @definition.variable))

((command name: (command_name (word) @_sources)) @import
  (#any-of? @_sources "source" "." "bash" "sh" "zsh"))
((command name: (command_name (word) @_runs)) @import
  (#match? @_runs "^(\\./|\\.\\./).*\\.(sh|bash|zsh|ksh)$"))
((command name: (command_name (string))) @import)

(function_definition) @scope

(function_definition body: (_ (declaration_command (variable_assignment name: (variable_name) @local))))
(function_definition body: (_ (declaration_command (variable_name) @local)))
(declaration_command ["local" "declare" "typeset"] (variable_assignment name: (variable_name) @local))
(declaration_command ["local" "declare" "typeset"] (variable_name) @local)
(for_statement variable: (variable_name) @local)
(c_style_for_statement initializer: (variable_assignment name: (variable_name) @local))

; tokens
(command_name (word) @reference @call)
(variable_name) @reference
((command name: (command_name (word) @_hooks) . argument: (word) @reference)
  (#any-of? @_hooks "trap" "command" "exec" "time"))
((command_name (word) @skip)
  (#any-of? @skip "source" "." "echo" "printf" "set" "cd" "exit" "return" "shift" "eval" "trap" "test" "[" "true"
    "false" ":" "read" "local" "export" "unset" "exec" "command" "builtin" "wait" "kill" "cat" "grep" "sed" "awk"
    "mkdir" "rm" "cp" "mv" "ls" "find" "sort" "head" "tail" "tr" "cut" "wc" "git" "docker" "python" "python3" "pip"
    "curl" "sudo" "chmod" "bash" "sh" "dirname" "basename" "pwd" "sleep" "date" "touch" "tee" "xargs" "env"))
((variable_name) @skip (#match? @skip "^[0-9]"))
(comment) @comment
(heredoc_body) @string
(raw_string) @string
