"""Addresses: one canonical text, and keys for the words that tell addresses apart."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.similarity.packed import hash_texts
from linkage.standardise.addresses.standard import standardise_address

CASES = {
    "JALAN SUDIRMAN NO 12": [
        "Jl. Jend. Sudirman No. 12",
        "JLN SUDIRMAN #12",
        "Jalan  Sudirman NO.012",
        "jl sudirman nmr 12",
    ],
    "GANG MAWAR 3": ["Gg. Mawar III", "GANG MAWAR 3"],
    "KAMPUNG BARU": ["Kp. Baru", "KAMP. BARU", "KAMPUNG BARU RT", "KP BARU RT 000 RW 000", "Kp. Baru RT0/RW0"],
    "DUSUN KRAJAN RT 1 RW 2": [
        "Dsn. Krajan RT 001/RW 002",
        "DSN KRAJAN RT.1/2",
        "DUSUN KRAJAN RT01 RW02",
        "Dsn Krajan RT 01/02",
    ],
    "DUKUH KALIGAWE": ["DK. KALIGAWE", "DKH KALIGAWE"],
    "KOMPLEK GRIYA ASRI BLOK A5 NO 7": ["Perum Griya Asri Blk. A5 No.7", "KOMP GRIYA ASRI BLOK A5 NO 7"],
    "LINGKUNGAN 2 LORONG DAMAI": ["LK. II LR. DAMAI", "Lingk II Lr Damai"],
    "JORONG KOTO TUO": ["JR. KOTO TUO"],
    "DESA SUKAMAJU KECAMATAN CIAWI": ["Ds. Sukamaju Kec. Ciawi"],
    "KELURAHAN ANTAPANI KAVLING 4": ["KEL. ANTAPANI KAV. 4"],
    "ASRAMA POLISI": ["ASR. POLISI"],
    "RUSUN TANAH ABANG": ["RSN TANAH ABANG"],
    "JALAN JUMAT": ["Jl. Jum'at", "JL JUM’AT"],
    "JALAN MERDEKA": ["JL. MERDEKA NO. 0", "Jl. Merdeka No", "JL MERDEKA NO. -"],
    "JALAN KARTINI RW 3": ["JL. KARTINI RT 000 RW 003", "JL. KARTINI RT RW 3"],
    "CITE LAFAYETTE 4": ["Cité Lafayette 4"],
    "УЛИЦА МИРА 7": ["улица Мира, 7"],
}

WORDS = ["Jl.", "MAWAR", "RT", "RW 0", "0", "NO.", "007", "IX", "#", "Gg", "-", "RT01", "RT 1/2", "JEND.", "é", "C3/12"]
WORDS += [
    "BLOK",
    "KAV",
    "A",
    "I",
    "12A",
    "/",
    ",",
    "001/002",
    "R.T. 3",
    "RT/RW",
    "OO1",
    "BR",
    "KP",
    "DS",
    "KOTA",
    "BARU",
]
WORDS += ["BANDUNG", "40291", "KODE POS", "PERUM", "ASR", "(", "D.I.", "AB"]
addresses = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)


@pytest.mark.parametrize(("address", "spellings"), CASES.items())
def test_spellings_of_an_address_become_one_value(address: str, spellings: list[str]) -> None:
    result = standardise_address(pa.array(spellings))
    assert result.values.to_pylist() == [address]
    assert set(result.mapping.tolist()) == {0}


@pytest.mark.parametrize("text", ["", " ", "-", "0", "RT 0 RW 0", "RT/RW", "NO", "XXX", "TIDAK ADA", "N/A", "JEND."])
def test_what_says_nothing_is_missing(text: str) -> None:
    assert standardise_address(pa.array([text])).mapping.tolist() == [-1]


def test_a_number_at_the_head_of_the_next_address_does_not_belong_to_this_one() -> None:
    result = standardise_address(pa.array(["JL MAWAR NO", "0 MELATI", "5 MELATI", "JL ANGGREK RT", "1"]))
    assert [result.values[int(code)].as_py() for code in result.mapping] == [
        "JALAN MAWAR",
        "0 MELATI",
        "5 MELATI",
        "JALAN ANGGREK",
        "1",
    ]


def test_only_telling_words_give_token_keys() -> None:
    result = standardise_address(pa.array(["Jl. Melati Raya No. 12 B RT 1 RW 2", "Komp. Melati Indah", "RT 1 RW 2"]))
    tokens = result.key_sets["tokens"]
    by_text = {
        text: set(tokens.keys[tokens.offsets[value] : tokens.offsets[value + 1]].tolist())
        for value, text in enumerate(result.values.to_pylist())
    }
    melati, indah = hash_texts(pa.array(["MELATI", "INDAH"])).tolist()
    assert by_text == {
        "JALAN MELATI RAYA NO 12B RT 1 RW 2": {melati},
        "KOMPLEK MELATI INDAH": {melati, indah},
        "RT 1 RW 2": set(),
    }


@given(texts=st.lists(addresses, unique=True, max_size=12))
def test_each_address_is_read_as_if_it_stood_alone_and_reading_it_again_changes_nothing(texts: list[str]) -> None:
    result = standardise_address(pa.array(texts, pa.string()))
    values = result.values.to_pylist()
    assert values == sorted(set(values), key=str.encode)
    alone = [standardise_address(pa.array([text])).values.to_pylist() for text in texts]
    assert [[values[code]] if code >= 0 else [] for code in result.mapping.tolist()] == alone
    assert standardise_address(result.values).values.to_pylist() == values
    tokens = result.key_sets["tokens"]
    for begin, end in zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True):
        keys = tokens.keys[begin:end].tolist()
        assert keys == sorted(set(keys))


def test_no_values_give_no_values() -> None:
    result = standardise_address(pa.array([], pa.string()))
    assert len(result.values) == len(result.mapping) == 0
    assert result.key_sets["tokens"].offsets.tolist() == [0]
