"""How a command is made, and the options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What a command is added to."""

BIGGEST: Final = 2**63 - 1
"""The biggest number that a database holds."""


def add_command(
    commands: Subcommands, name: str, function: Callable[[argparse.Namespace], int], says: str
) -> argparse.ArgumentParser:
    """Add a command that ``function`` carries out, which takes what was parsed and returns the exit code."""
    parser = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    return carried_out_by(parser, function)


def carried_out_by(
    parser: argparse.ArgumentParser, function: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """Let ``function`` carry out what the parser parsed, and give it the options that every command has."""
    parser.set_defaults(command=function)
    parser.add_argument("--log-format", choices=("text", "json"), default="text", help="json: one object per line")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    return parser


def linking_options(parser: argparse.ArgumentParser) -> None:
    """Add what is to be linked how, and where the results go."""
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--spec", help="TOML file; default: Indonesian residents")
    parser.add_argument("--region-codes", type=Path, metavar="FILE", help="CSV of older codes: code,newest,name")
    parser.add_argument("--model", default="", help="JSON file or built-in name; default: as the spec says")
    fitted = parser.add_mutually_exclusive_group()
    fitted.add_argument("--train", action="store_true", help="train on the input")
    fitted.add_argument("--as-is", action="store_true", help="take the model as it is, its u and prior too")
    parser.add_argument("--threshold", type=float, help="link threshold, a probability")
    parser.add_argument(
        "--keep", action="append", default=[], metavar="COLUMN", help="append a column to clusters.parquet"
    )
    reading_options(parser)
    machine_options(parser)


def reading_options(parser: argparse.ArgumentParser) -> None:
    """Add how files are read, and what they may ask of the machine."""
    parser.add_argument(
        "--read",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="how the files are written (delimiter, quote, encoding, header, decimal, date_order, date_system, sheet)",
    )
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="what a file may ask of this machine (rows, columns, cell_bytes, ratio ...; docs/guide/inputs.md)",
    )


def machine_options(parser: argparse.ArgumentParser) -> None:
    """Add how many processors and how much memory a run may take."""
    parser.add_argument("--threads", type=positive, help="default: all processors")
    parser.add_argument("--memory", metavar="SIZE", help="end with an error rather than use more, such as 4GiB")


def project_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--project``, the file of a nightly project."""
    parser.add_argument("--project", type=Path, default=Path("linkage.toml"), help="default: linkage.toml here")


def positive(text: str) -> int:
    """Return an option's number; argparse refuses one below 1 or above 2**63 - 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    if number > BIGGEST:
        raise argparse.ArgumentTypeError(f"must be at most {BIGGEST}")
    return number
