"""Checks of test suites that are part of the library: they hold under ``python -O`` as well."""


def require_equal(found: object, expected: object) -> None:
    """Fail a test unless both values are equal.

    Raises
    ------
    AssertionError
        If they differ; the message contains both.
    """
    require(found == expected, f"expected {expected!r}, found {found!r}")


def require(truth: object, fault: object) -> None:
    """Fail a test unless something is true.

    Raises
    ------
    AssertionError
        If it is not; `fault` is the message.
    """
    if not truth:
        raise AssertionError(fault)
