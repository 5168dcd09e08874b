"""Cypher as Neo4j 5 reads it: parsed, checked, and answered exactly on the embedded engine."""
