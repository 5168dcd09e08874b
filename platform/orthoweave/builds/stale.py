"""Changes since a source was made: of what it read, of its model's code and of its weights."""

from orthoweave.errors import IntegrityError
from orthoweave.jobs.depends import changed_dependencies
from orthoweave.models.code import CODE_DEPENDENCY, module_digest
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.weights_named import WEIGHTS_DEPENDENCY, weights_digest


def changes_since(layout: Layout, ledger: Ledger, entry: Entry) -> tuple[str, ...]:
    """Return the changes since a source was made, in words; empty if it is up to date.

    A run of kept weights is out of date if these are.
    """
    try:
        found = list(changed_dependencies(layout, ledger, entry))
        for name, digest in entry.depends.items():
            if name.startswith(CODE_DEPENDENCY):
                found += _changed_code(name.removeprefix(CODE_DEPENDENCY), digest)
            elif name.startswith(WEIGHTS_DEPENDENCY):
                weights = name.removeprefix(WEIGHTS_DEPENDENCY)
                found += _changed_weights(layout, ledger, weights, digest)
    except IntegrityError as error:
        return (f"not known: {error}",)
    return tuple(found)


def _changed_code(module: str, digest: str) -> list[str]:
    now = module_digest(module)
    if not now:
        return [f"not known: its model's module {module} is not there to compare"]
    return [f"the code of its model has changed ({module})"] if now != digest else []


def _changed_weights(layout: Layout, ledger: Ledger, name: str, digest: str) -> list[str]:
    entry = ledger.find(name)
    now = weights_digest(layout, entry) if entry is not None else ""
    if entry is None or now != digest:
        return [f"the weights {name} have {'changed' if now else 'gone'}"]
    return [
        f"the weights {name} are out of date: {change}"
        for change in changes_since(layout, ledger, entry)
    ]
