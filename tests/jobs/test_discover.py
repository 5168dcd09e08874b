"""Jobs are found by path."""

from pathlib import Path

import pytest

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.jobs.discover import discover_jobs, find_job, load_jobs
from orthoweave.settings import Settings

JOB = '''
from orthoweave.jobs import job

@job(name="{name}", help="h", inputs="i", writes=("Gene",))
def run(context):
    """Do nothing."""
'''


def test_a_users_folder_adds_jobs(tmp_path: Path) -> None:
    """Jobs of a folder on the job path stand beside the project's own, with their file."""
    (tmp_path / "mine.py").write_text(JOB.format(name="mine"))
    jobs = discover_jobs(Settings(job_path=str(tmp_path)))
    assert jobs["mine"].path == tmp_path / "mine.py"
    assert {"gene_descriptions", "orthology", "cell_gene"} <= jobs.keys()


def test_two_files_of_one_name_never_meet(tmp_path: Path) -> None:
    """Files are told apart by their whole path."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "gene.py").write_text(JOB.format(name=name))
    found = [load_jobs(tmp_path / name / "gene.py")[0].name for name in ("a", "b")]
    assert found == ["a", "b"]


def test_two_jobs_of_one_name_are_an_error(tmp_path: Path) -> None:
    """The message names both files."""
    (tmp_path / "other.py").write_text(JOB.format(name="orthology"))
    with pytest.raises(UsageError, match=r"'orthology' is defined twice.*other\.py"):
        discover_jobs(Settings(job_path=str(tmp_path)))


def test_a_file_that_does_not_load(tmp_path: Path) -> None:
    """The message names the file and its error."""
    (tmp_path / "bad.py").write_text("1 / 0")
    with pytest.raises(UsageError, match=r"bad\.py fails to load: ZeroDivisionError"):
        load_jobs(tmp_path / "bad.py")


def test_an_unknown_job_lists_all_jobs() -> None:
    """The message has the names to choose from."""
    with pytest.raises(UnknownNameError, match="orthology"):
        find_job(Settings(), "nope")
