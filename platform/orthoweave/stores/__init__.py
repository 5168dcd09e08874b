"""Graph stores: one interface, an implementation for each engine."""
