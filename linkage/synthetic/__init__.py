"""A public synthetic register of Indonesian residents, with truth: nobody in it is real."""

from linkage.synthetic.files.dialects import ALL_DIALECTS, DIALECTS, Dialect
from linkage.synthetic.files.extracts import write_register, write_single
from linkage.synthetic.kinds import (
    DEFAULT_DUPLICATE_SHARES,
    DEFAULT_ERROR_SHARES,
    DUPLICATE_KINDS,
    ERROR_KINDS,
    HISTORY_KINDS,
    REPEAT_KINDS,
)
from linkage.synthetic.parts import Part
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.plan_file import read_plan
from linkage.synthetic.register import Register, make_register, register_parts
from linkage.synthetic.truth.table import TRUTH

__all__ = [
    "ALL_DIALECTS",
    "DEFAULT_DUPLICATE_SHARES",
    "DEFAULT_ERROR_SHARES",
    "DIALECTS",
    "DUPLICATE_KINDS",
    "ERROR_KINDS",
    "HISTORY_KINDS",
    "REPEAT_KINDS",
    "TRUTH",
    "Dialect",
    "Part",
    "Register",
    "RegisterPlan",
    "make_register",
    "read_plan",
    "register_parts",
    "write_register",
    "write_single",
]
