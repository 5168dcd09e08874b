"""The formats of an export; quick to import, because the help of the command line lists them."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """The format of an export."""

    kgx = "kgx"
    kgx_parquet = "kgx-parquet"
    parquet = "parquet"
    graphml = "graphml"
    cytoscape = "cytoscape"
    neo4j_admin = "neo4j-admin"
    h5ad = "h5ad"
