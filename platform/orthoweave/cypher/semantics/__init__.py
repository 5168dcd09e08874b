"""Analyse the meaning of a statement; refuse what Neo4j or we refuse before it runs."""
