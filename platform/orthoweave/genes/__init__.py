"""Gene identity: all names of each gene, and all genes that a text may mean. Nothing is guessed."""
