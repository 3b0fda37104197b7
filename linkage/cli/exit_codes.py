"""Exit codes that no error stands for (docs/guide/exit-codes.md)."""

from __future__ import annotations

from typing import Final

NOTHING_TO_DO: Final = 99
INTERRUPTED: Final = 130
TERMINATED: Final = 143
