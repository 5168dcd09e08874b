"""Find and load ingest jobs by path; they are never imported by name."""

import hashlib
import importlib.util
import os
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from orthoweave import content
from orthoweave.errors import PluginError, UnknownNameError, UsageError
from orthoweave.jobs.job import Job
from orthoweave.plugins import declared, load
from orthoweave.settings import Settings


def discover_jobs(settings: Settings) -> dict[str, Job]:
    """Return all jobs by name: ours, those of other packages, and of ``ORTHOWEAVE_JOB_PATH``.

    Raises
    ------
    PluginError
        If a job of another package cannot be loaded.
    UsageError
        If two files define a job of the same name, or a file cannot be loaded.
    """
    found = {name: _declared_job(name) for name in declared("jobs")}
    folders = [content.folder("ingest")]
    folders += [Path(item) for item in settings.job_path.split(os.pathsep) if item]
    for path in (path for folder in folders for path in sorted(folder.glob("*.py"))):
        for job in load_jobs(path):
            if job.name in found:
                message = f"job {job.name!r} is defined twice: {found[job.name].path} and {path}"
                raise UsageError(message)
            found[job.name] = job
    return found


def _declared_job(name: str) -> Job:
    made = load("jobs", name)
    if not (isinstance(made, Job) and made.name == name):
        message = f"{made!r} is declared as the job {name!r}: expected a Job of that name"
        raise PluginError(message)
    return made


def find_job(settings: Settings, name: str) -> Job:
    """Return the job of that name, or raise an error that lists those that exist."""
    jobs = discover_jobs(settings)
    if name not in jobs:
        message = f"unknown job {name!r}: expected one of {', '.join(jobs)}"
        raise UnknownNameError(message)
    return jobs[name]


def load_jobs(path: Path) -> list[Job]:
    """Return the jobs that a file defines."""
    module = _load(path)
    return [replace(item, path=path) for item in vars(module).values() if isinstance(item, Job)]


def _load(path: Path) -> ModuleType:
    # named by its full path, so that two files called gene.py never meet; kept out of sys.modules
    name = "orthoweave_job_" + hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        message = f"{path} cannot be loaded as a job: expected a Python file"
        raise UsageError(message)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        message = f"job file {path} fails to load: {type(error).__name__}: {error}"
        raise UsageError(message) from error
    return module
