"""The framework of ingest jobs: definition, discovery and execution of files in ``ingest/``."""

from orthoweave.jobs.job import Job as Job
from orthoweave.jobs.job import JobContext as JobContext
from orthoweave.jobs.job import job as job
from orthoweave.options import Option as Option
from orthoweave.storage.provenance import SourceInfo as SourceInfo
