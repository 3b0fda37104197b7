"""Places of birth: today's name for former names, old spellings, abbreviations and administrative words."""

import pyarrow as pa
import pytest

from linkage.standardise.places.places import standardise_place
from linkage.standardise.regions.table import region_table

CASES = {
    "MAKASSAR": ["Makassar", "UJUNG PANDANG", "UJUNGPANDANG", "U. PANDANG", "MAKASAR", "KOTA MAKASSAR"],
    "JAKARTA": [
        "DKI",
        "DKI JAKARTA",
        "BATAVIA",
        "DJAKARTA",
        "JKT",
        "Jakarta Pusat",
        "JAKARTA UTARA",
        "Kota Adm. Jakarta Barat",
    ],
    "YOGYAKARTA": ["JOGJAKARTA", "DJOKJAKARTA", "YOGYA", "JOGJA", "YK", "Kota Yogyakarta"],
    "SURAKARTA": ["SOLO", "SALA", "Surakarta, Jawa Tengah"],
    "BANDA ACEH": ["KUTARAJA", "BANDA ACEH", "BANDAACEH"],
    "BUKITTINGGI": ["FORT DE KOCK", "BUKIT TINGGI"],
    "BOGOR": ["BUITENZORG", "KAB. BOGOR", "KOTA BOGOR"],
    "BANDAR LAMPUNG": ["TANJUNG KARANG", "TELUK BETUNG", "TJ. KARANG", "BANDARLAMPUNG"],
    "JAYAPURA": ["HOLLANDIA", "SUKARNAPURA", "KOTABARU (Papua)"],
    "CIREBON": ["TJIREBON"],
    "CIAMIS": ["TJIAMIS"],
    "JEMBER": ["DJEMBER"],
    "SURABAYA": ["SOERABAJA", "SBY"],
    "BANDUNG": [
        "BANDOENG",
        "KAB. BANDUNG",
        "KOTAMADYA BANDUNG",
        "KAB. DATI II BANDUNG",
        "Bandung (Jawa Barat)",
        "BANDUNG JABAR",
    ],
    "PEMATANGSIANTAR": ["PEMATANG SIANTAR", "P. SIANTAR", "SIANTAR"],
    "PADANGSIDIMPUAN": ["PADANG SIDEMPUAN", "PADANGSIDIMPUAN"],
    "FAKFAK": ["FAK FAK", "FAK-FAK"],
    "TOLITOLI": ["TOLI TOLI", "TOLI-TOLI"],
    "PAREPARE": ["PARE PARE"],
    "BAUBAU": ["BAU BAU"],
    "MUKOMUKO": ["MUKO MUKO"],
    "PALANGKARAYA": ["PALANGKA RAYA"],
    "POHUWATO": ["PAHUWATO"],
    "TANJUNGPINANG": ["TANJUNG PINANG", "TJ PINANG"],
    "PANGKALPINANG": ["PANGKAL PINANG"],
    "LUBUKLINGGAU": ["LUBUK LINGGAU"],
    "TEBINGTINGGI": ["TEBING TINGGI"],
    "MEMPAWAH": ["KAB. PONTIANAK", "Kabupaten Pontianak", "MEMPAWAH"],
    "PONTIANAK": ["PONTIANAK", "KOTA PONTIANAK"],
    "DILI": ["TIM-TIM", "TIMOR TIMUR"],
    "KOTABARU": ["KOTABARU", "KOTA BARU", "KAB. KOTABARU"],
    "KOTA AGUNG": ["KOTA AGUNG", "Kota Agung"],
    "PASANGKAYU": ["MAMUJU UTARA", "KAB. MAMUJU UTARA"],
    "DEPOK": ["RS. Hermina, Depok"],
    "MAJU JAYA": ["Maju Jaya", "MAJU  JAYA."],
}


@pytest.mark.parametrize(("place", "spellings"), CASES.items())
def test_spellings_of_a_place_become_one_value(place: str, spellings: list[str]) -> None:
    result = standardise_place(pa.array(spellings))
    assert result.values.to_pylist() == [place]
    assert set(result.mapping.tolist()) == {0}


@pytest.mark.parametrize("text", ["", " ", "-", "--", ".", "0", "XXX", "TIDAK ADA", "TIDAK DIKETAHUI", "N/A"])
def test_a_placeholder_is_missing(text: str) -> None:
    assert standardise_place(pa.array([text])).mapping.tolist() == [-1]


def test_a_place_stays_itself_when_standardised_again() -> None:
    names = [region_table().regencies[code].name for code in region_table().current]
    once = standardise_place(pa.array(names))
    twice = standardise_place(once.values)
    assert twice.values.to_pylist() == once.values.to_pylist()
    assert twice.mapping.tolist() == list(range(len(once.values)))


def test_values_are_sorted_by_their_bytes_and_each_has_a_key_of_its_own() -> None:
    result = standardise_place(pa.array(["SOLO", "-", "Москва", "KOTA AMBON", "ambon"]))
    assert result.values.to_pylist() == ["AMBON", "SURAKARTA", "МОСКВА"]
    assert result.mapping.tolist() == [1, -1, 2, 0, 0]
    assert len(set(result.key_sets["value"].keys.tolist())) == 3


def test_no_values_give_no_values() -> None:
    result = standardise_place(pa.array([], pa.string()))
    assert len(result.values) == len(result.mapping) == 0
