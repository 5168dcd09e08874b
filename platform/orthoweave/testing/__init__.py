"""Support for tests of orthoweave and its extensions: a toy world and conformance suites."""
