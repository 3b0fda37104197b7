"""The engine of one machine: the same bytes from any number of threads, with and without chunks on disk."""

import signal
import threading
import time

import pytest

from linkage.comparison.pair_pass import run_survive, split_tasks
from linkage.engine.chunks import merge_survivors
from linkage.engine.local import LocalEngine
from linkage.engine.pool import run_tasks
from linkage.errors import OutputError
from tests.engine.work import PAIRS_PER_TASK


def engine(threads=2, **options):
    return LocalEngine(threads, pairs_per_task=PAIRS_PER_TASK, resumed_from=0, **options)


def idle():
    return not [thread for thread in threading.enumerate() if thread.name.startswith("pair-pass")]


@pytest.mark.parametrize("threads", [2, 4])
def test_any_number_of_threads_makes_the_same_bytes(work_and_weights, same, threads):
    work, weights = work_and_weights
    assert same(engine(1).survive(work, weights), engine(threads).survive(work, weights))
    assert same(engine(1).count(work, 0.3), engine(threads).count(work, 0.3))
    assert same(engine(1).random(work, 300_000, 7), engine(threads).random(work, 300_000, 7))


@pytest.mark.parametrize("survivor_bytes", [0, 5000, 1 << 30])
def test_survivors_left_on_disk_are_the_survivors(work_and_weights, same, tmp_path, survivor_bytes):
    spilled = engine(folder=tmp_path, survivor_bytes=survivor_bytes).survive(*work_and_weights)
    whole = LocalEngine(1).survive(*work_and_weights)
    assert same(spilled, whole)
    assert spilled.compared == whole.compared
    assert whole.left.size > 1000


@pytest.mark.parametrize("pairs_per_range", [1, 37, 10_000])
def test_a_merge_is_sorted_however_many_ranges_it_takes(work_and_weights, same, pairs_per_range):
    work, weights = work_and_weights
    parts = [run_survive(work, weights, task) for task in split_tasks(work.blocks, PAIRS_PER_TASK)]
    assert same(merge_survivors(parts, 2, pairs_per_range), engine().survive(work, weights))


def test_progress_tells_pairs_done_of_planned_up_to_all_of_them(work_and_weights):
    work, weights = work_and_weights
    told = []
    engine().survive(work, weights, lambda *numbers: told.append(numbers))
    done, planned = zip(*told, strict=True)
    assert list(done) == sorted(set(done))
    assert set(planned) == {done[-1]}
    counted = []
    engine().count(work, 1.0, lambda *numbers: counted.append(numbers))
    assert counted[-1] == told[-1]


def test_control_c_ends_the_threads_and_the_next_fold_goes_on(work_and_weights, same, tmp_path):
    def interrupt(done, planned):
        if done > planned // 3:
            signal.raise_signal(signal.SIGINT)

    # Whoever starts the tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            engine(folder=tmp_path).survive(*work_and_weights, interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert idle()
    told = []
    found = engine(folder=tmp_path).survive(*work_and_weights, lambda *numbers: told.append(numbers))
    assert same(found, engine().survive(*work_and_weights))
    assert told[0][0] > told[0][1] // 3


def test_an_error_in_a_task_is_raised_and_ends_the_others():
    begun, late = [], []

    def fail(item, check):
        begun.append(item)
        if item == 1:
            raise ValueError("one")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            check()
        late.append(item)

    with pytest.raises(ValueError, match="one"):
        run_tasks(fail, range(100), 2, lambda position, result: None)
    assert idle()
    assert not late
    assert len(begun) < 10


def test_a_folder_that_cannot_be_written_is_said_so(work_and_weights, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write chunks"):
        engine(folder=tmp_path / "file").survive(*work_and_weights)
