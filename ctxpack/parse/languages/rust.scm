(source_file [
  (struct_item name: (type_identifier) @name body: (field_declaration_list)? @body)
  (union_item name: (type_identifier) @name body: (_) @body)] @definition.struct)
(declaration_list [
  (struct_item name: (type_identifier) @name body: (field_declaration_list)? @body)
  (union_item name: (type_identifier) @name body: (_) @body)] @definition.struct)
(source_file (enum_item name: (type_identifier) @name body: (_) @body) @definition.enum)
(declaration_list (enum_item name: (type_identifier) @name body: (_) @body) @definition.enum)
(source_file (trait_item name: (type_identifier) @name bounds: (trait_bounds (_) @bases)? body: (_) @body) @definition.trait)
(declaration_list (trait_item
  name: (type_identifier) @name bounds: (trait_bounds (_) @bases)? body: (_) @body) @definition.trait)
(source_file (impl_item "impl" @name trait: (_)? @bases body: (_) @body) @definition.impl)
(declaration_list (impl_item "impl" @name trait: (_)? @bases body: (_) @body) @definition.impl)
(mod_item name: (identifier) @name body: (_)? @body) @definition.namespace
(source_file (macro_definition name: (identifier) @name ["{" "(" "["] @body) @definition.macro)
(declaration_list (macro_definition name: (identifier) @name ["{" "(" "["] @body) @definition.macro)

(function_item name: (identifier) @name return_type: (_)? @type body: (_) @body) @definition.function
(function_signature_item name: (identifier) @name return_type: (_)? @type) @definition.function

