"""The models as scikit-learn estimators. The only package here that imports scikit-learn by being imported."""

from linkage.models.estimators.fellegi_sunter import FellegiSunterClassifier
from linkage.models.estimators.supervised import BoostingClassifier, LogisticClassifier

__all__ = ["BoostingClassifier", "FellegiSunterClassifier", "LogisticClassifier"]
