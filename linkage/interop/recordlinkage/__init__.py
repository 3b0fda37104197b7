"""The Python Record Linkage Toolkit both ways: our pairs and features as its own, its indexers and classifiers for us.

Functions take frames and pairs in the toolkit's own order, ``pairs`` first, then ``x`` and, to link, ``x_link``. Pairs
are its ``MultiIndex`` of index labels: for duplicates within ``x`` the row that stands further down comes first.

J. de Bruin, Python Record Linkage Toolkit, https://doi.org/10.5281/zenodo.3559042.
"""

from linkage.interop.recordlinkage.features import Form, candidate_pairs, features
from linkage.interop.recordlinkage.labels import index_to_pairs, pairs_to_index
from linkage.interop.recordlinkage.linking import link_with_classifier, link_with_index

__all__ = [
    "Form",
    "candidate_pairs",
    "features",
    "index_to_pairs",
    "link_with_classifier",
    "link_with_index",
    "pairs_to_index",
]
