; Elements that name components; the names of HTML elements begin in lower case.

; tokens
(jsx_opening_element name: (identifier) @call)
(jsx_self_closing_element name: (identifier) @call)
(jsx_opening_element name: (member_expression property: (_) @call))
(jsx_self_closing_element name: (member_expression property: (_) @call))
((jsx_opening_element name: (identifier) @skip) (#match? @skip "^[a-z]"))
((jsx_closing_element name: (identifier) @skip) (#match? @skip "^[a-z]"))
((jsx_self_closing_element name: (identifier) @skip) (#match? @skip "^[a-z]"))
(jsx_namespace_name (identifier) @skip)
(jsx_opening_element attribute: (jsx_attribute)) @told
(jsx_self_closing_element attribute: (jsx_attribute)) @told
