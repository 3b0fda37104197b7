"""Validation: rules with codes and severities for rows and columns, and the quality return per region as data."""

from linkage.intake.quality.assess import Finding, assess, findings
from linkage.intake.quality.rules import SEVERITIES, Rule, rule_catalogue, severity_of
from linkage.intake.quality.views import quality_by_region, worst_columns

__all__ = [
    "SEVERITIES",
    "Finding",
    "Rule",
    "assess",
    "findings",
    "quality_by_region",
    "rule_catalogue",
    "severity_of",
    "worst_columns",
]
