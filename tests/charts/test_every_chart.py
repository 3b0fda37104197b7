"""What holds for every chart: it is valid, small, the same each time, and needs no network."""

import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkage import charts
from linkage.charts.saving import save_chart
from linkage.charts.theme import MOST_ROWS, altair, counted, finished, inline, thinned
from linkage.errors import InvariantError, OutputError, UsageError
from tests.charts.gallery import CHARTS

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(params=CHARTS.values(), ids=CHARTS.keys())
def chart(request: pytest.FixtureRequest) -> Any:
    return request.param()


def test_every_public_chart_is_in_the_gallery() -> None:
    helpers = {"ClusterEdge", "Term", "edges_of_records", "save_chart", "terms_of"}
    assert set(charts.__all__) - helpers == {re.sub("_(without|by)_.*", "", name) for name in CHARTS}


def test_a_chart_is_valid_and_says_what_is_seen(chart: Any, words_of: Callable[[Any], str]) -> None:
    assert chart.to_dict(validate=True)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert len(words_of(chart).splitlines()) >= 2


def test_a_chart_is_the_same_each_time(request: pytest.FixtureRequest) -> None:
    assert {name: make().to_json(validate=False) for name, make in CHARTS.items()} == {
        name: make().to_json(validate=False) for name, make in CHARTS.items()
    }


def test_a_chart_does_not_offer_to_send_its_data_to_an_editor_on_the_internet(chart: Any) -> None:
    assert chart.to_dict()["usermeta"]["embedOptions"]["actions"]["editor"] is False


def test_a_chart_holds_few_rows(chart: Any, data_of: Callable[[Any], list[Any]]) -> None:
    assert 0 < sum(map(len, data_of(chart))) <= MOST_ROWS


def test_a_chart_of_too_many_rows_is_refused() -> None:
    assert inline([{"a": 1}] * MOST_ROWS) is not None
    with pytest.raises(InvariantError, match="at most 5,000 rows"):
        inline([{"a": 1}] * (MOST_ROWS + 1))


def test_a_chart_is_saved_as_a_page_and_a_picture_without_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("a chart has no business on the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    saved = [save_chart(CHARTS["cluster_graph"](), tmp_path / again / "clusters.of.today") for again in ("1", "2")]
    page, picture = saved[0]
    assert (page.name, picture.name) == ("clusters.of.today.html", "clusters.of.today.png")
    assert [path.read_bytes() for path in saved[0]] == [path.read_bytes() for path in saved[1]]
    assert picture.read_bytes().startswith(PNG)
    text = page.read_text(encoding="utf-8")
    assert "https://cdn" not in text
    assert re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text) == []
    assert "no kk: equal" in text


def test_every_chart_can_be_drawn(chart: Any, tmp_path: Path) -> None:
    assert save_chart(chart, tmp_path / "chart")[1].stat().st_size > 5_000


def test_where_a_chart_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        save_chart(CHARTS["roc"](), tmp_path / "taken" / "chart")


def test_importing_the_charts_does_not_import_altair() -> None:
    code = "import sys, linkage.charts; sys.exit('altair' in sys.modules or 'vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_altair_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(UsageError, match=r"tunggal\[notebooks\]"):
        altair()


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (12_345, "12,345"), (1_240_000, "1.24 million")])
def test_counts_are_written_as_they_are_read(number: float, told: str) -> None:
    assert counted(number) == told


@pytest.mark.parametrize(("n", "most"), [(0, 5), (5, 5), (6, 5), (1_000, 7)])
def test_thinning_keeps_both_ends_and_no_more_than_asked(n: int, most: int) -> None:
    places = thinned(n, most)
    assert len(places) == min(n, most)
    assert places == sorted(set(places))
    assert not n or (places[0], places[-1]) == (0, n - 1)


def test_a_title_of_several_lines_keeps_them(words_of: Callable[[Any], str]) -> None:
    alt = altair()
    made = finished(alt.Chart(inline([{"a": 1}])).mark_point(), "what", ["one", "", "two"])
    assert words_of(made) == "what\none\ntwo"
