"""Addresses taken apart: street, alley, house, block, estate, RT, RW, hamlet, village and what lies above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.addresses import roles
from linkage.standardise.addresses.numbers import NONE
from linkage.standardise.addresses.reading import Reading, house_texts, read_addresses, role_texts
from linkage.standardise.addresses.vocabulary import address_words
from linkage.standardise.column import Int32, UInt8
from linkage.standardise.distinct import distinct_values

_BALI: Final = 51


@dataclass(frozen=True)
class Address:
    """One address in its parts; an empty text and 0 say that there is none.

    ``street`` without JALAN, ranks and number, ``street_number`` the III of JALAN MAWAR III, ``alley`` the name of a
    gang or lorong. ``house`` is the number with its letters (12A, 12/14), ``block`` that of an estate or its lot
    (C3), ``estate`` a komplek, asrama or rusun. ``hamlet`` is a dusun, dukuh, kampung, lingkungan, banjar, jorong or
    the like, without that word. ``rest`` is what fits nowhere.
    """

    street: str = ""
    street_number: int = 0
    alley: str = ""
    estate: str = ""
    block: str = ""
    house: str = ""
    hamlet: str = ""
    rt: int = 0
    rw: int = 0
    village: str = ""
    district: str = ""
    regency: str = ""
    province: str = ""
    postcode: int = 0
    rest: str = ""


class Part(NamedTuple):
    """One part of every address: ``codes`` int32 (n,), -1 for none, into distinct ``texts``, sorted by UTF-8 bytes."""

    codes: Int32
    texts: pa.StringArray

    def text_of(self, row: int) -> str:
        """Return the part of one address, empty when it has none."""
        code = int(self.codes[row])
        return str(self.texts[code].as_py()) if code >= 0 else ""


@dataclass(frozen=True)
class AddressParts:
    """Addresses (n,) in their parts, as :class:`Address` has them.

    ``unit`` is block and house number in one: C-12, C/12 and BLOK C NO 12 are one house. The numbers are int32 (n,), 0
    for none.
    """

    street: Part
    alley: Part
    estate: Part
    block: Part
    house: Part
    unit: Part
    hamlet: Part
    village: Part
    district: Part
    regency: Part
    province: Part
    rest: Part
    street_number: Int32
    rt: Int32
    rw: Int32
    postcode: Int32

    def address(self, row: int) -> Address:
        """Return one address; row from 0."""
        return Address(
            street=self.street.text_of(row),
            street_number=int(self.street_number[row]),
            alley=self.alley.text_of(row),
            estate=self.estate.text_of(row),
            block=self.block.text_of(row),
            house=self.house.text_of(row),
            hamlet=self.hamlet.text_of(row),
            rt=int(self.rt[row]),
            rw=int(self.rw[row]),
            village=self.village.text_of(row),
            district=self.district.text_of(row),
            regency=self.regency.text_of(row),
            province=self.province.text_of(row),
            postcode=int(self.postcode[row]),
            rest=self.rest.text_of(row),
        )


def parse_address(text: str, *, province: int = 0) -> Address:
    """Return an address in its parts. ``province``: the code of its province (51 is Bali), 0 when unknown.

    BR is BANJAR in Bali and short for BARU elsewhere; without a province it is BANJAR where a name begins with it.
    """
    return address_parts(pa.array([text], pa.string()), np.array([province], np.int64)).address(0)


def address_parts(values: pa.StringArray, provinces: npt.NDArray[np.integer] | None = None) -> AddressParts:
    """Return texts (n,), no nulls, in their parts. ``provinces`` (n,): codes of two digits, 0 for unknown."""
    return parts_of(read_addresses(values, None if provinces is None else region_contexts(provinces)))


def region_contexts(provinces: npt.NDArray[np.integer]) -> UInt8:
    """Return uint8 (n,), ``roles.BALI``, ``roles.ELSEWHERE`` or 0 for unknown, of province codes (n,)."""
    elsewhere = np.where(provinces == 0, NONE, roles.ELSEWHERE)
    return np.where(provinces == _BALI, roles.BALI, elsewhere).astype(np.uint8)


def parts_of(reading: Reading) -> AddressParts:
    """Return addresses that were read in their parts."""
    rt, rw, street_number, postcode = (np.ascontiguousarray(reading.units[:, place]) for place in range(4))
    return AddressParts(
        street=_part(_usual_streets(role_texts(reading, roles.STREET))),
        alley=_part(role_texts(reading, roles.ALLEY)),
        estate=_part(role_texts(reading, roles.ESTATE)),
        block=_part(role_texts(reading, roles.BLOCK)),
        house=_part(role_texts(reading, roles.HOUSE)),
        unit=_part(house_texts(reading)),
        hamlet=_part(role_texts(reading, roles.HAMLET)),
        village=_part(role_texts(reading, roles.VILLAGE)),
        district=_part(role_texts(reading, roles.DISTRICT)),
        regency=_part(role_texts(reading, roles.REGENCY)),
        province=_part(role_texts(reading, roles.PROVINCE)),
        rest=_part(role_texts(reading, roles.REST)),
        street_number=street_number,
        rt=rt,
        rw=rw,
        postcode=postcode,
    )


def _usual_streets(texts: pa.StringArray) -> pa.StringArray:
    """Write each street the usual way (A YANI is AHMAD YANI); the look-up is over distinct streets."""
    encoded = texts.dictionary_encode()
    streets = address_words().streets
    found = pc.index_in(encoded.dictionary, value_set=pa.array(list(streets), pa.string()))
    usual = pc.coalesce(pa.array(list(streets.values()), pa.string()).take(found), encoded.dictionary)
    return usual.take(encoded.indices)


def _part(texts: pa.StringArray) -> Part:
    distinct, codes = distinct_values(pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts))
    return Part(codes, distinct)
