"""What the tests share beside fixtures: corpora, random questions, attacks, a naive second path."""
