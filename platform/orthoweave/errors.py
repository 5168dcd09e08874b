"""Every error that orthoweave raises on purpose.

::

    OrthoweaveError
    ├── UsageError (ValueError)              the question is wrong: exit code 2
    │   ├── UnknownNameError (LookupError)   no such job, query, gene, species, setting, source
    │   ├── AmbiguousNameError (LookupError) several fit, and the caller must choose
    │   ├── MissingExtraError (ImportError)  an optional dependency is not installed
    │   └── PluginError (ImportError)        an extension of another package cannot be used
    ├── InputError (ValueError)              a raw source is not as expected
    │   ├── HostileFileError                 it would read elsewhere, explode or crash
    │   ├── ScaleError                       values are not on the expected scale
    │   └── RowFloorError                    fewer rows than a complete source has
    ├── SchemaError (ValueError)             tables do not fit graph_schema/
    ├── LedgerError                          the record of sources forbids it
    │   └── SourceChangedError               another file under a version already taken
    ├── BuildError                           a build could not be assembled or published
    ├── IntegrityError                       a published file differs from its manifest
    ├── FormatError                          a newer orthoweave wrote this knowledge base
    ├── LockedError (TimeoutError)           another process is writing this knowledge base
    ├── OfflineError (ConnectionError)       the network is needed and forbidden or failing
    ├── StoreUnavailableError (ConnectionError)  the graph's server is down or refuses the login
    └── QueryError                           a query was refused or ended early
        ├── QueryRefusedError (PermissionError)
        ├── MissingParameterError (KeyError)
        ├── QueryTimeoutError (TimeoutError)
        └── QueryBusyError                   too many questions wait, or one waited too long

Each message says what was expected, what was found and what to do. A folder that is open goes by
the name that it has at that moment.
"""

import re
from pathlib import Path
from typing import Final

_OPEN_FOLDER: Final = re.compile(r"/proc/self/fd/[0-9]+")


class OrthoweaveError(Exception):
    """The base of all errors that orthoweave raises on purpose."""

    def __init__(self, *arguments: object) -> None:
        named = (_with_names(one) if isinstance(one, str) else one for one in arguments)
        super().__init__(*named)


def _with_names(message: str) -> str:
    """Return a message with the names of open folders in place of their descriptors."""
    return _OPEN_FOLDER.sub(lambda found: _name_of(found[0]), message)


def _name_of(descriptor: str) -> str:
    try:
        return str(Path(descriptor).readlink())
    except OSError:
        return descriptor


class UsageError(OrthoweaveError, ValueError):
    """The question or the command is wrong, not the data."""


class UnknownNameError(UsageError, LookupError):
    """A name that is not known: a job, query, gene, species, setting, source or build."""


class AmbiguousNameError(UsageError, LookupError):
    """Several things fit a name, and the caller has to say which."""


class MissingExtraError(UsageError, ImportError):
    """An optional dependency is needed; the message names the extra to install."""


class PluginError(UsageError, ImportError):
    """An extension of another package cannot be loaded, or two packages add one name."""


class InputError(OrthoweaveError, ValueError):
    """A raw source is not as the job expects it."""


class HostileFileError(InputError):
    """A file that would read elsewhere, explode in memory or crash a reader."""


class ScaleError(InputError):
    """Values on another scale than asked for, such as log values in place of counts."""


class RowFloorError(InputError):
    """A source gave fewer rows than its floor: probably truncated or of the wrong kind."""


class SchemaError(OrthoweaveError, ValueError):
    """Tables that do not fit the graph schema; the message lists every problem."""


class LedgerError(OrthoweaveError):
    """The ledger of sources forbids the request."""


class SourceChangedError(LedgerError):
    """A different input under a source version that is already taken."""


class BuildError(OrthoweaveError):
    """A build could not be assembled, verified or published."""


class IntegrityError(OrthoweaveError):
    """A published file differs from its manifest."""


class FormatError(OrthoweaveError):
    """A file of the knowledge base has a format that only a newer orthoweave knows."""


class LockedError(OrthoweaveError, TimeoutError):
    """Another process is writing this knowledge base."""


class OfflineError(OrthoweaveError, ConnectionError):
    """The network is needed, but forbidden or not reachable."""


class StoreUnavailableError(OrthoweaveError, ConnectionError):
    """The server of the graph does not answer, refuses the login, or could not be started."""


class QueryError(OrthoweaveError):
    """A query was refused, failed or was ended early."""


class QueryRefusedError(QueryError, PermissionError):
    """A statement that the gateway refuses; the message says what to write instead."""


class MissingParameterError(QueryError, KeyError):
    """A parameter that the query uses was not given."""

    # KeyError prints the repr of its argument; people should read the message
    __str__ = Exception.__str__


class QueryTimeoutError(QueryError, TimeoutError):
    """The query ran into its time limit."""


class QueryBusyError(QueryError):
    """Too many questions wait for their turn, or this one waited too long; it did not run."""
