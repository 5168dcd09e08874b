"""Rows to figures: pure functions that know neither store nor browser.

Every string from the data is escaped, so that a gene called ``<img …>`` shows as such.
"""
