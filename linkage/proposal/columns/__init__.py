"""Recognising what the columns of an unknown file of people mean, in any language: by headers and by values."""

from linkage.proposal.columns.attributes import Attribute, ColumnSample, Recognised
from linkage.proposal.columns.recognise import recognise
from linkage.proposal.columns.roles import ABOUT, ABOUT_OTHERS, ABOUT_PERSON, ROLES
from linkage.proposal.columns.unify import unify

__all__ = [
    "ABOUT",
    "ABOUT_OTHERS",
    "ABOUT_PERSON",
    "Attribute",
    "ColumnSample",
    "ROLES",
    "Recognised",
    "recognise",
    "unify",
]
