"""Deciding, one pair at a time and in plain Python: the design's table, scopes, guards and clusters, written out.

People and pairs are small readable values here; :func:`as_facts` turns them into the arrays of the package.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

import numpy as np
import pyarrow as pa

from linkage.decision.cases import HARM, case_id
from linkage.decision.evidence import PairFacts, RecordFacts

NAMES = ("missing", "different", "similar", "partial", "phonetic", "equal")
NIKS = ("missing", "different", "sex_shift", "prefix", "typo", "equal")
ANSWERS = ("missing", "no", "yes")
ROWS = ("", "SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED", "DUPLICATE")

OF_RECORDS = {
    "default_date": "TGL_DEFAULT",
    "sex_against_nik": "JK_ANOMALI",
    "odd_name": "NAMA_ANOMALI",
    "no_parents": "ORTU_KOSONG",
    "dump_card": "KK_TAMPUNGAN",
    "called_duplicate": "DUPLICATE_RECORD",
}


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
    called_duplicate: bool = False
    odd_name: bool = False
    no_parents: bool = False
    sex_against_nik: bool = False
    dump_card: bool = False


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
    twin_at_home: bool = False


@dataclass(frozen=True)
class Settings:
    link: float = 0.5
    case: float = 0.5
    review: float = 0.01
    shared_nik_weight: float = 0.0
    max_cluster_size: int = 10
    called_different: frozenset[frozenset[int]] = frozenset()
    left_count: int = -1
    answered_at: float | None = None
    guards_weighed: bool = False


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
    if settings.guards_weighed:
        within_a_day = whole and abs((date.fromisoformat(a) - date.fromisoformat(b)).days) <= 1
        one_day = within_a_day or (bool(a and b) and not births_contradict(one, other))
        one_office = not (one.region and other.region and one.region != other.region)
        differ = sum([one_day, pair.name != "equal", two_certificates]) >= 2
        on_one_nik = _same(one.nik, other.nik) and one_office and family and differ
        if pair.twin_at_home or on_one_nik:
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


def answered_of(one: Person, other: Person, pair: Pair, guards: set[str], settings: Settings) -> set[str]:
    """Return the guards that the probability answers."""
    two_papers = bool(one.certificate and other.certificate) and one.certificate != other.certificate
    two_cards = one.enrolled and other.enrolled and bool(one.nik and other.nik) and one.nik != other.nik
    if settings.answered_at is None or not settings.guards_weighed or two_papers or two_cards:
        return set()
    doubt = 1 - settings.answered_at
    enough = 1 - (doubt / 400 if _same(one.nik, other.nik) else doubt)
    return guards - {"BUKAN_GANDA"} if pair.p >= enough else set()


def bits_of(p: float, settings: Settings) -> float:
    """Return what a pair says for one person, in bits."""
    if p < settings.review:
        return -1.5

    def log_odds(value: float) -> float:
        value = min(max(value, 1e-12), 1 - 1e-12)
        return math.log2(value / (1 - value))

    beyond = log_odds(p) - log_odds(settings.link)
    return min(beyond, 10.0) if p >= settings.link else max(beyond, -0.5)


class Board:
    """Records in the order of their ids, and what each pair of them says for one person in 1/1024 bits."""

    def __init__(self, people: Sequence[Person], pairs: Sequence[Pair], forbidden, settings: Settings) -> None:
        self.records = sorted(range(len(people)), key=lambda index: people[index].id.encode())
        self._place = {record: place for place, record in enumerate(self.records)}
        self._said = {frozenset((pair.left, pair.right)): round(bits_of(pair.p, settings) * 1024) for pair in pairs}
        self._said |= dict.fromkeys(forbidden, -(10**12))
        self._left_count = settings.left_count

    def between(self, one: frozenset[int], other: frozenset[int]) -> int:
        total = 0
        for a, b in product(one, other):
            counts = self._left_count < 0 or (a < self._left_count) != (b < self._left_count)
            two = frozenset((a, b))
            total += self._said.get(two, -1536 if counts else 0)
        return total

    def inside(self, group: frozenset[int]) -> int:
        return sum(self.between(frozenset([a]), frozenset([b])) for a, b in combinations(group, 2))

    def smallest(self, group: frozenset[int]) -> int:
        return min(self._place[record] for record in group)

    def nearest(self, group: frozenset[int], others) -> tuple[int, frozenset[int]]:
        """Return the other group with most in common, and how much; of equals the one with the first partner."""
        found = [(self.between(group, other), -self._first_partner(group, other), other) for other in others]
        total, _, best = max(found, key=lambda one: one[:2], default=(-1, 0, frozenset()))
        return total, best

    def _first_partner(self, group: frozenset[int], other: frozenset[int]) -> int:
        partners = [b for a, b in product(group, other) if frozenset((a, b)) in self._said]
        return min((self._place[record] for record in partners), default=len(self._place))

    def partition(self, edges: Sequence[Pair]) -> set[frozenset[int]]:
        groups = {frozenset([record]) for record in self.records}
        for pair in edges:
            one, other = (next(group for group in groups if end in group) for end in (pair.left, pair.right))
            if one != other and self.between(one, other) >= 0:
                groups = groups - {one, other} | {one | other}
        while (better := self._join_all(self._move_all(groups))) != groups:
            groups = better
        return groups

    def _move_all(self, groups: set[frozenset[int]]) -> set[frozenset[int]]:
        for record in self.records:
            alone = frozenset([record])
            own = next(group for group in groups if record in group)
            rest = groups - {own}
            stays = self.between(alone, own - alone)
            gain, best = self.nearest(alone, rest)
            if stays < 0 and gain <= 0:
                groups = rest | {own - alone, alone}
            elif gain > stays:
                groups = rest - {best} | {own - alone, best | alone}
            groups = groups - {frozenset()}
        return groups

    def _join_all(self, groups: set[frozenset[int]]) -> set[frozenset[int]]:
        for group in sorted(groups, key=self.smallest):
            if group in groups:  # not joined in this turn
                gain, best = self.nearest(group, groups - {group})
                if gain > 0:
                    groups = groups - {group, best} | {group | best}
        return groups


def clusters_of(
    people: Sequence[Person], pairs: Sequence[Pair], forbidden: set[frozenset[int]], settings: Settings
) -> dict[int, frozenset[int]]:
    def order(pair: Pair) -> tuple[float, list[bytes]]:
        return -pair.p, sorted([people[pair.left].id.encode(), people[pair.right].id.encode()])

    edges = [
        pair
        for pair in sorted(pairs, key=order)
        if pair.p >= settings.link and frozenset((pair.left, pair.right)) not in forbidden
    ]
    found = {}
    for component in [*_connected(edges), *(frozenset([index]) for index in range(len(people)))]:
        if component & found.keys():
            continue
        members = sorted(component)
        within = [pair for pair in pairs if {pair.left, pair.right} <= component]
        board = Board(people, within, {two for two in forbidden if two <= component}, settings)
        board.records = [record for record in board.records if record in component]
        for group in board.partition([pair for pair in edges if pair.left in component]):
            found |= dict.fromkeys(group, group)
        assert set(members) <= found.keys()
    return found


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
) -> tuple[list[Case], list[str], list[int], list[set[str]], list[set[str]]]:
    """Return the cases by id, the cluster id of each person, and row, guards and answered guards of each pair."""
    suspicions = [guards_of(people[pair.left], people[pair.right], pair, settings) for pair in pairs]
    answered = [
        answered_of(people[pair.left], people[pair.right], pair, held, settings)
        for pair, held in zip(pairs, suspicions, strict=True)
    ]
    guards = [held - said for held, said in zip(suspicions, answered, strict=True)]
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
        contradictory = any(frozenset(two) in forbidden for two in combinations(group, 2))
        marks = {"CONTRADICTORY"} if contradictory else {"BRIDGE"} if refused else set()
        size = max(len(group), *(len(clusters[index]) for index in group))
        kept = marks.union(*(guards[at] | _suspected(answered[at]) for at in inside))
        cases.append(_case(people, pairs, rows, guards, group, made_by, size, kept, settings))
    for nik in {people[pair.left].nik for pair, row in zip(pairs, rows, strict=True) if row == 1}:
        group = frozenset(index for index, person in enumerate(people) if person.nik == nik)
        made_by = [at for at, row in enumerate(rows) if row == 1 and people[pairs[at].left].nik == nik]
        kept = set().union(*(guards[at] | _suspected(answered[at]) for at in made_by))
        cases.append(_case(people, pairs, rows, guards, group, made_by, len(group), kept, settings))

    smallest = [min((people[member].id for member in clusters[index]), key=str.encode) for index in range(len(people))]
    return sorted(cases, key=lambda case: case.id), smallest, rows, guards, answered


def _suspected(answered: set[str]) -> set[str]:
    return {f"DUGAAN_{name}" for name in answered}


def _case(people, pairs, rows, guards, group, made_by, size, kept, settings) -> Case:
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
    for fact, code in OF_RECORDS.items():
        if any(getattr(people[index], fact) for index in group):
            reasons.add(code)
    over_large = size > settings.max_cluster_size
    reasons |= {"OVER_LARGE"} if over_large else set()
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


def as_facts(
    people: Sequence[Person], pairs: Sequence[Pair], guards_weighed: bool = False
) -> tuple[RecordFacts, PairFacts]:
    """Return the same people and pairs as arrays."""

    def told(name: str) -> np.ndarray:
        return np.array([getattr(person, name) for person in people], np.bool_)

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
        called_duplicate=told("called_duplicate"),
        odd_name=told("odd_name"),
        no_parents=told("no_parents"),
        sex_against_nik=told("sex_against_nik"),
        dump_card=told("dump_card"),
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
        guards_weighed=guards_weighed,
        twin_at_home=np.array([pair.twin_at_home for pair in pairs], np.bool_) if guards_weighed else None,
    )
    return records, facts
