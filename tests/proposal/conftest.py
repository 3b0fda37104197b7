"""Invented people of several languages, written down twice with the slips of offices, and the truth beside them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import linkage
from linkage.proposal.propose import Proposal, propose_spec
from linkage.spec import parse_spec

LATEST_YEAR = 2026


@dataclass(frozen=True)
class Land:
    """How a country writes: words to invent people from, the header, the order of a date, the delimiter."""

    given: str
    surnames: str
    towns: str
    header: tuple[str, ...]
    date: str
    sexes: tuple[str, str]
    delimiter: str = ","


LANDS = {
    "english": Land(
        "Alice Arthur Brenda Charles Claire Daniel Edith Edward Fiona George Hannah Henry Irene James Joan "
        "Kevin Laura Lewis Margaret Martin Nancy Oliver Paula Peter Rachel Robert Sandra Simon Teresa Thomas "
        "Ursula Victor Wendy William",
        "Atkins Barlow Bennett Carter Clarke Dawson Dixon Ellis Farrow Fletcher Gibson Harding Holt Hughes "
        "Jarvis Kemp Lawson Marsh Mercer Norris Osborne Parker Pearce Quinn Rhodes Sanders Slater Thorpe "
        "Tucker Vaughan Walters Webster Yates",
        "Ashford Brampton Coldwell Denby Eastleigh Farnham Greenock Halstead",
        ("First Name", "Last Name", "Date of Birth", "Sex", "Town", "Phone"),
        "{m:02}/{d:02}/{y}",
        ("F", "M"),
    ),
    "spanish": Land(
        "Alba Andrés Beatriz Carlos Carmen Diego Elena Emilio Gloria Héctor Inés Javier José Juana Lucía Luis "
        "Manuel Marta Miguel Nuria Óscar Pablo Pilar Ramón Raquel Rosa Sergio Sonia Tomás Vicente Álvaro "
        "Íñigo Eva Rubén",
        "Alonso Blanco Cabrera Campos Castillo Delgado Domínguez Fuentes Gallego Garrido Gil Herrera Iglesias "
        "León Lozano Marín Medina Méndez Moreno Muñoz Navarro Núñez Ortega Peña Prieto Ramos Reyes Rubio "
        "Santos Serrano Vega Vidal Ibáñez",
        "Almería Burgos Cádiz Cuenca Girona Huelva Lugo Soria",
        ("nombre", "apellido", "fecha de nacimiento", "sexo", "municipio", "teléfono"),
        "{d:02}/{m:02}/{y}",
        ("mujer", "hombre"),
        ";",
    ),
    "turkish": Land(
        "Ahmet Ali Aslı Ayşe Burak Cem Deniz Derya Elif Emine Emre Esra Fatma Gökhan Gül Hakan Hasan Hatice "
        "Hüseyin İbrahim Kemal Leyla Mehmet Melek Murat Mustafa Nur Osman Ömer Selin Serkan Sevgi Yusuf "
        "Zeynep",
        "Aksoy Arslan Aydın Bulut Çelik Çetin Demir Doğan Erdoğan Güler Güneş Kaplan Kara Kaya Keskin Kılıç "
        "Koç Korkmaz Kurt Öztürk Özkan Polat Sarı Şahin Şen Taş Tekin Tunç Uçar Ünal Yavuz Yıldırım Yıldız "
        "Yılmaz",
        "Bafra Çorlu Edremit Fatsa Gebze İnegöl Keşan Lüleburgaz",
        ("Adı", "Soyadı", "Doğum Tarihi", "Cinsiyet", "İlçe", "Telefon"),
        "{d:02}.{m:02}.{y}",
        ("Kadın", "Erkek"),
        ";",
    ),
}
MEANINGLESS = ("c1", "c2", "c3", "c4", "c5", "c6")
DATE = 2


@dataclass(frozen=True)
class Written:
    """Rows as a file holds them, and the person of each row."""

    rows: tuple[tuple[str, ...], ...]
    persons: tuple[int, ...]


class Office:
    """Invents people of a land and writes them down, at times wrongly; same seed, same rows."""

    def __init__(self, land: Land, seed: int = 1) -> None:
        self._land = land
        self._rng = np.random.default_rng(seed)
        self._words = {name: getattr(land, name).split() for name in ("given", "surnames", "towns")}

    def register(self, persons: int, copied: float, numbers_from: int = 0) -> Written:
        """Return every person once, and a share of them once more with slips, in no order."""
        people = [self._invent() for _ in range(persons)]
        rows = [(self._row(*one), number) for number, one in enumerate(people, numbers_from)]
        again = self._rng.choice(persons, int(persons * copied), replace=False)
        rows += [(self._damaged(*people[number]), number + numbers_from) for number in again.tolist()]
        order = self._rng.permutation(len(rows)).tolist()
        return Written(tuple(rows[place][0] for place in order), tuple(rows[place][1] for place in order))

    def _pick(self, words: Sequence[str]) -> str:
        return words[int(len(words) * self._rng.random() ** 1.5)]

    def _invent(self) -> tuple[list[str], tuple[int, int, int]]:
        given, surname, town = (self._pick(self._words[name]) for name in ("given", "surnames", "towns"))
        born = tuple(int(self._rng.integers(*ends)) for ends in ((1935, 2010), (1, 13), (1, 29)))
        phone = f"06{self._rng.integers(10**7, 10**8)}"
        return [given, surname, "", self._land.sexes[int(self._rng.integers(2))], town, phone], born  # type: ignore[return-value]

    def _row(self, cells: list[str], born: tuple[int, int, int]) -> tuple[str, ...]:
        year, month, day = born
        return (*cells[:DATE], self._land.date.format(y=year, m=month, d=day), *cells[DATE + 1 :])

    def _damaged(self, cells: list[str], born: tuple[int, int, int]) -> tuple[str, ...]:
        rng = self._rng
        year, month, day = born
        if rng.random() < 0.05 and day < 13:
            month, day = day, month
        cells = list(cells)
        if rng.random() < 0.1:
            cells[4] = self._pick(self._words["towns"])
        row = list(self._row(cells, (year, month, day)))
        for place in (0, 1, DATE, 5):
            if rng.random() < 0.15:
                row[place] = self._mistyped(row[place])
        for place in range(len(row)):
            if rng.random() < 0.06:
                row[place] = ""
        return tuple(row)

    def _mistyped(self, text: str) -> str:
        places = [place for place, letter in enumerate(text) if letter.isalnum()]
        place = places[int(self._rng.integers(len(places)))]
        other = (
            "0123456789"[int(self._rng.integers(10))]
            if text[place].isdigit()
            else "aeinrst"[int(self._rng.integers(7))]
        )
        kept = "" if self._rng.random() < 0.3 and text[place].isalpha() else other
        return text[:place] + kept + text[place + 1 :]


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows below a header (None: without one) to a CSV file and return its path."""

    def _write(name: str, header: Sequence[str] | None, rows: Sequence[Sequence[str]], delimiter: str = ",") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
            writer.writerows([*([header] if header else []), *rows])
        return path

    return _write


