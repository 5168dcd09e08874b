"""Questions of an analyst on a large graph, each with two answers obtained without Cypher."""

from orthoweave.testing.analyst import averages as averages
from orthoweave.testing.analyst import comparisons as comparisons
from orthoweave.testing.analyst import kinds as kinds
from orthoweave.testing.analyst import lookups as lookups
from orthoweave.testing.analyst import networks as networks
from orthoweave.testing.analyst import saved_expression as saved_expression
from orthoweave.testing.analyst import saved_genes as saved_genes
from orthoweave.testing.analyst.question import QUESTIONS as QUESTIONS
from orthoweave.testing.analyst.question import Question as Question
from orthoweave.testing.analyst.saved import SAVED as SAVED
from orthoweave.testing.analyst.world import World as World
