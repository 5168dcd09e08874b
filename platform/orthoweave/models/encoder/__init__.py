"""One encoder of expression profiles for several published models, which differ along few axes.

A profile is a set of pairs of a gene and its value. Each pair is embedded, the pairs are mixed, and
what was hidden is recovered. The axes are the genes that enter (`tokens`), the embedding of values
(`values`), the mixing (`mixers`, `sets`), and what is hidden and recovered (`objectives`).
"""
