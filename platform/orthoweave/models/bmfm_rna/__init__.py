"""BMFM-RNA: learn vectors of cells without labels, and name cells from few labels."""
