"""What functions of libraries do, as tables of names; a name that is in none of them does nothing that is known."""
