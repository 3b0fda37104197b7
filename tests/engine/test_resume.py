"""A pass that was killed goes on from what was finished; only whole chunks of the same work count."""

import subprocess
import sys
from dataclasses import replace

import numpy as np

from linkage.comparison.custom import CustomComparison
from linkage.engine.local import LocalEngine
from tests.engine.work import PAIRS_PER_TASK, make_work


def survive(folder, work, weights, progress=None):
    return LocalEngine(2, folder=folder, pairs_per_task=PAIRS_PER_TASK, resumed_from=0).survive(work, weights, progress)


def chunks(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.arrow")}


def test_after_kill_9_the_finished_tasks_are_taken_and_the_rest_is_done(work_and_weights, same, tmp_path):
    command = [sys.executable, "-m", "tests.engine.work", str(tmp_path), "40"]
    assert subprocess.run(command, check=False).returncode == -9
    finished = chunks(tmp_path)
    assert 40 <= len(finished) <= 45
    told = []
    found = survive(tmp_path, *work_and_weights, lambda *numbers: told.append(numbers))
    assert same(found, LocalEngine(1).survive(*work_and_weights))
    assert finished.items() < chunks(tmp_path).items()
    assert told[0][0] >= 40 * PAIRS_PER_TASK


def test_what_is_not_whole_is_done_again(work_and_weights, same, tmp_path):
    whole = survive(tmp_path, *work_and_weights)
    first, second, *_ = chunks(tmp_path)
    first.write_bytes(first.read_bytes()[:100])
    second.rename(second.with_suffix(".partial"))
    second.with_name("999999.partial").write_bytes(b"of a task that another run has finished since")
    assert same(survive(tmp_path, *work_and_weights), whole)
    assert not list(tmp_path.rglob("*.partial"))


def test_chunks_of_other_work_are_not_taken(work_and_weights, same, tmp_path):
    work, weights = work_and_weights
    survive(tmp_path, work, weights)
    others = [
        (make_work(seed=2)[0], weights),
        (work, weights._replace(least=5.0)),
        (work, weights._replace(weight=weights.weight + 1.0)),
        (replace(work, blocks=work.blocks._replace(right_start=1900)), weights),
    ]
    for number, (other, judged) in enumerate(others, start=2):
        assert same(survive(tmp_path, other, judged), LocalEngine(1).survive(other, judged))
        assert len(list(tmp_path.iterdir())) == number


def test_work_with_a_function_of_its_own_begins_anew(work_and_weights, tmp_path):
    work, weights = work_and_weights
    values = CustomComparison(0, "word", None, lambda left, right: np.zeros(len(left)))
    custom = replace(work, custom=(values,))
    survive(tmp_path, custom, weights)
    before = chunks(tmp_path)
    survive(tmp_path, custom, weights)
    after = chunks(tmp_path)
    assert before.keys() == after.keys()
    assert all(before[path] < after[path] for path in before)
