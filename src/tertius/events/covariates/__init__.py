"""Covariates: violence by day and place from UCDP GED and ACLED, not events between states."""

from __future__ import annotations

from tertius.events.covariates.drafts import COVARIATE_SCHEMA
from tertius.events.covariates.formats import COVARIATE_SOURCES, CovariateSource
from tertius.events.covariates.reading import read_covariates
from tertius.events.covariates.results import Accounting, Covariates, Coverage

__all__ = [
    "COVARIATE_SCHEMA",
    "COVARIATE_SOURCES",
    "Accounting",
    "CovariateSource",
    "Covariates",
    "Coverage",
    "read_covariates",
]
