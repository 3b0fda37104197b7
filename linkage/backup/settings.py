"""The settings of a project in a backup: put back where there are none, never written over."""

from __future__ import annotations

from pathlib import Path

from linkage.backup.files import copy_file, reading_file
from linkage.backup.manifest import PROJECT, BackupManifest
from linkage.errors import InputMissingError
from linkage.nightly.project import Project, load_project
from linkage.run.manifest import sha256_of
from linkage.run.outputs import writing


def restored_project(backup: Path, manifest: BackupManifest, file: Path) -> Project:
    """Return the project of a file; it, and what it points to, are put there from the backup if they are gone."""
    if not file.exists():
        _put(backup / PROJECT / manifest.project["file"], file)
    project = load_project(file)
    for role, path in _named(project).items():
        if role in manifest.project and not path.exists():
            _put(backup / PROJECT / manifest.project[role], path)
    return project


def settings_that_differ(backup: Path, manifest: BackupManifest, project: Project) -> list[str]:
    """Say which settings are not those of the backup; they stay as they are."""
    differ = []
    for role, path in {"file": project.file, **_named(project)}.items():
        name = manifest.project.get(role)
        if name is None:
            differ.append(f"{path} is not in the backup")
            continue
        if not path.is_file():
            raise InputMissingError("the project points to a file that is gone", where=str(path))
        with reading_file(path):
            if sha256_of(path) != manifest.files[f"{PROJECT}/{name}"].sha256:
                differ.append(f"{path} differs from {backup / PROJECT / name}, and was left as it is")
    return differ


def _named(project: Project) -> dict[str, Path]:
    found = {"spec": project.spec, "region_codes": project.region_codes}
    if project.model.endswith(".json"):
        found["model"] = Path(project.model)
    return {role: path for role, path in found.items() if path is not None}


def _put(source: Path, target: Path) -> None:
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    copy_file(source, target)
