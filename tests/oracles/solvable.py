"""Which hidden numbers follow from those that are shown: by linear algebra, with no thought for speed."""

import numpy as np


def solvable(values, hidden, regions, totals):
    """Return bool (n_regions, n_measures): hidden, and the same in every table that agrees with what is shown.

    ``regions``, ``totals``: (total, parts) by row, and by column.
    """
    n_rows, n_columns = values.shape
    unknown = {cell: at for at, cell in enumerate(zip(*np.nonzero(hidden), strict=True))}
    equations = []
    for total, parts in regions:
        equations += [{(total, column): -1.0} | {(part, column): 1.0 for part in parts} for column in range(n_columns)]
    for total, parts in totals:
        equations += [{(row, total): -1.0} | {(row, part): 1.0 for part in parts} for row in range(n_rows)]
    matrix = np.zeros((len(equations), len(unknown)))
    for row, equation in enumerate(equations):
        for cell, factor in equation.items():
            if cell in unknown:
                matrix[row, unknown[cell]] = factor
    told = np.zeros(values.shape, bool)
    if not unknown:
        return told
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=True)
    rank = int((sizes > 1e-9).sum())
    free = np.abs(directions[rank:]).max(axis=0, initial=0.0) > 1e-9
    for cell, at in unknown.items():
        told[cell] = not free[at]
    return told
