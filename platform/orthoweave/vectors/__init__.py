"""Vector indexes: one interface, FAISS behind it."""
