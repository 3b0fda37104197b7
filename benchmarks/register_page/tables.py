"""The figures of the synthetic register as Markdown tables, published ones beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from benchmarks.register_page import published as published
from benchmarks.register_page import statistics as statistics
from benchmarks.register_page.counts import further_records
from benchmarks.register_page.statistics import Made
from linkage.synthetic.kinds import DUPLICATE_KINDS, ERROR_KINDS, HISTORY_KINDS, REPEAT_KINDS

CASES: Final = ("DUPLICATE", "OPEN_MOVE", "CONFLICT", "SHARED_NIK", "BOTH_ENROLLED")
_NAME_SAMPLE: Final = 10


def table(head: str, rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table. ``head``: columns parted by ``|``; those of numbers begin with ``>``."""
    names = [name.strip() for name in head.split("|")]
    lines = ["| " + " | ".join(name.removeprefix(">").strip() for name in names) + " |"]
    lines.append("|" + "|".join("--:" if name.startswith(">") else "--" for name in names) + "|")
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def percent(share: float, places: int = 1) -> str:
    """Return a share in percent."""
    return f"{100 * share:.{places}f} %"


def _made_table(usual: Made, hard: Made) -> str:
    rows = []
    for word, made in (("A", usual), ("B", hard)):
        plan, households = made.plan, made.counts.households.table().num_rows
        cells = (f"{made.counts.records:,}", f"{made.people:,}", f"{households:,}")
        rows.append((word, plan.preset, plan.seed, plan.regions, *cells))
    return table("register | preset | > seed | > regencies | > records | > people | > households", rows)


