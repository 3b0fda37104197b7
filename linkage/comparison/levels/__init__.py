"""Level kernels: the level of two different values of one column, many pairs of values at a time.

A level kernel takes value numbers ``left`` and ``right`` int32, of which the first ``count`` count, the content of the
column they number, and what the program says of the comparison; it writes levels into ``out`` int8. It knows nothing of
records. Missing values never come here, and equal ones only where their codes are flagged.
"""
