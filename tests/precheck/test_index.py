"""An index holds digests and nothing else, and says when it is not what it should be."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pyarrow.parquet as pq
import pytest

from linkage.encode import encode
from linkage.errors import InputDataError, InputMissingError, NotPermittedError
from linkage.intake import read_inputs
from linkage.precheck.index import Header, build_index, packed_spec, read_index, write_index
from linkage.precheck.keys import fields_read, keys_of, passphrase_for
from linkage.spec import load_builtin_spec
from tests.small_register import CANARY_NAME, CANARY_NIK, people, semarang, table

SPEC = load_builtin_spec()
KEYS = keys_of(passphrase_for(b"a secret", "a"))
TODAY = date(2026, 6, 2)
HEADER = Header("a", ("3374",), "run-1", {"3374": 20260601}, "2026-06-02", "2026-07-02", 0, 2026, packed_spec(SPEC))


def encoded(rows):
    read = read_inputs([table(rows)], SPEC)
    return encode(read.accepted, SPEC, latest_year=2026, fields=fields_read())


@pytest.fixture
def path(tmp_path):
    write_index(build_index(encoded(semarang()), HEADER, KEYS), tmp_path / "index", KEYS)
    return tmp_path / "index"


def test_what_was_written_is_read_again(path):
    index = read_index(path, KEYS, today=TODAY)
    built = build_index(encoded(semarang()), HEADER, KEYS)
    assert index.header == built.header
    assert index.header.records == len(semarang())
    assert index.header.read_spec() == SPEC
    for name, values in built.columns.items():
        assert np.array_equal(index.columns[name], values)
        assert np.array_equal(index.present[name], built.present[name])


def test_the_file_holds_no_value_of_a_resident_and_none_of_the_key(path):
    raw = path.read_bytes()
    passphrase = passphrase_for(b"a secret", "a")
    for text in (CANARY_NIK, CANARY_NAME, CANARY_NAME.split()[0], passphrase, passphrase[:4] + passphrase[5:9]):
        assert text.encode() not in raw
    assert KEYS.digests not in raw
    assert KEYS.seal not in raw
    for number in (int(CANARY_NIK), int(CANARY_NIK[:12])):
        assert number.to_bytes(8, "little") not in raw
    index = read_index(path, KEYS, today=TODAY)
    assert set(index.columns) == {"nik", "name_mother", "date_mother", "certificate", "name_date"}


def test_the_order_of_the_records_tells_nothing(path, tmp_path):
    rows = semarang()
    Random(3).shuffle(rows)
    write_index(build_index(encoded(rows), HEADER, KEYS), tmp_path / "other", KEYS)
    assert (tmp_path / "other").read_bytes() == path.read_bytes()


def test_a_record_takes_no_more_than_thirty_bytes(tmp_path):
    rows = [row for seed in range(20) for row in people(400, "3374", seed=seed)]
    write_index(build_index(encoded(rows), HEADER, KEYS), tmp_path / "index", KEYS)
    empty = replace(HEADER, regions=())
    write_index(build_index(encoded(rows[:1]), empty, KEYS), tmp_path / "small", KEYS)
    size = (tmp_path / "index").stat().st_size - (tmp_path / "small").stat().st_size
    assert size / len(rows) <= 30


def test_a_record_without_any_key_is_left_out():
    index = build_index(encoded([semarang()[0] | dict.fromkeys(("NIK", "TGL_LHR", "JENIS_KLMIN"), "")]), HEADER, KEYS)
    assert index.header.records == 0


def test_another_key_opens_nothing(path):
    with pytest.raises(NotPermittedError, match="not that of this index") as refused:
        read_index(path, keys_of(passphrase_for(b"a secret", "b")), today=TODAY)
    assert refused.value.exit_code == 77


def test_it_may_be_used_until_its_last_day(path):
    assert read_index(path, KEYS, today=date(2026, 7, 2))
    with pytest.raises(NotPermittedError, match="expired on 2026-07-02"):
        read_index(path, KEYS, today=date(2026, 7, 3))


def test_a_later_day_written_into_it_is_noticed(path):
    raw = path.read_bytes().replace(b"2026-07-02", b"2099-07-02")
    body = raw[80:]
    path.write_bytes(raw[:16] + hashlib.sha256(body).digest() + raw[48:])
    with pytest.raises(NotPermittedError, match="not that of this index"):
        read_index(path, KEYS, today=TODAY)


def test_an_index_of_another_version_is_refused(tmp_path):
    write_index(build_index(encoded(semarang()), replace(HEADER, version="0.0.1"), KEYS), tmp_path / "older", KEYS)
    with pytest.raises(InputDataError, match="INDEX_VERSION"):
        read_index(tmp_path / "older", KEYS, today=TODAY)


def test_no_index_and_an_index_of_nothing_are_told_apart(path, tmp_path):
    with pytest.raises(InputMissingError):
        read_index(tmp_path / "none", KEYS, today=TODAY)
    (tmp_path / "text").write_text("nama,nik\n")
    with pytest.raises(InputDataError, match="no index"):
        read_index(tmp_path / "text", KEYS, today=TODAY)
    pq.write_table(table(semarang()), tmp_path / "table")
    with pytest.raises(InputDataError, match="no index"):
        read_index(tmp_path / "table", KEYS, today=TODAY)


def test_no_damage_goes_unnoticed(path, tmp_path):
    raw = path.read_bytes()
    draw = Random(7)
    for _ in range(300):
        broken = bytearray(raw)
        if draw.random() < 0.2:
            broken = broken[: draw.randrange(len(raw))]
        else:
            broken[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        (tmp_path / "broken").write_bytes(broken)
        with pytest.raises((InputDataError, NotPermittedError)):
            read_index(tmp_path / "broken", KEYS, today=TODAY)
