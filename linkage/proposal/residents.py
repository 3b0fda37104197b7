"""Files of Indonesian residents need no proposal: the built-in spec knows them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Final

from linkage.intake.columns.mapping import map_columns
from linkage.proposal.reading import FileColumns
from linkage.proposal.spec_text import comment_lines
from linkage.spec import LinkageSpec, load_builtin_spec

_TELLING: Final = frozenset({"nik", "no_kk", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "nama_ibu", "nama_ayah"})
_ENOUGH: Final = 3


def are_residents(files: Sequence[FileColumns]) -> bool:
    """Tell whether every file has a name and enough other columns under the names of a resident register."""
    spec = load_builtin_spec()
    found = [map_columns(file.header, spec).sources() for file in files]
    return all("nama" in fields and len(_TELLING & fields.keys()) >= _ENOUGH for fields in found)


def residents_spec(files: Sequence[FileColumns]) -> tuple[LinkageSpec, str]:
    """Return the built-in spec and its text, headed by how the files' columns are understood."""
    spec = load_builtin_spec()
    lines = [
        "These are Indonesian residents, and the built-in spec is made for them: this is a copy to change.",
    ]
    for file in files:
        mapped = map_columns(file.header, spec)
        understood = [
            f"{'+'.join(file.header[position] for position in positions)} as {field}"
            for field, positions in mapped.sources().items()
        ]
        lines.append(f"Understood: {', '.join(understood)}")
        if mapped.ignored:
            lines.append(f"Not used: {', '.join(mapped.ignored)}")
    text = (resources.files("linkage") / "specs" / "residents.toml").read_text(encoding="utf-8")
    return spec, "\n".join([*comment_lines(lines), "", text])
