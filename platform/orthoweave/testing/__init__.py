"""What tests of orthoweave and of its extensions share: a toy world and conformance suites."""
