"""The pages say what is so: links resolve, tables match the code, examples are read by it."""

import ast
import configparser
import inspect
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from linkage import errors
from linkage.spec import FIELD_KINDS, KERNELS, ComparisonSpec, FieldSpec, LinkageSpec, RuleSpec, parse_spec

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
REGISTRY_HOST = re.compile(r"\bpypi\.|pythonhosted|npmjs|\bdeb\.debian|index-url|find-links", re.IGNORECASE)


def anchors(page: Path) -> set[str]:
    """The anchors a page's headings make, as code hosts spell them."""
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def table_rows(page: Path) -> list[list[str]]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def words(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def unit(path: Path) -> configparser.ConfigParser:
    """A systemd unit; its keys are read without regard to case."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(path)
    return parser


@pytest.fixture
def spec_tables(root: Path) -> dict[str, dict[str, list[str]]]:
    """Rows of the guide to specs by the words of their first cell; each table under its own first cell's heading."""
    tables: dict[str, dict[str, list[str]]] = {}
    heading = ""
    for row in table_rows(root / "docs/guide/spec.md"):
        if named := words(row[0]):
            tables[heading].update(dict.fromkeys(named, row))
        elif not row[0].startswith("--"):
            heading = row[0]
            tables.setdefault(heading, {})
    return tables


def test_links_between_pages_lead_somewhere(pages: list[Path]) -> None:
    dead = []
    for page in pages:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" in target:
                continue
            path, _, anchor = target.partition("#")
            there = (page.parent / path).resolve() if path else page
            if not there.exists() or (anchor and anchor not in anchors(there)):
                dead.append(f"{page}: {target}")
    assert dead == []


def test_no_page_lock_or_script_names_a_registry_host(root: Path, pages: list[Path]) -> None:
    others = [
        *(root / "requirements").glob("*"),
        root / "pyproject.toml",
        root / ".ci" / "run",
        *(root / "scripts").glob("*"),
    ]
    named = [str(path) for path in (*pages, *others) if REGISTRY_HOST.search(path.read_text(encoding="utf-8"))]
    assert named == []


def test_every_error_class_stands_beside_its_exit_code(root: Path) -> None:
    documented = {
        (name, int(row[0]))
        for row in table_rows(root / "docs/guide/exit-codes.md")
        if row[0].isdigit()
        for name in words(row[2])
    }
    classes = [item for _, item in inspect.getmembers(errors, inspect.isclass) if issubclass(item, errors.LinkageError)]
    assert documented == {(item.__name__, item.exit_code) for item in classes}


def test_every_decision_record_is_listed_and_says_what_a_record_must_say(root: Path) -> None:
    records = sorted((root / "docs/adr").glob("[0-9]*.md"))
    listed = LINK.findall((root / "docs/adr/README.md").read_text(encoding="utf-8"))
    assert [record.name for record in records] == sorted(listed)
    for record in records:
        assert {"situation", "decision", "consequences", "when-to-look-again"} <= anchors(record)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_the_guide_lists_each_kind_of_field_with_its_key_forms(
    spec_tables: dict[str, dict[str, list[str]]], kind: str
) -> None:
    assert tuple(words(spec_tables["kind"][kind][2])) == FIELD_KINDS[kind]


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_guide_lists_each_kernel_with_its_relations(
    spec_tables: dict[str, dict[str, list[str]]], kernel: str
) -> None:
    row = spec_tables["kernel"][kernel]
    if KERNELS[kernel] is None:
        assert words(row[1])[0] in ("at_least", "at_most")
    else:
        assert tuple(words(row[1])) == (KERNELS[kernel] if kernel != "equal" else ())


def test_the_guide_explains_every_key_a_spec_may_have(spec_tables: dict[str, dict[str, list[str]]]) -> None:
    keys = {field.name for table in (LinkageSpec, FieldSpec, ComparisonSpec, RuleSpec) for field in fields(table)}
    assert keys - {"fields", "comparisons", "rules"} - spec_tables["key"].keys() == set()


def test_the_example_in_the_guide_is_a_valid_spec(root: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (root / "docs/guide/spec.md").read_text(encoding="utf-8"), re.DOTALL)
    assert parse_spec(blocks[0]).name == "members"


def test_the_fragments_in_the_guide_are_valid_toml(root: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (root / "docs/guide/spec.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [bool(tomllib.loads(block)) for block in blocks] == [True] * 5


def test_the_glossary_lists_each_term_once_in_order(root: Path) -> None:
    text = (root / "docs/glossary.md").read_text(encoding="utf-8")
    sections = text.split("\n## ")[1:]
    assert len(sections) == 3
    for section in (sections[0], sections[2]):
        terms = [
            line.strip("|").split("|")[0].strip().lower() for line in section.splitlines() if line.startswith("| ")
        ][1:]
        assert terms == sorted(set(terms))


def test_the_glossary_explains_every_kind_of_case(root: Path) -> None:
    listed = {word for row in table_rows(root / "docs/glossary.md") for word in words(row[0])}
    assert listed == {"SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED"}


def test_the_changelog_begins_with_the_version_that_is_built(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    (newest, *_) = re.findall(r"^## (\S+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest == version


def test_systemd_tries_again_only_where_the_guide_says_that_repeating_helps(root: Path) -> None:
    service = unit(root / "jobs/examples/tunggal-nightly.service")["Service"]
    rows = {int(row[0]): row[3] for row in table_rows(root / "docs/guide/exit-codes.md") if row[0].isdigit()}
    failures = {code for code in rows if 0 < code < 99}
    assert (service["Type"], service["Restart"], service["SuccessExitStatus"]) == ("oneshot", "on-failure", "99")
    given_up = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert failures - given_up == {code for code in failures if rows[code].startswith("repeat later")} == {69, 75}


def test_the_timer_catches_up_and_does_not_start_on_the_dot(root: Path) -> None:
    timer = unit(root / "jobs/examples/tunggal-nightly.timer")["Timer"]
    assert timer["Persistent"] == "true"
    assert timer["RandomizedDelaySec"]


@pytest.mark.parametrize("name", ["tunggal.cron", "tunggal-nightly.service", "airflow_nightly.py"])
def test_each_scheduler_example_calls_the_nightly_job(root: Path, name: str) -> None:
    text = (root / "jobs" / "examples" / name).read_text(encoding="utf-8")
    assert "python -m jobs.nightly --project linkage.toml" in text


def test_the_airflow_example_is_python_that_skips_on_nothing_to_do(root: Path) -> None:
    tree = ast.parse((root / "jobs" / "examples" / "airflow_nightly.py").read_text(encoding="utf-8"))
    words_set = {
        word.arg: ast.unparse(word.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
    }
    assert words_set["skip_on_exit_code"] == "99"
