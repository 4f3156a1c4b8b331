"""The table of languages with a grammar: one record each, with one `.scm` and at most one small module beside it.

`docs/adding-a-language.md` explains the fields with an example.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """How one language is recognised, parsed and read.

    `grammar` is the wheel's module and `entry` its function; an empty grammar means that the text is read by lines.
    `query` is the stem of the `.scm` file (default: the name), or several that are joined, and `module` the module of
    hooks, if it needs any. `members` are (node type, place of the receiver, place of the member), `calls` (node type,
    place of the callee); a type among both is a call of its own member. A place is a field's name or a path as
    `places.way` reads it. `instances` are (node type, place of a type) whose value is one of that type (`new X()`, a
    cast), `paths` node types whose whole text is a dotted name, `transparent` those that stand for their first named
    child (parentheses, await). `wrappers` are node types that belong to the definition inside them (decorators,
    export), `leading` those that belong to the definition that follows them (attributes), and `trailing` those that
    belong to the definition or the scope just before them (a body that stands beside its head). `self_names` mean the
    enclosing instance, `class_names` its class and `super_names` its bases; `implicit_self` says that a bare name may
    be a member of the enclosing class. `constructors` are members of a class whose call makes an instance (`X.new`),
    `self_members` node types that name a member of the enclosing instance by themselves (`@x`). `ordered` says that a
    local name is unknown before its declaration, `dotted` that of names with single dots between them, of which the
    query captures all, each is the receiver of the next, and that no hook says otherwise, `overloads` that the number
    of arguments may tell which definition a call means, and `labels` names the field of an argument whose text must be
    that of a parameter. `claims` are extensions of
    another language that are this one's where a pattern is found in the first bytes, and `kin` the language that a text
    may be in which this one's grammar cannot read whole. Where a text is read by lines, `heads` are (kind, pattern,
    block) of the lines that begin something: the pattern's groups, joined by dots, are the name, and the block is
    "line", "braces", "indent" (deeper lines, with a closing word) or "next" (up to the next such head); the kind
    "outline" keeps a line without defining anything. `includes` are (kind, pattern) of the lines that bring in the
    file in the first group, and `comments` what a line of comment begins with.
    """

    name: str
    extensions: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    grammar: str = ""
    entry: str = "language"
    query: str = ""
    module: str = ""
    members: tuple[tuple[str, str, str], ...] = ()
    calls: tuple[tuple[str, str], ...] = ()
    instances: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()
    transparent: tuple[str, ...] = ()
    wrappers: tuple[str, ...] = ()
    self_names: tuple[str, ...] = ()
    super_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    implicit_self: bool = False
    constructors: tuple[str, ...] = ()
    self_members: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    trailing: tuple[str, ...] = ()
    ordered: bool = False
    dotted: bool = False
    overloads: bool = False
    labels: str = ""
    claims: tuple[tuple[str, str], ...] = ()
    kin: str = ""
    heads: tuple[tuple[str, str, str], ...] = ()
    includes: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()


_ECMASCRIPT_WRAPPERS = (
    "lexical_declaration", "variable_declaration", "expression_statement", "export_statement", "ambient_declaration",
)  # fmt: skip
_ECMASCRIPT_PATTERNS = (
    ("object_pattern", "../type|../value", "."),
    ("shorthand_property_identifier_pattern", "../../type|../../value", "."),
    ("pair_pattern", "../../type|../../value", "key"),
)
_TYPESCRIPT_MEMBERS = (
    ("member_expression", "object", "property"),
    *_ECMASCRIPT_PATTERNS,
    ("nested_identifier", "object", "property"),
    ("nested_type_identifier", "module", "name"),
)
_TYPESCRIPT_CASTS = (
    ("as_expression", "-1"),
    ("satisfies_expression", "-1"),
    ("type_assertion", "0/0"),
    ("type_annotation", "0"),
)

LANGUAGES: tuple[Language, ...] = (
    Language(
        name="python",
        extensions=(".py", ".pyi", ".pyw", ".ipynb"),
        interpreters=("python", "python2", "python3"),
        grammar="tree_sitter_python",
        module="python",
        members=(("attribute", "object", "attribute"),),
        calls=(("call", "function"),),
        transparent=("parenthesized_expression", "await"),
        wrappers=("decorated_definition",),
        dotted=True,
        self_names=("self",),
        class_names=("cls",),
        super_names=("super()",),
    ),
    Language(
        name="java",
        extensions=(".java",),
        grammar="tree_sitter_java",
        module="java",
        members=(
            ("field_access", "object", "field"),
            ("method_invocation", "object", "name"),
            ("method_reference", "0", "-1"),
            ("scoped_identifier", "scope", "name"),
            ("scoped_type_identifier", "0", "-1"),
            ("element_value_pair", "../../name", "key"),
            ("switch_label", "../../../condition", "0"),
        ),
        calls=(("method_invocation", "name"),),
        instances=(("object_creation_expression", "type"), ("cast_expression", "type")),
        paths=("generic_type", "scoped_type_identifier", "scoped_identifier"),
        transparent=("parenthesized_expression",),
        self_names=("this",),
        super_names=("super",),
        implicit_self=True,
        ordered=True,
        overloads=True,
    ),
    Language(
        name="go",
        extensions=(".go",),
        grammar="tree_sitter_go",
        module="go",
        members=(("selector_expression", "operand", "field"), ("qualified_type", "package", "name")),
        calls=(("call_expression", "function"), ("type_conversion_expression", "type")),
        instances=(
            ("composite_literal", "type"),
            ("type_assertion_expression", "type"),
            ("slice_type", "element"),
            ("array_type", "element"),
            ("map_type", "value"),
            ("channel_type", "value"),
            ("pointer_type", "0"),
        ),
        transparent=(
            "parenthesized_expression",
            "generic_type",
            "type_instantiation_expression",
            "index_expression",
            "slice_expression",
        ),
        wrappers=("type_declaration", "const_declaration", "var_declaration", "var_spec_list"),
        ordered=True,
    ),
    Language(
        name="kotlin",
        extensions=(".kt", ".kts"),
        grammar="tree_sitter_kotlin",
        module="kotlin",
        members=(
            ("navigation_expression", "0", "-1"),
            ("infix_expression", "0", "1"),
            ("user_type", "0", "-1"),
        ),
        calls=(("call_expression", "0"), ("infix_expression", "1")),
        instances=(("as_expression", "right"),),
        paths=("user_type",),
        transparent=("parenthesized_expression", "unary_expression"),
        self_names=("this",),
        super_names=("super",),
        implicit_self=True,
        ordered=True,
        overloads=True,
    ),
    Language(
        name="javascript",
        extensions=(".js", ".jsx", ".mjs", ".cjs", ".es6"),
        interpreters=("node", "nodejs", "bun", "deno"),
        grammar="tree_sitter_javascript",
        query="ecmascript javascript jsx",
        module="ecmascript",
        members=(("member_expression", "object", "property"), *_ECMASCRIPT_PATTERNS),
        calls=(("call_expression", "function"), ("new_expression", "constructor")),
        transparent=("parenthesized_expression", "await_expression"),
        wrappers=_ECMASCRIPT_WRAPPERS,
        self_names=("this",),
        super_names=("super",),
    ),
    Language(
        name="typescript",
        extensions=(".ts", ".mts", ".cts"),
        interpreters=("ts-node", "tsx"),
        grammar="tree_sitter_typescript",
        entry="language_typescript",
        query="ecmascript typescript",
        module="ecmascript",
        members=_TYPESCRIPT_MEMBERS,
        calls=(("call_expression", "function"), ("new_expression", "constructor")),
        instances=_TYPESCRIPT_CASTS,
        transparent=("parenthesized_expression", "await_expression", "non_null_expression"),
        wrappers=_ECMASCRIPT_WRAPPERS,
        leading=("decorator",),
        self_names=("this",),
        super_names=("super",),
    ),
    Language(
        name="tsx",
        extensions=(".tsx",),
        grammar="tree_sitter_typescript",
        entry="language_tsx",
        query="ecmascript typescript jsx",
        module="ecmascript",
        members=_TYPESCRIPT_MEMBERS,
        calls=(("call_expression", "function"), ("new_expression", "constructor")),
        instances=_TYPESCRIPT_CASTS,
        transparent=("parenthesized_expression", "await_expression", "non_null_expression"),
        wrappers=_ECMASCRIPT_WRAPPERS,
        leading=("decorator",),
        self_names=("this",),
        super_names=("super",),
    ),
    Language(
        name="vue",
        extensions=(".vue",),
        grammar="tree_sitter_typescript",
        entry="language_typescript",
        query="ecmascript typescript",
        module="single_file",
        members=_TYPESCRIPT_MEMBERS,
        calls=(("call_expression", "function"), ("new_expression", "constructor")),
        instances=_TYPESCRIPT_CASTS,
        transparent=("parenthesized_expression", "await_expression", "non_null_expression"),
        wrappers=_ECMASCRIPT_WRAPPERS,
        leading=("decorator",),
        self_names=("this",),
        super_names=("super",),
    ),
    Language(
        name="svelte",
        extensions=(".svelte",),
        grammar="tree_sitter_typescript",
        entry="language_typescript",
        query="ecmascript typescript",
        module="single_file",
        members=_TYPESCRIPT_MEMBERS,
        calls=(("call_expression", "function"), ("new_expression", "constructor")),
        instances=_TYPESCRIPT_CASTS,
        transparent=("parenthesized_expression", "await_expression", "non_null_expression"),
        wrappers=_ECMASCRIPT_WRAPPERS,
        leading=("decorator",),
        self_names=("this",),
        super_names=("super",),
    ),
    Language(
        name="rust",
        extensions=(".rs",),
        grammar="tree_sitter_rust",
        module="rust",
        members=(
            ("field_expression", "value", "field"),
            ("scoped_identifier", "path", "name"),
            ("scoped_type_identifier", "path", "name"),
        ),
        calls=(("call_expression", "function"),),
        instances=(("struct_expression", "name"), ("type_cast_expression", "type")),
        transparent=(
            "parenthesized_expression",
            "try_expression",
            "await_expression",
            "generic_function",
            "generic_type",
            "bracketed_type",
            "qualified_type",
        ),
        leading=("attribute_item",),
        self_names=("self", "Self"),
        ordered=True,
    ),
    Language(
        name="scala",
        extensions=(".scala", ".sc", ".sbt"),
        grammar="tree_sitter_scala",
        module="scala",
        members=(
            ("field_expression", "value", "field"),
            ("stable_identifier", "0", "-1"),
            ("stable_type_identifier", "0", "-1"),
            ("infix_expression", "left", "operator"),
        ),
        calls=(("call_expression", "function"), ("infix_expression", "operator")),
        instances=(("instance_expression", "0"),),
        paths=("generic_type", "stable_type_identifier", "type_identifier"),
        transparent=("parenthesized_expression", "generic_function"),
        self_names=("this",),
        super_names=("super",),
        implicit_self=True,
        ordered=True,
        overloads=True,
    ),
    Language(
        name="swift",
        extensions=(".swift", ".swiftinterface"),
        interpreters=("swift",),
        grammar="tree_sitter_swift",
        module="swift",
        members=(("navigation_expression", "target", "suffix/suffix"), ("navigation_suffix", "../target", "suffix")),
        calls=(("call_expression", "0"),),
        instances=(("as_expression", "name"), ("constructor_expression", "constructed_type")),
        paths=("user_type",),
        transparent=("key_path_expression",),
        self_names=("self",),
        class_names=("Self",),
        super_names=("super",),
        implicit_self=True,
        constructors=("init",),
        ordered=True,
        overloads=True,
        labels="name",
    ),
    Language(
        name="dart",
        extensions=(".dart",),
        interpreters=("dart",),
        grammar="tree_sitter_dart",
        module="dart",
        wrappers=("method_signature", "declaration"),
        leading=("annotation",),
        trailing=("function_body", "block"),
        self_names=("this",),
        super_names=("super",),
        implicit_self=True,
        constructors=("new",),
        ordered=True,
    ),
    Language(
        name="julia",
        extensions=(".jl",),
        interpreters=("julia",),
        grammar="tree_sitter_julia",
        module="julia",
        members=(("field_expression", "value", "-1"),),
        calls=(("call_expression", "0"), ("broadcast_call_expression", "0")),
        instances=(("typed_expression", "-1"),),
        transparent=("parenthesized_expression", "parametrized_type_expression"),
        wrappers=("macro_argument_list", "macrocall_expression", "global_statement"),
    ),
    Language(
        name="csharp",
        extensions=(".cs", ".csx"),
        grammar="tree_sitter_c_sharp",
        module="csharp",
        members=(
            ("member_access_expression", "expression", "name"),
            ("member_binding_expression", "../0", "name"),
            ("conditional_access_expression", "0", "1/name"),
            ("qualified_name", "qualifier", "name"),
            ("assignment_expression", "../../type", "left"),
            ("attribute_argument", "../../name", "name"),
        ),
        calls=(("invocation_expression", "function"),),
        instances=(
            ("object_creation_expression", "type"),
            ("cast_expression", "type"),
            ("as_expression", "right"),
        ),
        paths=("generic_name", "qualified_name"),
        transparent=("parenthesized_expression", "await_expression", "generic_name", "postfix_unary_expression"),
        self_names=("this",),
        super_names=("base",),
        implicit_self=True,
        ordered=True,
        overloads=True,
    ),
    Language(
        name="php",
        extensions=(".php", ".phtml", ".inc"),
        interpreters=("php",),
        grammar="tree_sitter_php",
        entry="language_php",
        module="php",
        members=(
            ("member_access_expression", "object", "name"),
            ("nullsafe_member_access_expression", "object", "name"),
            ("member_call_expression", "object", "name"),
            ("nullsafe_member_call_expression", "object", "name"),
            ("scoped_call_expression", "scope", "name"),
            ("class_constant_access_expression", "0", "1"),
            ("scoped_property_access_expression", "scope", "name/0"),
            ("qualified_name", "prefix", "-1"),
        ),
        calls=(
            ("function_call_expression", "function"),
            ("member_call_expression", "name"),
            ("nullsafe_member_call_expression", "name"),
            ("scoped_call_expression", "name"),
        ),
        instances=(("object_creation_expression", "0"),),
        paths=("qualified_name", "relative_name", "namespace_name"),
        transparent=("parenthesized_expression", "clone_expression"),
        self_names=("$this", "self", "static"),
        super_names=("parent",),
    ),
    Language(
        name="ruby",
        extensions=(".rb", ".rake", ".gemspec", ".ru"),
        filenames=("Rakefile", "Gemfile", "Guardfile", "Capfile"),
        interpreters=("ruby",),
        grammar="tree_sitter_ruby",
        module="ruby",
        members=(("call", "receiver", "method"), ("scope_resolution", "scope", "name")),
        calls=(("call", "method"),),
        transparent=("parenthesized_statements",),
        self_names=("self",),
        implicit_self=True,
        constructors=("new",),
        self_members=("instance_variable", "class_variable"),
        ordered=True,
    ),
    Language(
        name="bash",
        extensions=(".sh", ".bash", ".ksh", ".zsh", ".bats"),
        filenames=(".bashrc", ".bash_profile", ".profile", ".zshrc"),
        interpreters=("sh", "bash", "dash", "ksh", "zsh"),
        grammar="tree_sitter_bash",
        module="bash",
    ),
    Language(
        name="c",
        extensions=(".c", ".h"),
        grammar="tree_sitter_c",
        query="c_family c",
        module="c",
        kin="cpp",
        members=(("field_expression", "argument", "field"),),
        calls=(("call_expression", "function"),),
        instances=(("cast_expression", "type"), ("compound_literal_expression", "type")),
        transparent=("parenthesized_expression", "subscript_expression", "pointer_expression"),
        wrappers=("type_definition",),
        ordered=True,
    ),
    Language(
        name="yacc",
        extensions=(".y", ".l"),
        grammar="tree_sitter_c",
        query="c_family c",
        module="yacc",
        members=(("field_expression", "argument", "field"),),
        calls=(("call_expression", "function"),),
        instances=(("cast_expression", "type"), ("compound_literal_expression", "type")),
        transparent=("parenthesized_expression", "subscript_expression", "pointer_expression"),
        wrappers=("type_definition",),
        ordered=True,
    ),
    Language(
        name="objc",
        extensions=(".m", ".mm"),
        grammar="tree_sitter_objc",
        query="c_family c objc",
        module="objc",
        members=(("field_expression", "argument", "field"),),
        calls=(("call_expression", "function"),),
        instances=(("cast_expression", "type"), ("compound_literal_expression", "type")),
        transparent=("parenthesized_expression", "subscript_expression", "pointer_expression"),
        wrappers=("type_definition",),
        self_names=("self",),
        super_names=("super",),
        ordered=True,
        claims=(
            (
                ".h",
                r"^[ \t]*@(?:interface|protocol|class|import)\b|^[ \t]*NS_(?:ASSUME_NONNULL_BEGIN|ENUM)\b|"
                r"^[ \t]*#[ \t]*import[ \t]+[<\"](?!(?:[^\n]*\n)+?[ \t]*(?:namespace|template|class)\b)",
            ),
        ),
        heads=(
            ("class", r"^@(?:interface|implementation|protocol)\s+(\w+)", "next"),
            ("function", r"^[-+]\s*\([^)]*\)\s*(\w+)", "braces"),
            ("function", r"^(?:static\s+)?[\w* ]+[\s*](\w+)\s*\([^;]*\)\s*\{", "braces"),
        ),
        comments=("//",),
    ),
    Language(
        name="cpp",
        extensions=(
            ".cpp",
            ".cc",
            ".cxx",
            ".c++",
            ".hpp",
            ".hh",
            ".hxx",
            ".h++",
            ".ipp",
            ".tpp",
            ".inl",
            ".cu",
            ".cuh",
        ),
        grammar="tree_sitter_cpp",
        query="c_family cpp",
        module="c",
        members=(("field_expression", "argument", "field"),),
        calls=(("call_expression", "function"),),
        instances=(
            ("cast_expression", "type"),
            ("compound_literal_expression", "type"),
            ("new_expression", "type"),
        ),
        paths=("qualified_identifier", "template_type"),
        transparent=("parenthesized_expression", "subscript_expression", "pointer_expression", "template_function"),
        wrappers=("type_definition", "template_declaration"),
        self_names=("this",),
        implicit_self=True,
        ordered=True,
        overloads=True,
        claims=(
            (
                ".h",
                r"^[ \t]*(?:namespace\b[\w \t:]*\{?[ \t]*$|(?:class|struct)\s+(?:\w+\s+)?\w+\s*(?:final\s*)?:[^:]|"
                r"class\s+\w[\w \t]*[{;]?[ \t]*$|template\s*<|using\s+(?:namespace\b|\w+\s*=|\w+::)|"
                r"(?:public|private|protected)\s*:|#\s*include\s*<(?:string|vector|memory|map|iostream|cstd\w+)>|"
                r"(?![ \t]*[/*]).*\b(?:std::\w|constexpr\b|nullptr\b|static_cast<|noexcept\b))",
            ),
        ),
    ),
    Language(
        name="elixir",
        extensions=(".ex", ".exs"),
        interpreters=("elixir",),
        grammar="tree_sitter_elixir",
        module="elixir",
        members=(("dot", "left", "right"),),
        calls=(("call", "target"),),
        paths=("alias",),
        leading=("unary_operator", "call"),
        overloads=True,
    ),
    Language(
        name="lua",
        extensions=(".lua", ".rockspec"),
        filenames=(".luacheckrc",),
        interpreters=("lua", "luajit"),
        grammar="tree_sitter_lua",
        module="lua",
        members=(("dot_index_expression", "table", "field"), ("method_index_expression", "table", "method")),
        calls=(("function_call", "name"),),
        transparent=("parenthesized_expression",),
        self_names=("self",),
        ordered=True,
    ),
    Language(
        name="terraform",
        extensions=(".tf", ".hcl", ".tfvars", ".tofu", ".nomad"),
        grammar="tree_sitter_hcl",
        module="terraform",
    ),
    Language(
        name="powershell",
        extensions=(".ps1", ".psm1", ".psd1"),
        interpreters=("pwsh", "powershell"),
        grammar="tree_sitter_powershell",
        module="powershell",
        members=(("member_access", "0", "1/0"), ("invokation_expression", "0", "1/0")),
        calls=(("invokation_expression", "1/0"),),
        instances=(("cast_expression", "0"),),
        paths=("type_literal",),
        transparent=("member_name", "parenthesized_expression"),
        self_names=("$this",),
        constructors=("new",),
        heads=(("function", r"(?i)^\s*function\s+([\w:-]+)", "braces"), ("class", r"(?i)^\s*class\s+(\w+)", "braces")),
        comments=("#",),
    ),
    Language(name="text", extensions=(".txt",)),
)
