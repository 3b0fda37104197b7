"""What the persons that decisions made ask of offices: which records end, who needs a new NIK, what is to be mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from linkage.identifiers import Nik
from linkage.reference.decisions import Decided
from linkage.reference.golden import Golden, Values, contested_niks, golden
from linkage.reference.persons import Group
from linkage.reference.usulan import CLOSING, Action
from linkage.review.masking import compared
from linkage.review.survivorship import ADDRESS, FINISHED, NIK, day_of, enrolment_progress


@dataclass(frozen=True, repr=False)
class Sent:
    """A record as its office sent it. ``region``: 4 digits, "" when unknown. ``given_id``: the id the office gave it.

    ``open``: an office still has it. ``values``: as :data:`linkage.reference.golden.Values`.
    """

    region: str
    given_id: str | None
    open: bool
    values: Values

    @cached_property
    def nik(self) -> str:
        """The digits of its NIK, "" when it has none that can be one."""
        number = Nik.parse(self.values.get(NIK, ""))
        return number.digits if number else ""

    @cached_property
    def day(self) -> date:
        """Since when it says what it says; an unknown day comes before all."""
        return day_of(self.values) or date.min


Key = tuple[str, str, str]
"""What a demand is about: ending, NIK or field; the record; the field."""


@dataclass(frozen=True, repr=False)
class Demand:
    """Something one office is to do. ``by``: the decision it follows from. ``order``: within what is asked of a record.

    The other values: as in :data:`linkage.reference.tables.USULAN_SCHEMA`.
    """

    action: Action
    record_id: str
    region: str
    by: Decided
    nik_stays: str | None = None
    field: str = ""
    value_now: str | None = None
    value_new: str | None = None
    order: int = 0

    @property
    def key(self) -> Key:
        """What it is about; a record is asked for each but once."""
        return key_of(self.action, self.record_id, self.field)


def key_of(action: Action, record_id: str, field: str) -> Key:
    """Return what an usulan is about."""
    return ("" if action in CLOSING else action.value, record_id, field)


@dataclass(frozen=True, repr=False)
class Person:
    """A person by decision with what stays of their values. ``records``: those that offices have sent, sorted."""

    group: Group
    records: Sequence[str]
    contested: frozenset[str]
    stays: Golden


def persons_of(persons: Sequence[Group], sent: Mapping[str, Sent]) -> tuple[Person, ...]:
    """Return the persons with their surviving values; ``sent`` holds every record that their decisions are about.

    Values that a spec's own rules choose are not told by them here, for nothing is asked of offices on their account.
    """
    values = {record: one.values for record, one in sent.items()}
    found = []
    for group in persons:
        records = [record for record in group.record_ids if record in sent]
        if records:
            contested = contested_niks(group, values)
            speaking = [record for record in records if sent[record].open] or records
            own = {record: values[record] for record in records}
            found.append(Person(group, records, contested, golden(group, speaking, own, contested)))
    return tuple(found)


def demands_of(
    persons: Sequence[Person], sent: Mapping[str, Sent], bearers: Mapping[str, frozenset[str]]
) -> tuple[Demand, ...]:
    """Return what the persons ask of offices, each once: of every record that does not stay its end.

    ``bearers``: for each NIK, by its digits, the open records that bear it, whosever they are.
    """
    in_force = frozenset(_digits(person.stays.values.get(NIK, "")) for person in persons) - {""}
    return tuple(
        demand
        for person in persons
        for demand in _of_person(person, sent, in_force | _borne_elsewhere(person, sent, bearers))
    )


def _borne_elsewhere(person: Person, sent: Mapping[str, Sent], bearers: Mapping[str, frozenset[str]]) -> frozenset[str]:
    own = set(person.group.record_ids)
    niks = {sent[record].nik for record in person.records}
    return frozenset(nik for nik in niks if not bearers.get(nik, frozenset()) <= own)


def _of_person(person: Person, sent: Mapping[str, Sent], in_force: frozenset[str]) -> Iterator[Demand]:
    stays = person.stays.taken_from
    nik = _digits(person.stays.values.get(NIK, "")) or None
    for record in person.records:
        if record != stays:
            action = _end(sent[record], sent[stays], in_force, person)
            region = "" if action is Action.PENGHAPUSAN_REKAMAN_GANDA else sent[record].region
            yield Demand(action, record, region, _newest(person.group, record, stays), nik)
    if not sent[stays].open:
        return
    if sent[stays].nik in person.contested:
        yield Demand(Action.NIK_BARU, stays, sent[stays].region, _newest(person.group, stays), order=1)
    if len(person.records) > 1:
        yield from _corrections(person, sent)


def _end(record: Sent, stays: Sent, in_force: frozenset[str], person: Person) -> Action:
    """Return how a record ends. A NIK that stays in force with anybody is never made inactive, and none of a person
    of whom no other stays."""
    if not record.nik or record.nik in person.contested:
        return Action.PENUTUPAN_REKAMAN
    if record.nik == stays.nik:
        moved = record.region and stays.region and record.region != stays.region
        return Action.PENUNTASAN_PINDAH if moved else Action.PENUTUPAN_REKAMAN
    if record.nik in in_force:
        return Action.PENUTUPAN_REKAMAN
    both = all(enrolment_progress(one.values.get("status_ktpel", "")) == FINISHED for one in (record, stays))
    if both:
        return Action.PENGHAPUSAN_REKAMAN_GANDA
    return Action.PENONAKTIFAN if _digits(person.stays.values.get(NIK, "")) else Action.PENUTUPAN_REKAMAN


def _corrections(person: Person, sent: Mapping[str, Sent]) -> Iterator[Demand]:
    """Yield what the record that stays says otherwise than what was decided; the steward's choices first, then a newer
    address.

    Who somebody is, is corrected only where a person chose so: a rule takes the better of two values for what is
    published, and is no evidence against the other one. Of an address that holds of what is filled in from an older
    record, too. An address in another regency is no correction either: it takes a move, which only the person can ask
    for.
    """
    stays = person.stays.taken_from
    record = sent[stays]
    chosen = {field: decided for decided, one in reversed(person.group.by) for field, _ in one.fields}
    here = sent[person.stays.home].region == record.region
    for field in sorted(person.stays.values, key=lambda name: (name not in chosen, name)):
        origin = sent[person.stays.origin[field]]
        by_rule = field in ADDRESS and here and origin.region == record.region and origin.day > record.day
        if field == NIK or not (by_rule or field in chosen):
            continue
        now, new = record.values.get(field), person.stays.values[field]
        if compared(field, now or "") != compared(field, new):
            by = chosen.get(field) or _newest(person.group, stays)
            yield Demand(
                Action.PEMBETULAN,
                stays,
                record.region,
                by,
                person.stays.values.get(NIK),
                field=field,
                value_now=now,
                value_new=new,
                order=2 if field in chosen else 3,
            )


def _newest(group: Group, *records: str) -> Decided:
    """Return the newest decision that says something of one of these records."""
    return next(
        (decided for decided, person in group.by if not set(records).isdisjoint(person.record_ids)), group.decided
    )


def _digits(text: str) -> str:
    number = Nik.parse(text)
    return number.digits if number else ""
