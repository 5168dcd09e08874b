"""A second way to an answer: nested loops over tables, in plain Python, without any engine.

It shares the parser and the tree with the compiler and nothing else: neither its evaluator nor its
SQL. It knows a part of the language; what it does not know it says by `NotNaiveError`.
"""

from tests.support.naive.graph import Graph as Graph
from tests.support.naive.question import answer as answer
from tests.support.naive.values import NaiveError as NaiveError
from tests.support.naive.values import NotNaiveError as NotNaiveError
