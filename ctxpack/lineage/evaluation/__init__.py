"""How plans are evaluated: columns in scope (`scope`), values (`values`), filters (`narrowing`), operators (`plans`)."""
