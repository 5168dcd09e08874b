"""Values of Cypher with its operators and functions, for what SQL does not compute."""
