"""One evaluation for any embedding of cells: ours, imported, or of texts."""
