"""Deciding, one pair at a time and in plain Python: the design's table, scopes, guards and clusters, written out.

People and pairs are small readable values here; :func:`as_facts` turns them into the arrays of the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa

from linkage.decision.cases import HARM, case_id
from linkage.decision.evidence import PairFacts, RecordFacts

NAMES = ("missing", "different", "similar", "partial", "phonetic", "equal")
NIKS = ("missing", "different", "sex_shift", "prefix", "typo", "equal")
ANSWERS = ("missing", "no", "yes")
ROWS = ("", "SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED", "DUPLICATE")


@dataclass(frozen=True)
class Person:
    id: str
    region: int = 0
    nik: str = ""
    kk: str = ""
    mother_nik: str = ""
    certificate: str = ""
    sex: str = ""
    birth: str = ""
    default_date: bool = False
    enrolled: bool = False
    inactive: bool = False


@dataclass(frozen=True)
class Pair:
    left: int
    right: int
    p: float = 0.9
    weight: float = 5.0
    name: str = "equal"
    mother: str = "missing"
    father: str = "missing"
    place: str = "missing"
    address: str = "missing"
    nik: str = "missing"
    namesakes: float = 0.0
    slip: bool = False


@dataclass(frozen=True)
class Settings:
    link: float = 0.5
    case: float = 0.5
    review: float = 0.01
    shared_nik_weight: float = 0.0
    max_cluster_size: int = 10
    called_different: frozenset[frozenset[int]] = frozenset()
    left_count: int = -1


@dataclass(frozen=True)
class Case:
    id: str
    kind: str
    scope: str
    priority: float
    record_ids: tuple[str, ...]
    reasons: tuple[str, ...]


def _same(one: str, other: str) -> bool:
    return one != "" and one == other


def _parts(birth: str) -> list[int]:
    return [int(part) for part in birth.split("-")]


def births_contradict(one: Person, other: Person) -> bool:
    if not one.birth or not other.birth:
        return False
    a, b = _parts(one.birth), _parts(other.birth)
    estimated = len(a) == 1 or len(b) == 1 or one.default_date or other.default_date
    if estimated:
        return a[0] != b[0] and abs(a[0] - b[0]) != 100
    if a == b or (a[0] == b[0] and a[1] == b[2] and a[2] == b[1]):
        return False
    return not (abs(a[0] - b[0]) == 100 and a[1:] == b[1:])


def births_far_apart(one: Person, other: Person) -> bool:
    if not births_contradict(one, other):
        return False
    a, b = _parts(one.birth), _parts(other.birth)
    if len(a) == 1 or len(b) == 1 or one.default_date or other.default_date:
        return abs(a[0] - b[0]) > 2
    return abs((date(*a) - date(*b)).days) > 180


def guards_of(one: Person, other: Person, pair: Pair, settings: Settings) -> set[str]:
    guards = set()
    mother = _same(one.mother_nik, other.mother_nik) or pair.mother in ("partial", "phonetic", "equal")
    family = mother or _same(one.kk, other.kk)
    nik_kept = _same(one.nik, other.nik) or pair.nik == "typo"
    a, b = one.birth, other.birth
    sexes_differ = bool(one.sex and other.sex and one.sex != other.sex)
    one_certificate = _same(one.certificate, other.certificate)
    two_certificates = bool(one.certificate and other.certificate) and not one_certificate
    slip = pair.slip and not two_certificates
    moved = _same(one.nik, other.nik) and bool(one.region and other.region) and one.region != other.region
    one_child = one_certificate or (moved and not two_certificates)
    whole = a.count("-") == 2 and b.count("-") == 2
    if (
        whole
        and abs((date.fromisoformat(a) - date.fromisoformat(b)).days) <= 1
        and family
        and not one_child
        and (
            (pair.name == "different" and not slip)
            or (
                pair.name == "similar"
                and not (pair.nik == "typo" or (pair.nik == "different" and not sexes_differ))
                and not slip
            )
            or (pair.name in ("partial", "phonetic") and pair.nik == "prefix" and two_certificates)
        )
    ):
        guards.add("KEMBAR")
    if births_far_apart(one, other) and family:
        lookalike = pair.name in ("similar", "partial") and not nik_kept
        if (pair.name == "different" or lookalike) and not slip and not one_child:
            guards.add("SAUDARA")
    firm = (
        _same(one.kk, other.kk)
        or _same(one.mother_nik, other.mother_nik)
        or pair.nik == "equal"
        or _same(one.nik, other.nik)
        or one_certificate
        or pair.address == "yes"
    )
    papers = firm or pair.nik not in ("missing", "different")
    a_parent = pair.mother not in ("missing", "different") or pair.father not in ("missing", "different")
    nothing_else = pair.namesakes >= 1 and not papers and not a_parent and pair.place != "yes"
    other_parents = pair.mother == pair.father == "different" and not firm
    if pair.name not in ("missing", "different") and (nothing_else or other_parents):
        guards.add("SENAMA")
    if _same(one.kk, other.kk) and births_contradict(one, other) and abs(_parts(a)[0] - _parts(b)[0]) >= 12:
        alike = pair.name in ("partial", "phonetic", "equal") or slip
        wrong_year = alike and (nik_kept or mother or _same(one.certificate, other.certificate))
        if not wrong_year and not (pair.name == "missing" and nik_kept):
            guards.add("ORANG_TUA_ANAK")
    if frozenset((pair.left, pair.right)) in settings.called_different:
        guards.add("BUKAN_GANDA")
    return guards


def two_persons_on_one_nik(one: Person, other: Person, pair: Pair, guards: set[str], settings: Settings) -> bool:
    return _same(one.nik, other.nik) and (bool(guards) or pair.weight < settings.shared_nik_weight)


def row_of(one: Person, other: Person, pair: Pair, guards: set[str], settings: Settings) -> int:
    if one.inactive or other.inactive:
        return 0
    if _same(one.nik, other.nik):
        if two_persons_on_one_nik(one, other, pair, guards, settings):
            return 1
        if one.region and other.region and one.region != other.region:
            return 2
        if (one.sex and other.sex and one.sex != other.sex) or births_contradict(one, other):
            return 3
        return 4
    if guards or pair.p < settings.case:
        return 0
    if one.enrolled and other.enrolled and one.nik and other.nik:
        return 5
    return 6


def clusters_of(
    people: Sequence[Person], pairs: Sequence[Pair], forbidden: set[frozenset[int]], settings: Settings
) -> dict[int, frozenset[int]]:
    cluster = {index: frozenset([index]) for index in range(len(people))}
    support = {frozenset((pair.left, pair.right)) for pair in pairs if pair.p >= settings.review} - forbidden

    def order(pair: Pair) -> tuple[float, list[bytes]]:
        return -pair.p, sorted([people[pair.left].id.encode(), people[pair.right].id.encode()])

    for pair in sorted(pairs, key=order):
        one, other = cluster[pair.left], cluster[pair.right]
        if pair.p < settings.link or one == other or frozenset((pair.left, pair.right)) in forbidden:
            continue
        across = {frozenset((a, b)) for a in one for b in other}
        if across & forbidden:
            continue
        if settings.left_count >= 0:
            across = {two for two in across if len({index < settings.left_count for index in two}) == 2}
        if len(one | other) > 3 and 2 * len(across & support) < len(across):
            continue
        for index in one | other:
            cluster[index] = one | other
    return cluster


def _connected(edges: Sequence[Pair]) -> list[frozenset[int]]:
    groups: list[frozenset[int]] = []
    for pair in edges:
        touched = [group for group in groups if pair.left in group or pair.right in group]
        groups = [group for group in groups if group not in touched]
        groups.append(frozenset({pair.left, pair.right}).union(*touched))
    return groups


def _scope(regions: Sequence[int]) -> str:
    if 0 in regions:
        return ""
    for digits in (4, 2):
        if len({str(region)[:digits] for region in regions}) == 1:
            return str(regions[0])[:digits]
    return ""


def decide_slowly(
    people: Sequence[Person], pairs: Sequence[Pair], settings: Settings
) -> tuple[list[Case], list[str], list[int], list[set[str]]]:
    """Return the cases by id, the cluster id of each person, and the row and guards of each pair."""
    guards = [guards_of(people[pair.left], people[pair.right], pair, settings) for pair in pairs]
    rows = [
        row_of(people[pair.left], people[pair.right], pair, held, settings)
        for pair, held in zip(pairs, guards, strict=True)
    ]
    forbidden = set(settings.called_different)
    for pair, held in zip(pairs, guards, strict=True):
        if held or two_persons_on_one_nik(people[pair.left], people[pair.right], pair, held, settings):
            forbidden.add(frozenset((pair.left, pair.right)))
    clusters = clusters_of(people, pairs, forbidden, settings)

    cases = []
    for group in _connected([pair for pair, row in zip(pairs, rows, strict=True) if row > 1]):
        inside = [at for at, pair in enumerate(pairs) if {pair.left, pair.right} <= group]
        made_by = [at for at in inside if rows[at] > 1]
        refused = any(
            pairs[at].p >= settings.link and clusters[pairs[at].left] != clusters[pairs[at].right] for at in inside
        )
        contradictory = refused or any(frozenset(two) in forbidden for two in combinations(group, 2))
        size = max(len(group), *(len(clusters[index]) for index in group))
        kept = set().union(*(guards[at] for at in inside))
        cases.append(_case(people, pairs, rows, guards, group, made_by, size, contradictory, kept, settings))
    for nik in {people[pair.left].nik for pair, row in zip(pairs, rows, strict=True) if row == 1}:
        group = frozenset(index for index, person in enumerate(people) if person.nik == nik)
        made_by = [at for at, row in enumerate(rows) if row == 1 and people[pairs[at].left].nik == nik]
        kept = set().union(*(guards[at] for at in made_by))
        cases.append(_case(people, pairs, rows, guards, group, made_by, len(group), False, kept, settings))

    smallest = [min((people[member].id for member in clusters[index]), key=str.encode) for index in range(len(people))]
    return sorted(cases, key=lambda case: case.id), smallest, rows, guards


def _case(people, pairs, rows, guards, group, made_by, size, contradictory, kept, settings) -> Case:
    row = min(rows[at] for at in made_by)
    reasons = set(kept)
    for at in made_by:
        one, other = people[pairs[at].left], people[pairs[at].right]
        reasons |= {
            1: {"NIK_BERSAMA"},
            2: {"GANDA_PINDAH"},
            3: set(),
            4: {"GANDA_IDENTIK"},
            5: {"KEMIRIPAN_BIOMETRIK_BEDA"},
            6: {"GANDA_ORANG"},
        }[rows[at]]
        if one.sex and other.sex and one.sex != other.sex:
            reasons.add("JK_ANOMALI")
        if births_contradict(one, other):
            reasons.add("TGL_BEDA")
    if any(people[index].default_date for index in group):
        reasons.add("TGL_DEFAULT")
    over_large = size > settings.max_cluster_size
    reasons |= {"OVER_LARGE"} if over_large else set()
    reasons |= {"CONTRADICTORY"} if contradictory else set()
    centre = over_large or any(rows[at] == 5 for at in made_by)
    certainty = max(
        max(1 / (1 + 2 ** pairs[at].weight), 0.5 if guards[at] else 0.0) if row == 1 else pairs[at].p for at in made_by
    )
    ids = [people[index].id for index in group]
    return Case(
        case_id(ROWS[row], ids),
        ROWS[row],
        "" if centre else _scope([people[index].region for index in group]),
        HARM[row] * certainty,
        tuple(sorted(ids, key=str.encode)),
        tuple(sorted(reasons)),
    )


def as_facts(people: Sequence[Person], pairs: Sequence[Pair]) -> tuple[RecordFacts, PairFacts]:
    """Return the same people and pairs as arrays."""

    def codes(name: str) -> np.ndarray:
        values = [getattr(person, name) for person in people]
        distinct = sorted(set(values) - {""})
        return np.array([distinct.index(value) if value else -1 for value in values], np.int32)

    def birth(text: str) -> int:
        return int("".join([*text.split("-"), "00", "00"][:3])) if text else 0

    records = RecordFacts(
        ids=pa.array([person.id for person in people], pa.string()),
        region=np.array([person.region for person in people], np.int32),
        nik=codes("nik"),
        enrolled=np.array([person.enrolled for person in people], np.bool_),
        inactive=np.array([person.inactive for person in people], np.bool_),
        sex=np.array([("", "L", "P").index(person.sex) for person in people], np.int8),
        birth=np.array([birth(person.birth) for person in people], np.int64),
        birth_default=np.array([person.default_date for person in people], np.bool_),
        kk=codes("kk"),
        mother_nik=codes("mother_nik"),
        certificate=codes("certificate"),
    )

    def relation(name: str, words: tuple[str, ...]) -> np.ndarray:
        return np.array([words.index(getattr(pair, name)) for pair in pairs], np.int8)

    facts = PairFacts(
        left=np.array([pair.left for pair in pairs], np.int32),
        right=np.array([pair.right for pair in pairs], np.int32),
        probability=np.array([pair.p for pair in pairs], np.float64),
        weight_without_nik_log2=np.array([pair.weight for pair in pairs], np.float64),
        name_relation=relation("name", NAMES),
        mother_relation=relation("mother", NAMES),
        father_relation=relation("father", NAMES),
        place_agrees=relation("place", ANSWERS),
        address_agrees=relation("address", ANSWERS),
        nik_relation=relation("nik", NIKS),
        expected_namesakes=np.array(
            [np.nan if pair.name == "missing" else pair.namesakes for pair in pairs], np.float64
        ),
        name_slip=np.array([pair.slip for pair in pairs], np.bool_),
    )
    return records, facts
