"""What ``linkage label`` and ``linkage features`` do, from paths to a sentence or two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from linkage.errors import OutputError, UsageError
from linkage.labelling.asking import plan_session, questions
from linkage.labelling.choose import Strategy
from linkage.labelling.console import open_console
from linkage.labelling.decisions import labels_of_decisions, opaque_names
from linkage.labelling.feature_table import feature_table, write_features
from linkage.labelling.label_file import LabelFile
from linkage.labelling.labels import COLUMNS, DIFFERENT, SAME, csv_line, read_labels
from linkage.labelling.pseudonyms import secret_from
from linkage.labelling.reread import read_written_pairs
from linkage.labelling.session import Session
from linkage.labelling.summary import render_summary
from linkage.labelling.words import WORDS, Language
from linkage.lookback.reread import check_output
from linkage.nightly.project import load_project
from linkage.nightly.steward import open_project_queue
from linkage.review.people import user_name
from linkage.run.manifest import read_manifest
from linkage.run.outputs import write_text, writing


def ask(
    run: Path | None,
    files: Sequence[Path] | None,
    labeller: str | None,
    *,
    count: int,
    strategy: Strategy,
    overlap: float,
    seed: int,
    language: Language,
    streams: tuple[TextIO, TextIO],
    now: Callable[[], datetime],
) -> str:
    """Hold a labelling session and return what came of it. Answers go to the first of ``files``; all are read.

    ``streams``: keyboard and screen.

    Nothing is written before all is read and there is a question to ask.

    Raises:
        UsageError: a run, a labels file or a labeller is not named. InputDataError: a labels file has other columns.
        InvariantError, InputMissingError: the run or its inputs are not as they were. OutputError: the first of
            ``files`` cannot be written.
    """
    if not (run and files and labeller):
        raise UsageError("labelling needs --run DIR, --labels FILE and --as NAME", remedy="See linkage label --help")
    name = user_name(labeller)
    target = LabelFile(files[0])
    written = read_written_pairs(run)
    known = read_labels(files[1:] if target.is_empty() else files, across=written.across)
    plan = plan_session(written, known.labels, name, count=count, strategy=strategy, overlap=overlap, seed=seed)
    words = WORDS[language]
    asked = questions(written, plan)
    if not asked:
        return words["none"]
    # Only now: a wrong option, run or file must not leave an empty file behind.
    target.prepare()
    session = Session(asked, target, name, language, now)
    with open_console(*streams) as console:
        given = session.run(console)
    tally = ", ".join(f"{words[label]} {number}" for label, number in given.items())
    again = f"linkage label --summary --labels {' '.join(map(str, files))}"
    return f"{words['done']}: {sum(given.values())}/{len(asked)} {words['labelled']} ({tally}); {files[0]}\n{again}"


def summarise(files: Sequence[Path] | None, run: Path | None = None) -> str:
    """Return how labelling stands, from labels files. ``run``: needed only for labels of ``link``.

    Raises:
        UsageError: no file is named. InputMissingError, InputDataError: as :func:`read_labels`.
    """
    if not files:
        raise UsageError("a summary needs --labels FILE")
    across = run is not None and read_manifest(run).command == "link"
    return render_summary(read_labels(files, across=across), across=across)


def from_decisions(project: Path, out: Path | None, *, names: bool = False) -> str:
    """Write what the stewards of a project have decided as a labels file, and return what was written.

    Users stand under names that only the project's secret leads back to, or with ``names`` under their own.

    Raises:
        UsageError: no file is named. OutputError: there is such a file already.
    """
    if out is None:
        raise UsageError("--from-decisions needs --out FILE")
    with writing(out):
        taken = out.exists()
    if taken:
        raise OutputError("there is a file of that name", where=str(out), remedy="Choose another --out")
    naming = str if names else opaque_names(load_project(project).secret())
    with open_project_queue(project) as queue:
        labels = list(labels_of_decisions(queue, naming))
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_text(out, csv_line(COLUMNS) + "".join(label.to_line() for label in labels))
    same = sum(label.label == SAME for label in labels)
    different = sum(label.label == DIFFERENT for label in labels)
    return f"{len(labels):,} pairs of decided cases in {out}: {same:,} same, {different:,} different"


def write_feature_file(
    run: Path,
    out: Path,
    files: Sequence[Path],
    *,
    pseudonymised: bool = False,
    key_variable: str | None = None,
    threads: int = 1,
) -> str:
    """Write the pairs of a run with features and labels, and return what was written.

    Raises:
        UsageError: ``pseudonymised`` without a variable, or the other way round. ConfigurationError: the variable
            holds no secret, or a short one. Nothing is read before that is known.
    """
    if pseudonymised != bool(key_variable):
        raise UsageError("--pseudonymised and --key-env NAME belong together")
    secret = secret_from(key_variable) if key_variable else None
    written = read_written_pairs(run)
    known = read_labels(files, across=written.across)
    check_output(out, run, written.manifest, files)
    table = feature_table(written, known.labels, secret=secret, threads=threads)
    write_features(table, out)
    labelled = table.num_rows - table.column("label").null_count
    kind = "pseudonymised " if pseudonymised else ""
    return f"{table.num_rows:,} {kind}pairs in {out}: {table.num_columns} columns, {labelled:,} labelled"
