"""Gene identity: every name a gene has, and what was meant; it reports and never guesses."""
