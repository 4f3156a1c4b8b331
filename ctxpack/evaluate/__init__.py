"""How well ranking and packing do on a repository's own history, and the weights that would do better there."""
