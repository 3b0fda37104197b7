"""Reports per regency, province and nation: one table of figures by one set of definitions, written as HTML, XLSX, PDF.

:mod:`linkage.reports.edition` counts, :mod:`linkage.reports.hiding` hides what is small,
:mod:`linkage.reports.document` says what one region's report holds, and the writers only lay it out.
"""
