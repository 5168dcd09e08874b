"""Tables with provenance, the ledger of sources and the manifest of builds: the truth on disk."""
