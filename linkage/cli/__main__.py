"""``python -m linkage.cli``, the same as ``linkage``."""

import sys

from linkage.cli import main

if __name__ == "__main__":
    sys.exit(main())