def propose(*paths: Path, **options: object) -> Proposal:
    """Propose a spec, in the year all these tests live in."""
    return propose_spec(paths, latest_year=LATEST_YEAR, **options)  # type: ignore[arg-type]


def pair_f1(result: linkage.LinkageResult, person_of: dict[str, int]) -> float:
    """F1 of the pairs that clusters imply, against the person of each record id; ``link``: of pairs across files."""
    clusters = dict(
        zip(*(result.clusters.column(name).to_pylist() for name in ("record_id", "cluster_id")), strict=True)
    )
    assert clusters.keys() == person_of.keys()

    def pairs(groups: Counter[object]) -> int:
        return sum(size * (size - 1) // 2 for size in groups.values())

    found = pairs(Counter(clusters.values()))
    true = pairs(Counter(person_of.values()))
    both = pairs(Counter((clusters[record], person_of[record]) for record in clusters))
    return 2 * both / (found + true)


def deduped_f1(path: Path, written: Written, first_line: int = 2, budget: int = 0) -> float:
    """F1 of deduplicating a file with the spec proposed for it, read back from its text, at its own threshold."""
    spec = parse_spec(propose(path, budget=budget).text)
    lines = enumerate(written.persons, first_line)
    return pair_f1(linkage.dedupe(path, spec), {f"{path.stem}:{line}": person for line, person in lines})
