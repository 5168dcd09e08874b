"""An example of each thing that a package can add to orthoweave."""

from pathlib import Path

from orthoweave.plugins import Page

DATASETS = Page(Path(__file__).with_name("page.py"), "Datasets", ":material/dataset:")
SCHEMA = Path(__file__).with_name("schema")
