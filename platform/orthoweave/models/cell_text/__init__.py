"""Text-derived cells: each cell as the expression-weighted mean of its genes' text vectors."""
