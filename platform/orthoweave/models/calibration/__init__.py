"""Calibration of classifiers of cells for data of other laboratories."""
