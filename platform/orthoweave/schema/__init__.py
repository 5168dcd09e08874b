"""The graph schema: read it from ``graph_schema/``, check tables against it, write it as DDL."""

from orthoweave.schema.check import check_table as check_table
from orthoweave.schema.model import EdgeType as EdgeType
from orthoweave.schema.model import NodeType as NodeType
from orthoweave.schema.model import Property as Property
from orthoweave.schema.model import Schema as Schema
from orthoweave.schema.model import VectorSpace as VectorSpace
from orthoweave.schema.read import read_schema as read_schema
