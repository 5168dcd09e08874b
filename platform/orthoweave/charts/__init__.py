"""Rows to figures: pure functions that know neither store nor browser.

Every text from the data is escaped on its way in, so that a gene called ``<img …>`` shows as such.
"""
