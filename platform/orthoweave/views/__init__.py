"""Views of a published build: plain arrays with keys, and objects of other libraries."""
