"""What is found of a pair, topic by topic: from features, levels and counts to keys of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from linkage.spec import DIFFERENT
from linkage.standardise.addresses.relation import RELATIONS as ADDRESS_RELATIONS
from linkage.standardise.dates.relation import DIFFERENCES
from linkage.words.catalogue import Finding, is_said

Findings = tuple[Finding, ...]

FEW: Final = 5_000
"""A value that fewer than one in so many bear is told as rare; and so is one that hardly anybody bears at all."""

RARE_WORD: Final = 500
"""A word of a name that one in so many bears, or fewer."""

_KNOWN_NAME_BITS: Final = 12.0
"""Rarer than one in 4,096: no common name."""

_MISSING: Final = "missing"


@dataclass(frozen=True)
class Rarity:
    """How often a value that both records bear stands in the data: ``count`` of ``total`` records, the pair among them.

    ``here``, ``total_here``: in the regency that sent both; 0 where it is not counted by region.
    """

    count: int
    total: int
    here: int = 0
    total_here: int = 0


@dataclass(frozen=True)
class Known:
    """What is known of one pair.

    ``values``: by feature, nan for missing. ``levels``: names, by comparison. ``rarity``: by field, where both
    records bear one value. ``prior_log2``: what Fellegi-Sunter begins with, in bits.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    rarity: Mapping[str, Rarity] = field(default_factory=dict)
    prior_log2: float = 0.0

    def value(self, feature: str) -> float:
        """Return the value of a feature; nan where it is missing, or no feature of this data."""
        return self.values.get(feature, math.nan)

    def level(self, comparison: str) -> str:
        """Return the name of a level, ``missing`` for a comparison that the spec does not have."""
        return self.levels.get(comparison, _MISSING)


def findings_of(topic: str, known: Known) -> Findings:
    """Return what a topic has to say of a pair, the main thing first; nothing where all of it is missing.

    ``topic``: as :func:`linkage.words.catalogue.topic_of` names it.
    """
    return _ASKED[topic](known) if topic in _ASKED else (_plain_level(topic.removeprefix("level_"), known),)


def _plain_level(comparison: str, known: Known) -> Finding:
    level = known.level(comparison)
    if level == _MISSING:
        return Finding("comparison.missing", {"name": comparison})
    return Finding("comparison.level", {"name": comparison, "level": level})


def _told_level(topic: str, comparison: str, known: Known) -> Findings:
    """Return the sentence of a level, in plain words where the spec calls it otherwise than that of residents."""
    level = known.level(comparison)
    if level == _MISSING:
        return ()
    key = f"{topic}.{level}"
    return (Finding(key) if is_said(key) else _plain_level(comparison, known),)


def _all(known: Known) -> Findings:
    weight = known.value("fs_weight")
    if math.isnan(weight):
        return ()
    return (Finding("all.against" if weight < 0.0 else "all.weak" if weight + known.prior_log2 < 0.0 else "all.for"),)


def _name(known: Known) -> Findings:
    level = known.level("nama")
    found: list[Finding] = []
    if level != _MISSING:
        found.append(Finding(f"name.{_name_relation(level, known)}"))
    if level not in ("equal", "phonetic", _MISSING):
        found += _unlike_words(known)
    if level != "equal" and known.value("nama_of_mother") >= 0.5:
        found.append(Finding("name.of_mother"))
    rarity = known.rarity.get("nama")
    if rarity is not None:
        found += _rarity_of_name(rarity)
    elif level in ("partial", "similar", "near") and known.value("nama_matched_bits_most") > 0.0:
        one_in = round(2.0 ** known.value("nama_matched_bits_most"))
        found.append(Finding(f"name.{'rare' if one_in >= RARE_WORD else 'common'}_word", {"one_in": one_in}))
    expected = 2.0 ** known.value("expected_namesakes") - 0.001
    if expected >= 1.0 and level in ("equal", "phonetic"):
        found.append(Finding("name.namesakes", {"count": round(expected)}))
    return tuple(found)


