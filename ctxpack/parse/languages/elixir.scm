((call
  target: (identifier) @_def
  (arguments . [(alias) (dot)] @name)
  (do_block) @body) @definition.namespace
  (#eq? @_def "defmodule"))
((call
  target: (identifier) @_def
  (arguments . [(alias) (dot)] @name)
  (do_block (unary_operator
    operator: "@"
    operand: (call target: (identifier) @_behaviour (arguments (alias) @bases)))) @body) @definition.namespace
  (#eq? @_def "defmodule")
  (#eq? @_behaviour "behaviour"))
((call
  target: (identifier) @_def
  (arguments . (alias) @name)
  (do_block) @body) @definition.interface
  (#eq? @_def "defprotocol"))
((call
  target: (identifier) @_def
  (arguments . (alias) @name @bases)
  (do_block) @body) @definition.namespace
  (#eq? @_def "defimpl"))

((call
  target: (identifier) @_def
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (identifier) @name operator: "when")
    (binary_operator left: (call target: (identifier) @name) operator: "when")
  ])
  (do_block)? @body) @definition.function
  (#any-of? @_def "def" "defp" "defdelegate" "defn" "defnp"))
((call
  target: (identifier) @_def
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (identifier) @name operator: "when")
    (binary_operator left: (call target: (identifier) @name) operator: "when")
  ])
  (do_block)? @body) @definition.macro
  (#any-of? @_def "defmacro" "defmacrop" "defguard" "defguardp"))
((call target: (identifier) @name (do_block) @body) @definition.macro (#eq? @name "using"))
((call
  target: (identifier) @_test
  (arguments . (string) @name)
  (do_block) @body) @definition.function
  (#any-of? @_test "test" "describe" "property"))
((unary_operator
  operator: "@"
  operand: (call
    target: (identifier) @_type
    (arguments . (binary_operator left: [
      (identifier) @name
      (call target: (identifier) @name)
      (binary_operator left: (call target: (identifier) @name))
    ])))) @definition.type
  (#any-of? @_type "type" "typep" "opaque" "callback" "macrocallback"))
(do_block (unary_operator
  operator: "@"
  operand: (call target: (identifier) @name (arguments (_) @value))) @definition.constant)
((do_block (call
  target: (identifier) @_schema
  (do_block (call
    target: (identifier) @_field
    (arguments . (atom) @name)) @definition.field)))
  (#any-of? @_schema "schema" "embedded_schema")
  (#any-of? @_field "field" "belongs_to" "has_one" "has_many" "many_to_many" "embeds_one" "embeds_many"))

((call target: (identifier) @_import) @import (#any-of? @_import "alias" "import" "use" "require"))
((do_block (call target: (identifier) @_outline) @outline)
  (#any-of? @_outline "use" "defstruct" "defexception" "plug"))

; tokens
(call target: (identifier) @reference @call)
(call target: (dot right: (identifier) @member @call))
(call target: (identifier) (arguments) @arguments)
(call target: (dot right: (identifier)) (arguments) @arguments)
(call target: (identifier) @further (arguments) (do_block))
(call target: (dot right: (identifier) @further) (arguments) (do_block))
(binary_operator operator: "|>" right: (call target: (identifier) @further))
(binary_operator operator: "|>" right: (call target: (dot right: (identifier) @further)))
(unary_operator operator: "&" operand: (binary_operator left: (identifier) @reference @call right: (integer)))
(alias) @told
(unary_operator operator: "@" operand: (identifier) @told)
((unary_operator operator: "@" operand: (call target: (identifier) @_typed (arguments) @told))
  (#any-of? @_typed "spec" "type" "typep" "opaque" "callback" "macrocallback"))
((unary_operator operator: "@" operand: (call target: (identifier) @_typed (arguments) @skip_inside))
  (#any-of? @_typed "spec" "type" "typep" "opaque" "callback" "macrocallback"))
((call target: (identifier) @_delegates) @told (#eq? @_delegates "defdelegate"))
((sigil (sigil_name) @_markup (quoted_content) @told) (#eq? @_markup "H"))
(unary_operator operator: "@" operand: (call target: (identifier) @skip))
((call target: (identifier) @skip)
  (#any-of? @skip "def" "defp" "defmacro" "defmacrop" "defmodule" "defprotocol" "defimpl" "defstruct" "defexception"
    "defdelegate" "defguard" "defguardp" "defoverridable" "alias" "import" "use" "require" "quote" "unquote"
    "unquote_splicing" "if" "unless" "case" "cond" "with" "for" "fn" "receive" "try" "raise" "reraise" "super"
    "binding" "is_nil" "is_map" "is_list" "is_atom" "is_binary" "is_integer" "test" "describe" "assert" "refute"
    "assert_raise" "setup" "setup_all" "inspect" "send" "self" "elem" "hd" "tl" "length" "map_size" "to_string"))
(comment) @comment
(quoted_content) @string
