"""A classifier of the toolkit as the model that gives a pair its probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError

Float64 = npt.NDArray[np.float64]

_FOLDS = 5


@dataclass(frozen=True)
class FittedClassifier:
    """What gives the probability of a match: the classifier itself, or a calibration of its decision values.

    ``describe``: plain JSON values for the manifest.
    """

    classifier: Any
    calibration: Any
    true_pairs: int

    def probability(self, frame: Any) -> Float64:
        """Return the probability, float64 (n,), of each row of a frame of features.

        Raises:
            UsageError: the classifier knows no probability, is not fitted, or was fitted on other features.
        """
        from sklearn.exceptions import NotFittedError

        name = type(self.classifier).__name__
        if not len(frame):
            return np.zeros(0)
        try:
            if self.calibration is not None:
                return np.asarray(self.calibration.predict_proba(frame.to_numpy())[:, 1], np.float64)
            return np.asarray(self.classifier.prob(frame), np.float64)
        except NotFittedError:
            raise UsageError(f"the {name} is not fitted", remedy="Fit it, or give matches= to fit it here") from None
        except AttributeError:
            problem = f"a {name} gives no probability"
            raise UsageError(problem, remedy="Give matches=, by which its decision values are calibrated") from None
        except ValueError as error:
            remedy = "Fit it on features() with the same spec, form and missing"
            raise UsageError(f"the {name} was fitted on other features", remedy=remedy) from error

    def describe(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        kernel = self.classifier.kernel
        return {
            "origin": f"recordlinkage.{type(self.classifier).__name__}",
            "parameters": {key: str(value) for key, value in sorted(kernel.get_params().items())},
            "calibrated": self.calibration is not None,
            "true_pairs": self.true_pairs,
        }


def fitted(classifier: Any, frame: Any, is_match: npt.NDArray[np.bool_] | None) -> FittedClassifier:
    """Fit a classifier where there is something to fit it with.

    ``is_match`` bool (n,): which rows of ``frame`` are true pairs. Without it the classifier is taken as it stands,
    and an unsupervised one (ECM) that is not fitted learns from the frame. One without probabilities (SVM) is fitted,
    and its decision values are calibrated by Platt's sigmoid on held-out fifths of the pairs.

    Raises:
        UsageError: true pairs or others are lacking, or the features do not suit the classifier (ECM learns
            from agreements, naive Bayes from agreements or levels, or give them ``binarize``).
    """
    name = type(classifier).__name__
    if is_match is None:
        if name == "ECMClassifier" and not hasattr(classifier.kernel, "classes_"):
            _fit(classifier, frame, None)
        return FittedClassifier(classifier, None, 0)
    true_pairs = int(is_match.sum())
    if not 0 < true_pairs < len(frame):
        which = "none" if not true_pairs else "all"
        raise UsageError(f"{which} of the {len(frame)} candidate pairs is a match", remedy="Fitting needs both kinds")
    # ECM learns without labels and takes none.
    _fit(classifier, frame, None if name == "ECMClassifier" else frame.index[is_match])
    return FittedClassifier(classifier, _calibration(classifier, frame, is_match), true_pairs)


def _fit(classifier: Any, frame: Any, matches: Any) -> None:
    try:
        classifier.fit(frame, matches)
    except ValueError as error:
        remedy = 'ECM and naive Bayes need form="agreement", or binarize=; naive Bayes takes form="level" too'
        raise UsageError(f"the {type(classifier).__name__} cannot learn from these features", remedy=remedy) from error


def _calibration(classifier: Any, frame: Any, is_match: npt.NDArray[np.bool_]) -> Any:
    kernel = classifier.kernel
    if hasattr(kernel, "predict_proba") or not hasattr(kernel, "decision_function"):
        return None
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedKFold

    if min(int(is_match.sum()), int((~is_match).sum())) < _FOLDS:
        raise UsageError(f"fewer than {_FOLDS} true pairs, or others, to calibrate with", remedy="Give more matches")
    calibrated = CalibratedClassifierCV(kernel, method="sigmoid", cv=StratifiedKFold(_FOLDS), ensemble=False)
    return calibrated.fit(frame.to_numpy(), is_match.astype(np.int64))
