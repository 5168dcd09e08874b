"""scMamba: cells named, doublets found and counts imputed by a bidirectional state-space model."""
