"""How plans are evaluated: columns in scope, values of expressions, what filters say of nulls, operators, joins."""
