"""The only way to ask the graph: checks, limits and sandboxed processes."""