def _name_relation(level: str, known: Known) -> str:
    if level == DIFFERENT:
        return "some_words" if known.value("nama_matched_bits") > 0.0 else "different"
    if level in ("similar", "near") and known.value("name_slip") == 1.0:
        return "slip"
    return level if level in ("equal", "phonetic", "partial", "similar", "near") else "similar"


def _unlike_words(known: Known) -> list[Finding]:
    """What the words that differ are: twins bear names that exist, of a slip one is hardly ever borne."""
    rarer, edits = known.value("nama_weakest_rarer_bits"), known.value("nama_weakest_edits")
    if not edits > 0.0 or not rarer > 0.0:
        return []
    if rarer <= _KNOWN_NAME_BITS:
        return [Finding("name.both_known")]
    return [Finding("name.one_odd")] if known.value("nama_weakest_odd") > 0.0 and edits <= 2.0 else []


def _rarity_of_name(rarity: Rarity) -> list[Finding]:
    counts = {"count": rarity.count, "total": rarity.total}
    if rarity.count <= 2:
        return [Finding("name.only_these", {"total": rarity.total})]
    few = rarity.count * FEW <= rarity.total or rarity.count <= 5
    found = [Finding("name.few" if few else "name.many", counts)]
    if not few and rarity.total_here:
        found.append(Finding("name.here", {"count": rarity.here, "total": rarity.total_here}))
    return found


def _parent(topic: str, name: str, nik: str) -> Callable[[Known], Findings]:
    def ask(known: Known) -> Findings:
        level = known.level(name)
        found = list(_told_level(topic, name, known))
        rarity = known.rarity.get(name)
        if rarity is not None and level == "equal":
            few = rarity.count * FEW <= rarity.total or rarity.count <= 5
            counts = {"count": rarity.count, "total": rarity.total}
            found.append(Finding(f"{topic}.{'few' if few else 'many'}", counts))
        said = {0.0: "differs", 1.0: "slip", 2.0: "equal"}.get(known.value(nik))
        if said is not None:
            found.append(Finding(f"{topic}.nik_{said}"))
        return tuple(found)

    return ask


def _nik(known: Known) -> Findings:
    relations = ("equal", "slip", "first_twelve", "day_40", "birth_part")
    held = [name for name in relations if known.value(f"nik_{name}") == 1.0]
    compared = known.value("nik_missing") == 0.0
    found = [Finding(f"nik.{held[0]}")] if held else [Finding("nik.different")] if compared else []
    if known.value("nik_first_twelve") == 1.0 and known.value("nik_serial_gap") == 0.0:
        found.append(Finding("nik.in_turn"))
    if known.value("nik_tells_other_date") == 1.0:
        found.append(Finding("nik.other_date"))
    if known.value("nik_dates_fit") < 2.0:
        found.append(Finding("nik.misfit", {"count": 2 - int(known.value("nik_dates_fit"))}))
    if known.value("nik_sexes_other") > 0.0:
        found.append(Finding("nik.other_sex", {"count": int(known.value("nik_sexes_other"))}))
    return tuple(found)


def _birth(known: Known) -> Findings:
    place = known.value("birth_difference")
    if math.isnan(place):
        return ()
    found = [Finding(f"birth.{DIFFERENCES[int(place)]}")]
    guesses = known.value("birth_guesses")
    if guesses >= 1.0:
        found.append(Finding("birth.guesses_one" if guesses == 1.0 else "birth.guesses_two"))
    return tuple(found)


def _level(topic: str, comparison: str) -> Callable[[Known], Findings]:
    def ask(known: Known) -> Findings:
        return _told_level(topic, comparison, known)

    return ask


def _card(known: Known) -> Findings:
    if known.value("card_equal") == 1.0:
        return (Finding("card.equal"),)
    if known.value("card_slip") == 1.0:
        return (Finding("card.slip"),)
    return (Finding("card.different"),) if known.value("card_equal") == 0.0 else ()


