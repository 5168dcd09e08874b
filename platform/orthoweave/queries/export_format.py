"""The formats of an export by name; light to import, since the command line's help lists them."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """What an export is written as."""

    kgx = "kgx"
    kgx_parquet = "kgx-parquet"
    parquet = "parquet"
    graphml = "graphml"
    cytoscape = "cytoscape"
    neo4j_admin = "neo4j-admin"