(source_file (type_item name: (type_identifier) @name type: (_) @bases) @definition.type)
(declaration_list (type_item name: (type_identifier) @name type: (_) @bases) @definition.type)
(associated_type name: (type_identifier) @name bounds: (trait_bounds . (_) @bases)?) @definition.type
(source_file [
  (const_item name: (identifier) @name type: (_) @type)
  (static_item name: (identifier) @name type: (_) @type)] @definition.constant
  (#not-eq? @name "_"))
(declaration_list [
  (const_item name: (identifier) @name type: (_) @type)
  (static_item name: (identifier) @name type: (_) @type)] @definition.constant
  (#not-eq? @name "_"))
(struct_item body: (field_declaration_list
  (field_declaration name: (field_identifier) @name type: (_) @type) @definition.field))
(struct_item body: (ordered_field_declaration_list type: (_) @name @type @definition.field))
(union_item body: (field_declaration_list
  (field_declaration name: (field_identifier) @name type: (_) @type) @definition.field))
(enum_item name: (type_identifier) @type body: (enum_variant_list
  (enum_variant name: (identifier) @name) @definition.constant))

; items among the tokens of a call that stands for items
(macro_invocation (token_tree "struct" . (identifier) @name @definition.struct))
(macro_invocation (token_tree "union" . (identifier) @name @definition.struct))
(macro_invocation (token_tree "enum" . (identifier) @name @definition.enum))
(macro_invocation (token_tree "trait" . (identifier) @name @definition.trait))
(macro_invocation (token_tree "fn" . (identifier) @name @definition.function))
(macro_invocation (token_tree "const" . (identifier) @name @definition.constant) (#not-eq? @name "_"))
(macro_invocation (token_tree "static" . (identifier) @name @definition.constant) (#not-eq? @name "ref"))
(macro_invocation (token_tree "static" . (identifier) @_ref . (identifier) @name @definition.constant)
  (#eq? @_ref "ref"))
(macro_invocation (token_tree
  "struct" . (identifier) @receiver @type . ":" . (_) . (token_tree "const" . (identifier) @name @definition.constant)))
(macro_invocation (token_tree
  "enum" . (identifier) @receiver @type . (token_tree)? .
  (token_tree "{" . (identifier) @name @definition.constant)))
(macro_invocation (token_tree
  "enum" . (identifier) @receiver @type . (token_tree)? .
  (token_tree "," . (identifier) @name @definition.constant)))
(macro_invocation (token_tree
  "enum" . (identifier) @receiver @type . (token_tree)? .
  (token_tree "#" . (token_tree) . (identifier) @name @definition.constant)))
(macro_invocation (token_tree (identifier) @name @definition.constant . "=") (#match? @name "^[A-Z][A-Z0-9_]+$"))
(macro_invocation (token_tree (token_tree (identifier) @name @definition.constant . "="))
  (#match? @name "^[A-Z][A-Z0-9_]+$"))
(macro_invocation (token_tree . "(" . (identifier) @name @definition.struct . ","))
(macro_invocation (token_tree . "(" . (identifier) @name @definition.struct . ")"))
(macro_invocation (token_tree . "{" . (identifier) @name @definition.struct . ","))
(macro_invocation (token_tree (token_tree . "(" . (identifier) @name @definition.struct . ",")))

(use_declaration) @import
(extern_crate_declaration) @import
(mod_item !body) @import

[(function_item) (function_signature_item) (closure_expression) (block) (match_arm) (for_expression) (if_expression)
 (while_expression) (impl_item) (trait_item) (struct_item) (enum_item) (union_item) (type_item) (associated_type)
 (function_type)] @scope

(type_parameter name: (type_identifier) @type_parameter bounds: (trait_bounds)? @type)
(where_predicate left: (type_identifier) @type_parameter bounds: (trait_bounds) @type
  (#not-eq? @type_parameter "Self"))
(const_parameter name: (identifier) @local)
(block [
  (struct_item name: (type_identifier) @local)
  (enum_item name: (type_identifier) @local)
  (union_item name: (type_identifier) @local)
  (trait_item name: (type_identifier) @local)
  (type_item name: (type_identifier) @local)])
(block [
  (const_item name: (identifier) @local type: (_) @type)
  (static_item name: (identifier) @local type: (_) @type)])
(block (function_item name: (identifier) @local))

(parameter pattern: (identifier) @local type: (_) @type)
(let_declaration pattern: (identifier) @local type: (_)? @type value: (_)? @value)
(let_declaration pattern: (tuple_struct_pattern type: (identifier) @_wrap (identifier) @local) value: (_) @value
  (#any-of? @_wrap "Some" "Ok") (#match? @local "^[a-z_]"))
(let_condition pattern: (identifier) @local value: (_) @value)
(let_condition pattern: (tuple_struct_pattern type: (identifier) @_wrap (identifier) @local) value: (_) @value
  (#any-of? @_wrap "Some" "Ok") (#match? @local "^[a-z_]"))
(match_expression
  value: (_) @value
  body: (match_block (match_arm pattern: (match_pattern
    (tuple_struct_pattern type: (identifier) @_wrap (identifier) @local))))
  (#any-of? @_wrap "Some" "Ok") (#match? @local "^[a-z_]"))
(for_expression pattern: (identifier) @local body: (_) @within)
(for_expression pattern: (identifier) @local value: (_) @value @each body: (_) @within)
(for_expression pattern: (reference_pattern (identifier) @local) value: (_) @value @each body: (_) @within)
(for_expression pattern: (tuple_pattern (identifier) @local) @part value: (_) @value @each body: (_) @within)
(closure_parameters (identifier) @local)
(call_expression
  function: (field_expression value: (_) @value field: (field_identifier) @_method)
  arguments: (arguments . (closure_expression parameters: (closure_parameters . (identifier) @local .) @each))
  (#any-of? @_method "map" "for_each" "filter" "any" "all" "find" "find_map" "filter_map" "flat_map" "position"
    "take_while" "skip_while" "map_while" "inspect" "partition" "max_by_key" "min_by_key" "sort_by_key" "retain"))
(match_pattern . (identifier) @local (#match? @local "^[a-z_]"))
(tuple_pattern (identifier) @local (#match? @local "^[a-z_]"))
(slice_pattern (identifier) @local (#match? @local "^[a-z_]"))
(or_pattern (identifier) @local (#match? @local "^[a-z_]"))
(ref_pattern (identifier) @local)
(reference_pattern (identifier) @local)
(mut_pattern (identifier) @local)
(captured_pattern . (identifier) @local)
(field_pattern name: (shorthand_field_identifier) @local)
(struct_pattern type: [(type_identifier) (scoped_type_identifier)] @value
  (field_pattern name: (shorthand_field_identifier) @local)) @payload
(field_pattern pattern: (identifier) @local (#match? @local "^[a-z_]"))
(tuple_struct_pattern type: (identifier) @value (identifier) @local
  (#not-match? @value "^(Some|Ok|Err)$") (#match? @local "^[a-z_]")) @payload
(tuple_struct_pattern type: (identifier) @_wrap (identifier) @local (#eq? @_wrap "Err") (#match? @local "^[a-z_]"))
(tuple_struct_pattern type: (scoped_identifier) @value (identifier) @local (#match? @local "^[a-z_]")) @payload
(tuple_struct_pattern type: [(identifier) (scoped_identifier)] @value (ref_pattern (identifier) @local)
  (#not-match? @value "^(Some|Ok|Err)$")) @payload
(parameter pattern: (tuple_struct_pattern (identifier) @local (#match? @local "^[a-z_]")))

; tokens
((identifier) @reference (#not-eq? @reference "Self") (#not-eq? @reference "_"))
((type_identifier) @reference (#not-eq? @reference "Self"))
(type_identifier) @type
(field_expression field: (field_identifier) @member)
(scoped_identifier name: (identifier) @member)
(scoped_type_identifier name: (type_identifier) @member)
(field_initializer field: (field_identifier) @member)
(field_pattern name: (field_identifier) @member)
(token_tree "." . (identifier) @member)
(token_tree "::" . (identifier) @member)
(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (field_identifier) @call))
(call_expression function: (scoped_identifier name: (identifier) @call))
(call_expression function: (generic_function function: (identifier) @call))
(call_expression function: (generic_function function: (scoped_identifier name: (identifier) @call)))
(call_expression function: (generic_function function: (field_expression field: (field_identifier) @call)))
(macro_invocation macro: (identifier) @call)
(macro_invocation macro: (scoped_identifier name: (identifier) @call))
(impl_item trait: (type_identifier) @inherit)
(impl_item trait: (generic_type type: (type_identifier) @inherit))
(impl_item trait: (scoped_type_identifier name: (type_identifier) @inherit))
(trait_item bounds: (trait_bounds (type_identifier) @inherit))
(trait_item bounds: (trait_bounds (scoped_type_identifier name: (type_identifier) @inherit)))
(lifetime (identifier) @skip)
(label (identifier) @skip)
(use_declaration) @skip_inside
(extern_crate_declaration) @skip_inside
(attribute_item) @skip_inside
(inner_attribute_item) @skip_inside
(visibility_modifier) @skip_inside
[(line_comment) (block_comment)] @comment
[(string_literal) (raw_string_literal)] @string
