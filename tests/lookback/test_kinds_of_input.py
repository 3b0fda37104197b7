"""A run on any kind of input can be looked back at, as long as its inputs are read as they were."""

from __future__ import annotations

import json
import zipfile

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from deltalake import write_deltalake

from linkage.engine.local import LocalEngine
from linkage.errors import InvariantError
from linkage.lookback.explanation import explain_records
from linkage.lookback.verification import verify_run
from linkage.progress import Silent
from linkage.run.one_off import Request, read_spec_file, run_to_folder
from tests.small_register import people, table, write_csv

PEOPLE = people(30, "3374", seed=3)


def _csv(home):
    path = write_csv(home / "a.csv", PEOPLE, list(PEOPLE[0]))
    (home / "a.csv.meta.toml").write_text("[reading]\ndate_order = 'dmy'\n")
    return [path]


def _archive(home):
    with zipfile.ZipFile(home / "a.zip", "w") as archive:
        archive.write(_csv(home)[0], "north/b.csv")
        pq.write_table(table(PEOPLE[:9]), home / "c.parquet")
        archive.write(home / "c.parquet", "c.parquet")
    return [home / "a.zip"]


def _folder(home):
    (home / "in").mkdir()
    write_deltalake(str(home / "in" / "east"), table(PEOPLE))
    _archive(home)[0].rename(home / "in" / "a.zip")
    return [home / "in"]


def _query(home):
    register = sa.create_engine(f"sqlite:///{home}/a.db")
    columns = sa.Table("t", sa.MetaData(), *(sa.Column(name, sa.Text) for name in PEOPLE[0]))
    with register.begin() as connection:
        columns.create(connection)
        connection.execute(columns.insert(), PEOPLE)
    register.dispose()
    (home / "q.sql.toml").write_text('[query]\nurl = "sqlite:///a.db"\nsql = "SELECT * FROM t LIMIT 9"\n')
    return [home / "q.sql.toml", f"sqlite:///{home}/a.db#table:t"]


@pytest.mark.parametrize("inputs", [_csv, _archive, _folder, _query])
def test_a_run_is_verified_repeated_and_explained_whatever_it_read(tmp_path, inputs):
    request = Request("dedupe", tuple(inputs(tmp_path)), read_spec_file(None), latest_year=2026)
    run_to_folder(request, tmp_path / "out", engine=LocalEngine(1), observer=Silent())
    said = verify_run(tmp_path / "out", rerun=True, engine=LocalEngine(1), observer=Silent())
    assert said[-1] == "a second run gave the same bytes"
    ids = pq.read_table(tmp_path / "out" / "clusters.parquet").column("record_id").to_pylist()
    assert explain_records(ids[0], ids[1], tmp_path / "out").groups


def test_a_sidecar_that_reads_the_same_bytes_otherwise_is_noticed(tmp_path):
    request = Request("dedupe", tuple(_csv(tmp_path)), read_spec_file(None), latest_year=2026)
    run_to_folder(request, tmp_path / "out", engine=LocalEngine(1), observer=Silent())
    ids = pq.read_table(tmp_path / "out" / "clusters.parquet").column("record_id").to_pylist()
    (tmp_path / "a.csv.meta.toml").write_text("[reading]\ndate_order = 'mdy'\n")
    with pytest.raises(InvariantError, match="read otherwise than in the run") as caught:
        explain_records(ids[0], ids[1], tmp_path / "out")
    assert caught.value.where == json.loads((tmp_path / "out" / "manifest.json").read_text())["inputs"][0]["name"]
