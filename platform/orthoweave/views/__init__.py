"""Views of a published build: its tables and matrices as plain containers, and their exports."""
