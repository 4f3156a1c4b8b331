"""Ways into other programs; thin, optional, and used by nothing else."""