def _provinces(usual: Made, _: Made) -> str:
    residents, source = published.residents_by_regency()
    ours = statistics.by_region(usual)
    total, own_total = sum(residents.values()), sum(ours.values())
    rows = []
    for code, name in sorted(published.province_names().items()):
        wanted = sum(count for region, count in residents.items() if region // 100 == code)
        own = sum(count for region, count in ours.items() if region // 100 == code)
        share, own_share = wanted / total, own / own_total
        rows.append((name.title(), f"{wanted:,}", percent(share, 2), percent(own_share, 2), _ratio(own_share, share)))
    return table(f"province | > residents, {source} | > share | > register | > register / {source}", rows)


def region_fit(made: Made) -> str:
    """Return a sentence on how near the regencies come to their published sizes."""
    residents, source = published.residents_by_regency()
    ours = statistics.by_region(made)
    codes = sorted(residents)
    wanted = np.array([residents[code] for code in codes], float)
    own = np.array([ours.get(code, 0) for code in codes], float)
    off = np.abs(own / own.sum() * wanted.sum() / wanted - 1.0)
    large = wanted > 300_000
    return (
        f"{np.count_nonzero(own)} of {len(codes)} regencies hold people. Against the {source} size, scaled, half of "
        f"them are off by less than {percent(float(np.median(off)))}, nine in ten by less than "
        f"{percent(float(np.quantile(off, 0.9)))}, and the worst of those above 300,000 residents by "
        f"{percent(float(off[large].max()))}. Smallest and largest: {int(own.min()):,} and {int(own.max()):,} people."
    )


def _regencies(usual: Made, _: Made) -> str:
    return region_fit(usual)


def _ages(usual: Made, _: Made) -> str:
    men, women = statistics.by_age(usual)
    wanted_men, wanted_women = published.pyramid()
    rows = []
    for first in range(0, men.size, 2):
        part = slice(first, first + 2)
        label = f"{first * 5}-{first * 5 + 9}" if first + 2 < men.size else f"{first * 5} and over"
        cells = (wanted_men, men, wanted_women, women)
        rows.append((label, *(percent(float(values[part].sum()), 2) for values in cells)))
    ministry = published.MEN / published.RESIDENTS
    rows.append(("all", *(percent(float(values.sum()), 2) for values in (wanted_men, men, wanted_women, women))))
    note = f"The Ministry counted {percent(ministry, 2)} men among its residents of 31 December 2025."
    return (
        table("age | > men, published | > men, register | > women, published | > women, register", rows) + f"\n\n{note}"
    )


def _households(usual: Made, _: Made) -> str:
    sizes = statistics.household_sizes(usual)
    people, number = np.arange(1, sizes.size + 1) @ sizes, sizes.sum()
    most = 8
    cells = [*sizes[: most - 1].tolist(), int(sizes[most - 1 :].sum())]
    labels = [*map(str, range(1, most)), f"{most} and more"]
    rows = [(label, percent(cell / number)) for label, cell in zip(labels, cells, strict=True)]
    residents, cards = published.FAMILY_CARDS
    return (
        table("people | > households", rows)
        + f"\n\nMean: {people / number:.2f} people, largest {sizes.size}. Published: "
        f"{residents / cards:.2f} residents for each family card (Ministry, 2020), {published.CENSUS_HOUSEHOLD} in a "
        f"household of the census (BPS, 2020)."
    )


def _names(usual: Made, _: Made) -> str:
    ours, rows = statistics.name_counts(usual), []
    for name, count in published.NAMES.items():
        wanted, own = count / published.RESIDENTS * 1e6, ours[name] / usual.people * 1e6
        rows.append((name, f"{count:,}", f"{wanted:.0f}", f"{own:.0f}", _ratio(own, wanted)))
    return table(
        "name | > residents, published | > per million | > register, per million | > register / published", rows
    )


def _namesakes(usual: Made, hard: Made) -> str:
    days = published.BEARING_YEARS * statistics.DAYS_OF_A_YEAR
    rows = [
        (name, f"{count / days:.1f}", f"{statistics.fellows(usual, name):.1f}")
        for name, count in published.NAMES.items()
    ]
    bearers = np.array(list(published.NAMES.values()), float)
    everybody, july = statistics.fellows_as_written(usual)
    of_all = (
        f"For a bearer of any of the twelve names that is {bearers @ bearers / bearers.sum() / days:.1f} by the "
        f"arithmetic; by the dates as register A has them it is {everybody:.0f}, and {july:.0f} for one born on 1 July "
        f"before 1975."
    )
    head = "name | > published / days of 60 years | > register, days of a year alike"
    groups = []
    for word, made in (("A", usual), ("B", hard)):
        sizes = made.counts.namesakes.columns()[-1]
        share = sizes.sum() / made.people
        groups.append(
            f"In register {word}, {percent(share, 2)} of people share full name and birth date with a stranger "
            f"({sizes.size:,} groups, the largest of {sizes.max(initial=0)})."
        )
    return table(head, rows) + f"\n\n{of_all}\n\n" + " ".join(groups)


def _variety(usual: Made, _: Made) -> str:
    names, count = usual.counts.names.columns()
    order = np.argsort(-count, kind="stable")[:_NAME_SAMPLE]
    common = ", ".join(f"{names[row]} ({count[row] / usual.people * 1e6:.0f})" for row in order)
    alone = percent((count == 1).sum() / usual.people)
    return (
        f"{names.size:,} distinct full names among {usual.people:,} people; {alone} of people bear theirs alone. "
        f"The commonest, per million: {common}."
    )


def _single(usual: Made, _: Made) -> str:
    shares, people = statistics.single_names(usual)
    rows = [
        (statistics.span_label(number), f"{people[number]:,}", percent(shares[number]))
        for number in range(shares.size)
        if people[number]
    ]
    return table("born | > people | > names of one word", rows)


def _dates(usual: Made, _: Made) -> str:
    shares, people = statistics.default_dates(usual)
    rows: list[tuple[object, ...]] = [
        (
            statistics.span_label(number),
            f"{people[number]:,}",
            *(percent(share[number], 2) for share in shares.values()),
        )
        for number in range(people.size)
        if people[number]
    ]
    by_span = table("born | > people | " + " | ".join(f"> {name}" for name in shares), rows)
    july, three, ordinary = statistics.voters(usual)
    voters = published.ORDINARY_DAY * statistics.DAYS_OF_A_YEAR
    in_days = published.FIRST_OF_JULY / published.ORDINARY_DAY
    claims = [
        ("on 1 July", "9.8 million", percent(published.FIRST_OF_JULY / voters), percent(july)),
        ("on one of the three dates", "17.5 million", percent(published.THREE_DATES / voters), percent(three)),
        ("on an ordinary day", "0.52 million", percent(published.ORDINARY_DAY / voters, 2), percent(ordinary, 2)),
        ("1 July in ordinary days", f"{in_days:.0f}", "–", f"{july / ordinary:.0f}"),
    ]
    head = f"born by {published.VOTER_BORN} | > claims on the voter list of 2019 | > of all voters | > register"
    return by_span + "\n\n" + table(head, claims)


def _duplicates(usual: Made, hard: Made) -> str:
    rows = []
    for name in REPEAT_KINDS:
        cells: list[object] = [f"`{name}`"]
        for made in (usual, hard):
            kind, elsewhere, _ = further_records(made.counts)
            chosen = kind == 1 + REPEAT_KINDS.index(name)
            share = percent(chosen.sum() / made.counts.records, 2)
            cells += [share, percent(elsewhere[chosen].mean(), 0) if chosen.any() else "–"]
        rows.append(tuple(cells))
    totals: list[object] = ["wrong repeats (the first six)"]
    for made in (usual, hard):
        kind, elsewhere, _ = further_records(made.counts)
        wrong = np.isin(kind, [1 + REPEAT_KINDS.index(name) for name in DUPLICATE_KINDS])
        totals += [percent(wrong.sum() / made.counts.records, 2), percent(elsewhere[wrong].mean(), 0)]
    head = "kind | > A: of records | > in another regency | > B: of records | > in another regency"
    return table(head, [*rows, tuple(totals)])


def _groups(usual: Made, hard: Made) -> str:
    rows = []
    for word, made in (("A", usual), ("B", hard)):
        sizes = further_records(made.counts)[2]
        several = np.pad(sizes[1:], (0, 5))
        rows.append((word, *(f"{several[place]:,}" for place in range(3)), f"{several[3:].sum():,}", sizes.size))
    return table("register | > persons with 2 records | > 3 | > 4 | > 5 and more | > most", rows)


def _years(usual: Made, hard: Made) -> str:
    rows = []
    for year, what, count, base, who in published.DUPLICATES:
        of = percent(count / base, 2) if base else "–"
        rows.append((year, what, f"{count:,}", f"{base:,}" if base else "–", of, who))
    claims = table("year | what was counted | > number | > of | > share | source", rows)
    years, shares, everything = statistics.entry_years(usual)
    spans = [(2005, 2009), (2010, 2014), (2015, 2019), (2020, 2024), (2025, 2029)]
    cells = []
    for first, last in spans:
        rows_of = (years >= first) & (years <= last)
        if everything[rows_of].sum():
            share = float((shares * everything)[rows_of].sum() / everything[rows_of].sum())
            cells.append(
                (f"{first}-{min(last, usual.plan.cut_off.year)}", f"{everything[rows_of].sum():,}", percent(share, 2))
            )
    return claims + "\n\n" + table("entered | > records, register A | > of them wrong repeats", cells)


def _twins(usual: Made, hard: Made) -> str:
    rows = []
    for word, made in (("A", usual), ("B", hard)):
        groups = made.counts.twins.table().num_rows
        births = made.counts.births - groups
        rows.append((word, f"{made.counts.births:,}", f"{groups:,}", percent(groups / births, 2)))
    return table("register | > people who live with a parent or grandparent | > pairs of twins | > per birth", rows)


def _status(usual: Made, _: Made) -> str:
    adult, enrolled, count = usual.counts.status.columns()
    adults, total = count[adult].sum(), count.sum()
    done = count[adult & enrolled].sum()
    rest = published.OBLIGED - published.ENROLLED
    young = published.RESIDENTS - published.OBLIGED
    rows = [
        (
            "enrolled, of those obliged (register: of those aged 17 and over)",
            percent(published.ENROLLED / published.OBLIGED, 2),
            percent(done / adults, 2),
        ),
        ("not yet of age, of all", percent(young / published.RESIDENTS, 1), percent((total - adults) / total, 1)),
        ("adults not enrolled, of all", percent(rest / published.RESIDENTS, 2), percent((adults - done) / total, 2)),
        (
            "without biometrics, of all",
            percent((young + rest) / published.RESIDENTS, 1),
            percent(1 - count[enrolled].sum() / total, 1),
        ),
    ]
    return table("residents | > published | > register", rows)


def _niks(usual: Made, hard: Made) -> str:
    words = {
        "date": "the birth date is another than the NIK tells",
        "sex": "the sex is another",
        "region": "the regency is another: first registered elsewhere, or before a split",
        "missing": "no NIK",
        "broken": "not sixteen digits",
    }
    niks, histories = (
        [statistics.nik_shares(made) for made in (usual, hard)],
        [statistics.history_shares(made) for made in (usual, hard)],
    )
    rows: list[tuple[object, ...]] = []
    rows += [(f"records: {what}", *(percent(shares[name], 2) for shares in niks), "–") for name, what in words.items()]
    rows += [(f"persons: `{name}`", *(percent(shares[name], 2) for shares in histories), "–") for name in HISTORY_KINDS]
    fewer, held = published.SHARED_NIK
    shared = [f"{statistics.shared_niks(made)[0] / made.people * 1e5:.1f}" for made in (usual, hard)]
    rows.append(("NIKs held by different persons, per 100,000 people", *shared, f"below {fewer / held * 1e5:.1f}"))
    return table("what | > A | > B | > published", rows)


def _cultures(usual: Made, _: Made) -> str:
    rows = [
        (label, groups or "–", percent(census, 2) if census is not None else "–", percent(share, 2))
        for label, groups, share, census in statistics.culture_shares(usual)
    ]
    return table("naming culture | ethnic groups that come nearest | > census of 2010 | > register", rows)


def _errors(usual: Made, hard: Made) -> str:
    columns = [*statistics.error_shares(usual), *statistics.error_shares(hard)]
    rows: list[tuple[object, ...]] = [
        (f"`{name}`", *(f"{1000 * column[name]:.2f}" for column in columns)) for name in ERROR_KINDS
    ]
    any_error = []
    for made in (usual, hard):
        firsts = made.counts.persons
        any_error += [
            made.counts.with_errors[False] / firsts,
            made.counts.with_errors[True] / max(made.counts.records - firsts, 1),
        ]
    rows.append(("at least one", *(f"{1000 * share:.0f}" for share in any_error)))
    return table("error, per 1,000 records | > A: first | > A: further | > B: first | > B: further", rows)


def _missing(usual: Made, hard: Made) -> str:
    rows = []
    for name, count in usual.counts.missing.items():
        shares = count / usual.counts.records, hard.counts.missing[name] / hard.counts.records
        if any(shares):
            rows.append((f"`{name}`", *(percent(share, 2) for share in shares)))
    return table("column without a value | > A | > B", rows)


def _cases(usual: Made, hard: Made) -> str:
    rows = []
    for name in CASES:
        cells: list[object] = [f"`{name}`"]
        for made in (usual, hard):
            kind, count = made.counts.cases.columns()
            persons = made.counts.case_persons.columns()[0]
            cells += [f"{int(count[kind == name].sum()):,}", f"{int((persons == name).sum()):,}"]
        rows.append(tuple(cells))
    return table("kind of case | > A: records | > persons | > B: records | > persons", rows)


def _ratio(own: float, wanted: float) -> str:
    return f"{own / wanted:.2f}" if wanted else "–"


BLOCKS: Final[Mapping[str, Callable[[Made, Made], str]]] = {
    "made": _made_table,
    "provinces": _provinces,
    "regencies": _regencies,
    "ages": _ages,
    "households": _households,
    "names": _names,
    "namesakes": _namesakes,
    "variety": _variety,
    "single": _single,
    "dates": _dates,
    "duplicates": _duplicates,
    "groups": _groups,
    "years": _years,
    "twins": _twins,
    "status": _status,
    "niks": _niks,
    "cultures": _cultures,
    "errors": _errors,
    "missing": _missing,
    "cases": _cases,
}
"""What stands between each pair of markers of the page, from the default register and the hard one."""


def all_blocks(usual: Made, hard: Made) -> dict[str, str]:
    """Return the text of every block by name."""
    return {name: block(usual, hard) for name, block in BLOCKS.items()}
