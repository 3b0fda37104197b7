"""Addresses written from known parts in the ways of clerks, to check that reading gives the parts back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from linkage.standardise.addresses.parts import Address

Choose = Callable[[Sequence[str]], str]

_STREET = ("JL. {}", "JLN {}", "Jalan {}", "jl.{}")
_ALLEY = ("GG. {}", "GANG {}", "LR. {}", "Lorong {}")
_ESTATE = ("PERUM {}", "KOMP. {}", "Perumahan {}", "KOMPLEK {}")
_BLOCK = ("BLOK {}", "BLK. {}", "Blok.{}")
_HOUSE = ("NO. {}", "NO {}", "No.{}", "#{}", "NOMOR 0{}")
_HAMLET = ("DSN. {}", "DUSUN {}", "KP. {}", "Lingk. {}", "BR. {}", "JR {}")
_VILLAGE = ("DESA {}", "KEL. {}", "Kelurahan {}", "NAGARI {}")
_DISTRICT = ("KEC. {}", "KECAMATAN {}")
_REGENCY = ("KAB. {}", "KABUPATEN {}", "KOTA {}")
_UNITS = (
    "RT 0{rt} RW 0{rw}",
    "RT.{rt}/{rw}",
    "RT00{rt}RW00{rw}",
    "RW 0{rw} RT 0{rt}",
    "RT/RW {rt}/{rw}",
    "00{rt}/00{rw}",
)
_ROMAN: Mapping[int, str] = {1: "I", 2: "II", 3: "III", 4: "IV", 9: "IX"}


def write_address(address: Address, choose: Choose) -> str:
    """Return the address as a clerk may write it; ``choose`` picks one of several ways."""
    pieces = []
    if address.street:
        number = f" {_ROMAN[address.street_number]}" if address.street_number else ""
        pieces.append(choose(_STREET).format(address.street + number))
    if address.alley:
        pieces.append(choose(_ALLEY).format(address.alley))
    if address.estate:
        pieces.append(choose(_ESTATE).format(address.estate))
    if address.block:
        pieces.append(choose(_BLOCK).format(address.block))
    if address.house:
        pieces.append(choose(_HOUSE).format(address.house))
    if address.hamlet:
        pieces.append(choose(_HAMLET).format(address.hamlet))
    if address.rt:
        pieces.append(choose(_UNITS).format(rt=address.rt, rw=address.rw))
    pieces += [
        choose(styles).format(text)
        for styles, text in ((_VILLAGE, address.village), (_DISTRICT, address.district), (_REGENCY, address.regency))
        if text
    ]
    if address.postcode:
        pieces.append(choose(("{}", "KODE POS {}", "KODEPOS: {}")).format(address.postcode))
    return choose((" ", ", ", "  ")).join(pieces)
