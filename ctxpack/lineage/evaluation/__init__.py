"""The evaluator of plans: scopes, values of expressions, null narrowing by conditions, operators, and joins."""