def _household(known: Known) -> Findings:
    return (*_card(known), *_ASKED["mother"](known)[:1], *_ASKED["father"](known)[:1], *_address(known)[:1])


def _nik_and_birth(known: Known) -> Findings:
    entry = _ASKED["entry"](known) if known.level("tgl_entri") == "equal" else ()
    return (*_nik(known)[:2], *_birth(known), *entry)


def _address(known: Known) -> Findings:
    place = known.value("address_relation")
    found: list[Finding] = []
    if not math.isnan(place):
        found.append(Finding(f"address.{ADDRESS_RELATIONS[int(place)]}"))
    else:
        found += _told_level("address", "alamat", known)
    village = known.value("kelurahan_same")
    if not math.isnan(village) and not (found and found[0].key == "address.same_village"):
        found.append(Finding("address.village_same" if village == 1.0 else "address.village_differs"))
    return tuple(found)


def _region(known: Known) -> Findings:
    said = {0.0: "two_provinces", 1.0: "one_province", 2.0: "one_regency"}.get(known.value("region_relation"))
    return () if said is None else (Finding(f"region.{said}"),)


def _certificate(known: Known) -> Findings:
    if known.value("certificates_differ") == 1.0:
        return (Finding("certificate.different"),)
    return _level("certificate", "no_akta_lhr")(known)


def _enrolment(known: Known) -> Findings:
    if known.level("status_ktpel") == "found_duplicate":
        return (Finding("enrolment.found_duplicate"),)
    if known.value("both_enrolled_other_nik") == 1.0:
        return (Finding("enrolment.both_other_nik"),)
    if known.level("status_ktpel") == _MISSING and not known.value("enrolled") > 0.0:
        return ()
    said = {0.0: "none", 1.0: "one", 2.0: "two"}.get(known.value("enrolled"))
    return () if said is None else (Finding(f"enrolment.{said}"),)


def _particulars(known: Known) -> Findings:
    asked = (("agama_same", "religion"), ("stat_kwn_same", "marriage"), ("shdk_same", "role"))
    return tuple(
        Finding(f"particulars.{name}_{'same' if known.value(feature) == 1.0 else 'differs'}")
        for feature, name in asked
        if not math.isnan(known.value(feature))
    )


def _pattern(known: Known) -> Findings:
    held = [name for name in ("twin", "sibling", "namesake", "family") if known.value(f"guard_{name}") == 1.0]
    return tuple(Finding(f"pattern.{name}") for name in held or ["none"])


def _family(known: Known) -> Findings:
    found = []
    for feature in ("kin_on_both", "kin_on_one"):
        if known.value(feature) > 0.0:
            found.append(Finding(f"family.{feature}", {"count": int(known.value(feature))}))
    if known.value("same_day_kin") > 0.0:
        found.append(Finding("family.same_day"))
    margin = known.value("rival_margin")
    if not math.isnan(margin):
        same = known.value("rival_own_weight") > 0.0
        found.append(Finding(f"family.rival_{'same' if same else 'better' if margin < 0.0 else 'weaker'}"))
    if found:
        return tuple(found)
    return (Finding("family.alone" if math.isnan(known.value("same_day_kin")) else "family.quiet"),)


_ASKED: Final[Mapping[str, Callable[[Known], Findings]]] = {
    "all": _all,
    "name": _name,
    "mother": _parent("mother", "nama_ibu", "nik_ibu_relation"),
    "father": _parent("father", "nama_ayah", "nik_ayah_relation"),
    "nik": _nik,
    "birth": _birth,
    "nik_and_birth": _nik_and_birth,
    "entry": _level("entry", "tgl_entri"),
    "card": _card,
    "household": _household,
    "address": _address,
    "region": _region,
    "birthplace": _level("birthplace", "tempat_lahir"),
    "sex": _level("sex", "jenis_kelamin"),
    "certificate": _certificate,
    "enrolment": _enrolment,
    "particulars": _particulars,
    "pattern": _pattern,
    "family": _family,
}
