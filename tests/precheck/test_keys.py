"""The passphrase of an export, and digests that cannot be made without it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from linkage.blocking.keys import RuleKeys
from linkage.encode import encode
from linkage.errors import InputDataError, SpecError
from linkage.precheck.keys import KINDS, check_spec, fields_read, key_entries, keys_of, passphrase_for
from linkage.spec import load_builtin_spec
from tests.small_register import semarang, table

SECRET = b"a secret of at least thirty-two characters"


@pytest.fixture(scope="module")
def records():
    from linkage.intake import read_inputs

    spec = load_builtin_spec()
    return encode(read_inputs([table(semarang())], spec).accepted, spec, latest_year=2026, fields=fields_read())


def test_one_export_has_one_passphrase_and_another_has_another():
    assert passphrase_for(SECRET, "a") == passphrase_for(SECRET, "a")
    assert passphrase_for(SECRET, "a") != passphrase_for(SECRET, "b")
    assert passphrase_for(SECRET, "a") != passphrase_for(SECRET + b"x", "a")
    assert [len(part) for part in passphrase_for(SECRET, "a").split("-")] == [4] * 8


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", " "), lambda text: f"\n {text}\t\n"])
def test_a_passphrase_may_be_typed_in_small_letters_and_with_blanks(change):
    text = passphrase_for(SECRET, "a")
    assert vars(keys_of(change(text))) == vars(keys_of(text))


@pytest.mark.parametrize("text", ["", "3PQU", "0000-0000-0000-0000-0000-0000-0000-0000", "é" * 32])
def test_what_is_no_passphrase_is_refused(text):
    with pytest.raises(InputDataError, match="not a whole passphrase") as refused:
        keys_of(text)
    assert refused.value.code == "KEY_UNREADABLE"


def test_digests_are_those_of_the_library_one_by_one(records):
    key = keys_of(passphrase_for(SECRET, "a")).digests
    for kind in KINDS:
        rows, digests = key_entries(records, key)[kind.name]
        parts = list(RuleKeys(kind, records.columns, records.n_records).chunks())
        plain = np.concatenate([part[1] for part in parts])
        slow = [
            int.from_bytes(
                hashlib.blake2b(
                    int(one).to_bytes(8, "little"), key=key, digest_size=8, person=kind.name.encode()
                ).digest(),
                "little",
            )
            for one in plain
        ]
        assert digests.tolist() == slow
        assert (np.diff(rows) >= 0).all()


def test_under_another_key_no_digest_is_the_same(records):
    one, other = (key_entries(records, keys_of(passphrase_for(SECRET, name)).digests) for name in "ab")
    for kind in KINDS:
        assert not set(one[kind.name][1].tolist()) & set(other[kind.name][1].tolist())


def test_two_kinds_of_one_value_have_no_digest_in_common(records):
    entries = key_entries(records, keys_of(passphrase_for(SECRET, "a")).digests)
    every = np.concatenate([np.unique(digests) for _, digests in entries.values()])
    assert np.unique(every).size == every.size


def test_a_spec_without_the_fields_of_the_keys_is_refused():
    check_spec(load_builtin_spec())
    plain = load_builtin_spec()
    other = replace(plain, fields=tuple(field for field in plain.fields if field.name != "nik"))
    with pytest.raises(SpecError, match="nik"):
        check_spec(other)
