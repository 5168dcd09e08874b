"""A table of the guarantees of sandboxed processes on this system."""

from typing import Final

import pyarrow as pa

from orthoweave.questions.answer import Answer, table_of
from orthoweave.sandbox.guarantees import Security, look

_COLUMNS: Final = pa.schema(
    [("guarantee", pa.string()), ("enforced_by", pa.list_(pa.string())), ("holds", pa.string())]
)


def security_of_this_system() -> Answer:
    """Return the guarantees of sandboxed processes, each tried just now."""
    found = look()
    rows: list[dict[str, object]] = [
        {
            "guarantee": one.text,
            "enforced_by": list(one.enforced_by),
            "holds": "yes" if one.holds else "no",
        }
        for one in found.guarantees
    ]
    return Answer(
        table_of(rows, _COLUMNS), "A sandboxed process on this system", notes=_notes(found)
    )


def _notes(found: Security) -> tuple[str, ...]:
    landlock = f"Landlock {found.landlock}" if found.landlock else "no Landlock"
    seccomp = "seccomp" if found.seccomp else "no seccomp on x86_64 or aarch64"
    notes = [f"{found.kernel}: {landlock}, {seccomp}"]
    broken = [one.text for one in found.guarantees if not one.holds]
    if not found.landlock and not found.seccomp:
        notes.append("free text is refused on this system, since no process can be sandboxed")
    elif broken:
        notes.append(
            f"not enforced on this system: {'; '.join(broken)}. Ask free text of others only in a "
            "container or virtual machine of its own"
        )
    return tuple(notes)
