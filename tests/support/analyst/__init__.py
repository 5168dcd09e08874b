"""Questions of an analyst on a large graph, each with two answers obtained without Cypher."""

from tests.support.analyst import averages as averages
from tests.support.analyst import comparisons as comparisons
from tests.support.analyst import kinds as kinds
from tests.support.analyst import lookups as lookups
from tests.support.analyst import networks as networks
from tests.support.analyst import saved_expression as saved_expression
from tests.support.analyst import saved_genes as saved_genes
from tests.support.analyst.question import QUESTIONS as QUESTIONS
from tests.support.analyst.question import Question as Question
from tests.support.analyst.saved import SAVED as SAVED
from tests.support.analyst.world import World as World
