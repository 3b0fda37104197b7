"""From a comparison's opcode to its level kernel."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.comparison.levels.addresses import address_levels
from linkage.comparison.levels.dates import date_levels, gap_levels
from linkage.comparison.levels.enrolment import enrolment_levels
from linkage.comparison.levels.names import name_glance, name_levels
from linkage.comparison.levels.niks import likeness_levels, nik_levels
from linkage.comparison.levels.numbers import number_levels
from linkage.comparison.levels.places import place_levels
from linkage.comparison.levels.regions import region_levels
from linkage.comparison.levels.sets import overlap_levels
from linkage.comparison.levels.sounds import sound_levels
from linkage.comparison.levels.texts import edit_levels, jaro_winkler_glance, jaro_winkler_levels
from linkage.comparison.levels.tokens import initials_levels, token_levels
from linkage.comparison.opcodes import OPCODES, OPEN
from linkage.comparison.program import Program
from linkage.comparison.tables import Tables
from linkage.similarity.jit import inlined

_DATE: Final = OPCODES["date"]
_NIK: Final = OPCODES["nik"]
_ENROLMENT: Final = OPCODES["enrolment"]
_NUMBER: Final = OPCODES["number_distance"]
_DATE_GAP: Final = OPCODES["date_gap"]
_REGION: Final = OPCODES["region"]
_PLACE: Final = OPCODES["place"]
_LIKENESS: Final = OPCODES["nik_likeness"]
_ADDRESS: Final = OPCODES["address"]
_PHONETIC: Final = OPCODES["phonetic"]
_OVERLAP: Final = OPCODES["token_overlap"]
_JARO_WINKLER: Final = OPCODES["jaro_winkler"]
_NAME: Final = OPCODES["name"]
_LEVENSHTEIN: Final = OPCODES["levenshtein"]
_DAMERAU: Final = OPCODES["damerau_levenshtein"]
_INITIALS: Final = OPCODES["initials"]
_TOKEN_SORT: Final = OPCODES["token_sort"]
_TOKEN_SET: Final = OPCODES["token_set"]
_CUSTOM: Final = OPCODES["custom"]


@inlined
def levels_of_values(
    program: Program,
    tables: Tables,
    comparison: int,
    glance: bool,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    count: int,
    out: npt.NDArray[np.int8],
) -> None:
    """Write the levels of ``count`` pairs of values, numbers within the comparison's column, into ``out``.

    With ``glance`` only those that can be told at a glance; the others are ``UNSETTLED``.
    """
    opcode = program.opcode[comparison]
    column = program.column[comparison]
    steps = program.steps[comparison]
    threshold = program.threshold[comparison]
    relation_level = program.relation_level[comparison]
    if opcode == _DATE:
        dates = tables.integers[tables.integer_base[column] :]
        date_levels(left, right, count, dates, relation_level, program.default_dates[comparison], out)
    elif opcode == _NIK:
        nik_levels(left, right, count, tables.integers[tables.integer_base[column] :], relation_level, out)
    elif opcode == _ENROLMENT:
        states = tables.integers[tables.integer_base[column] :]
        enrolment_levels(left, right, count, states, relation_level, out)
    elif opcode == _NUMBER:
        number_levels(left, right, count, tables.integers[tables.integer_base[column] :], threshold, steps, out)
    elif opcode == _DATE_GAP:
        gap_levels(left, right, count, tables.integers[tables.integer_base[column] :], threshold, steps, out)
    elif opcode == _REGION:
        region_levels(left, right, count, tables.integers[tables.integer_base[column] :], relation_level, out)
    elif opcode == _PLACE:
        place_levels(left, right, count, tables.rows[tables.row_base[column] :], relation_level, out)
    elif opcode == _LIKENESS:
        niks = tables.integers[tables.integer_base[column] :]
        likeness_levels(left, right, count, niks, tables.newest, relation_level, out)
    elif opcode == _ADDRESS:
        address_levels(left, right, count, tables.rows[tables.row_base[column] :], relation_level, out)
    elif opcode == _PHONETIC:
        offsets = tables.item_offsets[tables.item_base[column] :]
        sound_levels(left, right, count, tables.items, offsets, relation_level, out)
    elif opcode == _OVERLAP:
        offsets = tables.item_offsets[tables.item_base[column] :]
        overlap_levels(left, right, count, tables.items, offsets, threshold, steps, out)
    elif opcode == _JARO_WINKLER:
        base = tables.text_base[column]
        if glance:
            jaro_winkler_glance(left, right, count, tables.text_gates[base:], threshold, steps, out)
        else:
            jaro_winkler_levels(left, right, count, tables.chars, tables.char_offsets[base:], threshold, steps, out)
    elif opcode in (_LEVENSHTEIN, _DAMERAU):
        offsets = tables.char_offsets[tables.text_base[column] :]
        edit_levels(left, right, count, tables.chars, offsets, threshold, steps, opcode == _DAMERAU, out)
    elif opcode == _NAME:
        base = tables.name_base[column]
        if glance:
            name_glance(left, right, count, tables.name_gates[base:], threshold[0], out)
        else:
            name_levels(
                left, right, count, tables.token_offsets[base:], tables.token_ids, tables.token_soft,
                tables.key_offsets, tables.phonetic_keys, tables.chars,
                tables.char_offsets[tables.text_base[column] :], relation_level, threshold[0], out,
            )  # fmt: skip
    elif opcode == _INITIALS:
        offsets = tables.char_offsets[tables.text_base[column] :]
        initials_levels(left, right, count, tables.chars, offsets, relation_level, out)
    elif opcode in (_TOKEN_SORT, _TOKEN_SET):
        offsets = tables.char_offsets[tables.text_base[column] :]
        token_levels(left, right, count, tables.chars, offsets, threshold, steps, opcode == _TOKEN_SET, out)
    elif opcode == _CUSTOM:
        out[:count] = OPEN
