"""A publication against its manifest and the reference."""

from __future__ import annotations

import json

import pytest

from linkage.cli import main
from linkage.errors import InputMissingError, InvariantError
from linkage.publishing.verifying import is_publication, verify_publication
from linkage.reference.store import Reference


@pytest.fixture
def published(project):
    project.publish()
    project.approve(project.case_of("DUPLICATE"))
    return project, project.publish().folder


def test_what_was_published_has_its_digests_its_state_and_its_seals(published):
    project, folder = published
    told = verify_publication(folder, reference=project.reference, rerun=True)
    assert len(told) == 4
    assert verify_publication(folder / "manifest.json", reference=None, rerun=False) == told[:1]


@pytest.mark.parametrize("spoil", ["change", "remove", "shorten"])
def test_a_file_that_is_not_what_was_published_is_named(published, spoil):
    _, folder = published
    (file,) = folder.glob("usulan/*.csv")
    content = file.read_bytes()
    if spoil == "remove":
        file.unlink()
    else:
        file.write_bytes(content[:-1] + (b"x" if spoil == "change" else b""))
    with pytest.raises(InvariantError, match="usulan"):
        verify_publication(folder, reference=None, rerun=False)


def test_counts_that_do_not_add_up_are_told(published):
    _, folder = published
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**told, "usulan": {"DIUSULKAN": 99}}))
    with pytest.raises(InvariantError, match="not the 99 counted"):
        verify_publication(folder, reference=None, rerun=False)


def test_a_reference_that_was_altered_is_told(published):
    project, folder = published
    stranger = Reference(project.reference.folder, b"another secret of at least thirty-two bytes")
    with pytest.raises(InvariantError, match="seals"):
        verify_publication(folder, reference=stranger, rerun=False)


def test_files_are_written_again_only_from_a_project(published):
    with pytest.raises(InputMissingError, match="no project"):
        verify_publication(published[1], reference=None, rerun=True)


def test_the_command_knows_a_publication_from_a_run(published, capsys, tmp_path):
    project, folder = published
    assert main(["verify", str(folder), "--project", str(project.nightly.file), "--rerun"]) == 0
    assert capsys.readouterr().out.count("ok: ") == 4
    assert not is_publication(tmp_path)
    (tmp_path / "manifest.json").write_text("no json")
    assert not is_publication(tmp_path)
