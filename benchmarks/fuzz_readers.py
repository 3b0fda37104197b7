"""Fuzz a reader for some time, led by coverage: ``python -m benchmarks.fuzz_readers csv --seconds 300``.

Targets are those of ``tests/intake/fuzz/targets.py``, and ``all`` runs one after the other: an input must end in counts
that balance or in one clear error. The rest is that of :mod:`benchmarks.fuzzing`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from benchmarks.fuzzing import Target, run

INSTRUMENTED = ("linkage.intake", "linkage.spec", "linkage.proposal", "linkage.similarity")
LONGEST = 4096


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one target or all; return 0 when nothing was found."""
    return run("benchmarks.fuzz_readers", _targets, instrumented=INSTRUMENTED, longest=LONGEST, arguments=arguments)


def _targets() -> Mapping[str, Target]:
    import linkage.intake.readers.delta
    import linkage.intake.readers.xlsx
    import linkage.intake.sources.queries  # noqa: F401 - imported lazily elsewhere, then without instruments
    from tests.intake.fuzz.targets import targets

    return targets()


if __name__ == "__main__":
    sys.exit(main())
