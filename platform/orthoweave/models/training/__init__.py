"""One training loop for all models with a neural network; killed and resumed, the same bytes."""
