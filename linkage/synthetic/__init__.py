"""A public synthetic register of Indonesian residents, with truth: nobody in it is real."""

from linkage.synthetic.dialects import DIALECTS, Dialect
from linkage.synthetic.extracts import write_register, write_single
from linkage.synthetic.plan import (
    DEFAULT_DUPLICATE_SHARES,
    DEFAULT_ERROR_SHARES,
    DUPLICATE_KINDS,
    ERROR_KINDS,
    RegisterPlan,
)
from linkage.synthetic.register import Register, make_register
from linkage.synthetic.truth import TRUTH

__all__ = [
    "DEFAULT_DUPLICATE_SHARES",
    "DEFAULT_ERROR_SHARES",
    "DIALECTS",
    "DUPLICATE_KINDS",
    "ERROR_KINDS",
    "TRUTH",
    "Dialect",
    "Register",
    "RegisterPlan",
    "make_register",
    "write_register",
    "write_single",
]
