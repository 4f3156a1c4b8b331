"""Adapters to other programs and protocols (the MCP server); thin, optional, and used by nothing else."""
