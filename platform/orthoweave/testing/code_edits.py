"""Digests of a model's code after edits of it, made in a copy of its package by another process."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from orthoweave.errors import UsageError

_DIGESTS: Final = """
import json, sys
from importlib.util import find_spec
from pathlib import Path
from orthoweave.models.code import forget, module_digest, module_sources

module = sys.argv[1]
package = module.rpartition(".")[0]
before, edited = module_digest(module), {}
for name in module_sources(module):
    if name == module or name.startswith(package + "."):
        path = Path(find_spec(name).origin)
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "EDITED = 1\\n", encoding="utf-8")
        forget()
        edited[name] = module_digest(module)
        path.write_text(text, encoding="utf-8")
forget()
print(json.dumps([before, edited, module_digest(module)]))
"""


@dataclass(frozen=True, slots=True)
class EditedCode:
    """Digests of a model's code: plain, with one module edited, and with the edits undone."""

    before: str
    edited: dict[str, str]
    """By the name of the module that was edited."""
    after: str


def edited_code(module: str, folder: Path) -> EditedCode:
    """Return the digests of a model's code with each module of its package edited in turn.

    Parameters
    ----------
    module
        Name of the module that defines the model, in a package.
    folder
        An empty folder, for the copy that is edited.

    Raises
    ------
    UsageError
        If the module is in no package.
    """
    top = module.partition(".")[0]
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        message = f"{module}: expected a module in a package, so that a copy of it can be edited"
        raise UsageError(message)
    [place] = spec.submodule_search_locations
    shutil.copytree(place, folder / top, ignore=shutil.ignore_patterns("__pycache__"))
    # this interpreter, on the text above
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _DIGESTS, module],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
        check=True,
        capture_output=True,
        text=True,
    )
    return EditedCode(*json.loads(done.stdout))
