"""The feature matrix: names that differ, one row a pair, nan where something is missing, no side preferred."""

from dataclasses import replace

import numpy as np

from linkage.features.matrix import feature_matrix

SITI = {
    "record_id": "a", "nama": "SITI RAHMAWATI", "nik": "3374014107900001", "tanggal_lahir": "1990-07-01",
    "jenis_kelamin": "P", "nama_ibu": "SUMARNI", "no_kk": "3374010102100003", "alamat": "JL MELATI 3",
    "kode_wilayah": "3374", "status_ktpel": "CARD_ISSUED", "tgl_entri": "2010-02-01",
}  # fmt: skip
COPY = {**SITI, "record_id": "b", "nama": "ST RAHMAWATI", "nik": "3374014107900010", "status_ktpel": ""}
OTHER = {"record_id": "c", "nama": "BUDI"}


def test_every_feature_has_a_name_of_its_own(evidence):
    features, _ = feature_matrix(evidence([SITI, COPY]))
    names = [item.name for item in features]
    assert len(set(names)) == len(names)


def test_there_is_one_row_a_pair_of_float32(evidence):
    features, columns = feature_matrix(evidence([SITI, COPY, OTHER]))
    assert columns.shape == (3, len(features))
    assert columns.dtype == np.float32


def test_no_feature_depends_on_which_record_is_the_left_one(evidence):
    pairs = evidence([SITI, COPY, OTHER])
    survivors = pairs.survivors
    turned = replace(survivors, left=survivors.right, right=survivors.left)
    facts = replace(pairs.facts, left=survivors.right, right=survivors.left)
    _, straight = feature_matrix(pairs)
    _, crosswise = feature_matrix(replace(pairs, survivors=turned, facts=facts))
    np.testing.assert_array_equal(straight, crosswise)


def test_features_are_finite_or_missing(evidence):
    _, columns = feature_matrix(evidence([SITI, COPY, OTHER]))
    assert not np.isinf(columns).any()


def test_a_pair_that_shares_no_field_but_the_name_has_hardly_a_value(evidence):
    features, columns = feature_matrix(evidence([SITI, OTHER]))
    said = dict(zip((item.name for item in features), columns[0].tolist(), strict=True))
    fields = ("nik_equal", "birth_difference", "card_equal", "nik_ibu_relation", "address_relation", "sex_same")
    assert all(np.isnan(said[name]) for name in fields)
