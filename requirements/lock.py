"""Write the lock: the version and the hashes of every package that `make` and the image install.

    make lock             # after a change of pyproject.toml: versions stay where they can
    make lock UPGRADE=1   # the newest versions that the ranges allow

`uv` resolves once for all of Python 3.11 to 3.13 and all platforms, from wheels alone. The result
is three files: torch.txt holds PyTorch and what it needs for CUDA, dev.txt what only development
needs, base.txt all else. An image for CPUs takes base.txt and PyTorch's own build for CPUs.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FILES = ("base", "torch", "dev")
_TORCH = re.compile(r"torch|triton|nvidia-.+|cuda-.+")
_HEADER = "# Written by requirements/lock.py: do not edit; `make lock`\n"


def main() -> None:
    """Resolve, split and write the three files."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--upgrade", action="store_true")
    upgrade = arguments.parse_args().upgrade
    held = "" if upgrade else "".join(_read(name) for name in FILES)
    app = _resolve(["all"], held)
    everything = _resolve(["all", "dev"], app if upgrade else held)
    needed = _entries(app).keys()
    for name in FILES:
        chosen = [
            text for key, text in _entries(everything).items() if _file_of(key, needed) == name
        ]
        (HERE / f"{name}.txt").write_text(_HEADER + "".join(chosen), encoding="utf-8")


def _file_of(package: str, needed: set[str]) -> str:
    if _TORCH.fullmatch(package):
        return "torch"
    return "base" if package in needed else "dev"


def _resolve(extras: list[str], held: str) -> str:
    """Return the lock of some extras; versions in `held` stay where they can."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "lock.txt"
        output.write_text(held, encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", "3.11.5", "--generate-hashes", "--only-binary", ":all:"]
        command += ["--no-header", "--no-annotate", "--output-file", str(output)]
        command += [part for extra in extras for part in ("--extra", extra)]
        command += [str(HERE.parent / "pyproject.toml"), str(HERE / "build.in")]
        subprocess.run(command, check=True)
        return output.read_text(encoding="utf-8")


def _entries(lock: str) -> dict[str, str]:
    """Return the text of each package of a lock, by name; several versions of one stay together."""
    found: dict[str, str] = {}
    for text in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE):
        if "==" in text:
            name = text.partition("==")[0]
            found[name] = found.get(name, "") + text
    return found


def _read(name: str) -> str:
    path = HERE / f"{name}.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    main()
