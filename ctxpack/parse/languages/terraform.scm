(config_file (body (block . (identifier) @_type (_) @name . (block_start) (body)? @body) @definition.section
  (#not-match? @_type "^(variable|output)$")))
(config_file (body (block . (identifier) @_type (_) @name . (block_start)) @definition.section
  (#any-of? @_type "variable" "output")))
(config_file (body (block . (identifier) @name . (block_start) (body)? @body) @definition.section))
(config_file (body
  (block . (identifier) @_locals (body (attribute (identifier) @name) @definition.constant))
  (#eq? @_locals "locals")))
(config_file (body (attribute (identifier) @name) @definition.key))

((attribute
  (identifier) @_source
  (expression (literal_value (string_lit)))) @import
  (#any-of? @_source "source" "config_path"))
((function_call (identifier) @_find) @import (#eq? @_find "find_in_parent_folders"))
(config_file (body (block
  . (identifier) @_module
  (body (attribute (identifier) @_source) @outline))
  (#eq? @_module "module")
  (#eq? @_source "source")))

[(for_tuple_expr) (for_object_expr) (template_for)] @scope
((block . (identifier) @_dynamic) @scope (#eq? @_dynamic "dynamic"))

(for_intro (identifier) @local)
(template_for_start (identifier) @local)
((block . (identifier) @_dynamic . (string_lit) @local) (#eq? @_dynamic "dynamic"))
((block
  . (identifier) @_dynamic
  (body (attribute (identifier) @_iterator (expression . (variable_expr (identifier) @local) .))))
  (#eq? @_dynamic "dynamic")
  (#eq? @_iterator "iterator"))

; tokens
(variable_expr (identifier) @reference)
((variable_expr (identifier) @skip)
  (#any-of? @skip "var" "local" "module" "data" "each" "count" "self" "path" "terraform" "string" "number" "bool"
    "any" "run" "dependency" "include"))
(get_attr (identifier) @member)
(object_elem key: (expression . (variable_expr (identifier) @skip) .))
(block . (identifier) @_module (body (attribute) @told) (#eq? @_module "module"))
(config_file (body (attribute) @told))
((attribute
  (identifier) @_inputs
  (expression (collection_value (object (object_elem) @told))))
  (#eq? @_inputs "inputs"))
(comment) @comment
(template_literal) @string
