"""Tells what a statement means, and refuses what Neo4j or we refuse, before it is asked."""
