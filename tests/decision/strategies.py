"""Small worlds of people and pairs, dense enough that families, shared NIKs and chains happen."""

from itertools import combinations

from hypothesis import strategies as st

from tests.oracles.decision import ANSWERS, NAMES, NIKS, Pair, Person, Settings

BIRTHS = ["", "1990", "1990-02-11", "1990-11-02", "1990-02-12", "1990-07-01", "1992-03-04", "1993-01-01"]
BIRTHS += ["2005-06-07", "2090-02-11", "1990-12-31", "1991-01-01"]
IDS = ["a", "b", "B", "é", "z", "Z", "10", "9", "file:1", "file:10"]
CHANCES = [0.0, 0.005, 0.01, 0.3, 0.5, 0.7, 0.9, 0.9, 0.97, 0.9999, 1.0]


@st.composite
def worlds(draw):
    """Draw people, pairs and settings."""
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=len(IDS), unique=True))
    people = [
        Person(
            id,
            region=draw(st.sampled_from([0, 3273, 3273, 3204, 5171])),
            nik=draw(st.sampled_from(["", "N", "M", "O"])),
            kk=draw(st.sampled_from(["", "", "K"])),
            mother_nik=draw(st.sampled_from(["", "", "I"])),
            certificate=draw(st.sampled_from(["", "", "C", "D"])),
            sex=draw(st.sampled_from(["", "L", "L", "P"])),
            birth=draw(st.sampled_from(BIRTHS)),
            default_date=draw(st.booleans()),
            enrolled=draw(st.booleans()),
            inactive=draw(st.sampled_from([False, False, False, True])),
            called_duplicate=draw(st.booleans()),
            odd_name=draw(st.booleans()),
            no_parents=draw(st.booleans()),
            sex_against_nik=draw(st.booleans()),
            dump_card=draw(st.booleans()),
        )
        for id in ids
    ]
    linking = draw(st.sampled_from([-1, -1, len(ids) // 2]))
    possible = [(a, b) for a, b in combinations(range(len(ids)), 2) if linking < 0 or (a < linking <= b)]
    chosen = draw(st.lists(st.sampled_from(possible), unique=True, max_size=25)) if possible else []
    pairs = [
        Pair(
            *draw(st.permutations(two)),
            p=draw(st.sampled_from(CHANCES)),
            weight=draw(st.sampled_from([-4.0, 0.0, 3.5, 20.0])),
            name=draw(st.sampled_from([*NAMES, "equal", "equal", "phonetic"])),
            mother=draw(st.sampled_from([*NAMES, "missing", "different"])),
            father=draw(st.sampled_from(["missing", "missing", "different", "similar"])),
            place=draw(st.sampled_from(ANSWERS)),
            address=draw(st.sampled_from(ANSWERS)),
            nik=draw(st.sampled_from([*NIKS, "missing", "different"])),
            namesakes=draw(st.sampled_from([0.0, 0.5, 1.0, 12.0])),
            slip=draw(st.sampled_from([False, False, False, True])),
            twin_at_home=draw(st.sampled_from([False, False, False, True])),
        )
        for two in chosen
    ]
    links = draw(st.lists(st.sampled_from(possible), max_size=2)) if possible else []
    settings = Settings(
        link=draw(st.sampled_from([0.5, 0.9])),
        case=draw(st.sampled_from([0.3, 0.5, 0.9])),
        max_cluster_size=draw(st.sampled_from([3, 10])),
        shared_nik_weight=draw(st.sampled_from([0.0, 3.0])),
        called_different=frozenset(map(frozenset, links)),
        left_count=linking,
        answered_at=draw(st.sampled_from([None, 0.7, 0.9])),
        guards_weighed=draw(st.booleans()),
    )
    return people, pairs, settings
