"""Reasons in words, for the comments of a proposed spec: counts and shares, never a value."""

from __future__ import annotations

from linkage.proposal.columns.candidates import Candidate
from linkage.proposal.columns.measures import Measures


def reasons(candidate: Candidate, role: str) -> tuple[str, ...]:
    """Return why a column is taken for a role: the header's words, its values, the other columns, its fill."""
    m = candidate.measures
    said: list[str] = []
    if candidate.header.truth:
        said.append("its name says that it holds the answer, so it is not compared")
    elif role in candidate.header.weights or (candidate.header.part and role == "parent_name"):
        said.append(f"its name says so ({', '.join(candidate.header.words)})")
    elif candidate.header.weights and m.distinct > 1:
        said.append("its values say otherwise than its name")
    if not m.distinct:
        return (*said, "empty")
    said += _values(m, role)
    said += candidate.notes
    said.append(
        f"{m.distinct:,} distinct values" + ("" if m.filled > 0.995 else f", filled in {_percent(m.filled)} of rows")
    )
    return tuple(said)


def _values(m: Measures, role: str) -> list[str]:
    shares, some = m.shares, m.words_any
    known = {
        "email": ("have the shape of an e-mail address", shares["email"]),
        "phone": ("have the shape of a phone number", shares["phone"]),
        "birth_date": ("have the shape of a date", m.dates.share),
        "event_date": ("have the shape of a date", m.dates.share),
        "birth_year": ("are years", shares["year"]),
        "sex": ("are words or signs of a sex", m.words.get("sex", 0.0)),
        "identifier": ("have one arrangement of letters and digits", m.shape_share),
        "postcode": ("have the shape of a postcode", max(shares["postcode_mixed"], shares["postcode_digits"])),
        "house_number": ("have the shape of a house number", shares["house"]),
        "address": ("hold letters and digits", shares["mixed"]),
        "street": ("hold a word for street", some.get("street", 0.0)),
        "number": ("are numbers", shares["integer"] + shares["decimal"]),
        "age": ("are whole numbers", shares["integer"]),
        "given_name": ("are letters only", shares["name_like"]),
        "surname": ("are letters only", shares["name_like"]),
        "full_name": ("are letters only", shares["name_like"]),
        "place": ("are letters only", shares["name_like"]),
    }
    said = []
    if role in known and known[role][1] >= 0.3:
        said.append(f"{_percent(known[role][1])} of values {known[role][0]}")
    if role in ("full_name", "parent_name", "address") and m.mean_words:
        said.append(f"{m.mean_words:.1f} words each")
    if role == "record_id" and m.unique:
        said.append("different in every row" + (", counting on" if m.counting else ""))
    if role == "noise" and m.distinct == 1:
        said.append("the same in every row")
    if role in ("birth_date", "event_date") and m.dates.order:
        said.append(f"written {m.dates.order}")
    return said


def _percent(share: float) -> str:
    return f"{min(share, 1.0):.0%}"
