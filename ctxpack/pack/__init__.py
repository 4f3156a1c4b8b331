"""From what is wanted to a pack: what each piece is worth, what fits, and where it stands."""
