"""Species that the project does not know by name."""

from orthoweave.species import Species

SALAMANDERS = [Species(8296, "Ambystoma mexicanum", "axolotl", synonyms=("Mexican salamander",))]
