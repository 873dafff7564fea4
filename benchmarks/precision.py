"""What int8 costs in quality: every figure of retrieval with e5 in int8 beside the same with e5 in float32.

    .venv/bin/python -m benchmarks.precision INDEX QUESTIONS.jsonl

INDEX is of the int8 engine. Its passages are embedded anew in float32, in a copy, and all questions are searched for in
both, each embedded as its index is.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from index.embed import Embedder, open_embedder
from index.moments import Moments
from index.soundness import passage_ids
from index.store import IndexFolder

ROOT = Path(__file__).parent.parent


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Compare retrieval in int8 with retrieval in float32.")
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / "index"
        shutil.copytree(given.index, copy)
        embed_anew(IndexFolder(copy), open_embedder("e5", precision="float32"))
        report(figures(given.index, given.questions, "int8"), figures(copy, given.questions, "float32"))


def embed_anew(folder: IndexFolder, embedder: Embedder) -> None:
    """Put vectors of `embedder` in the place of those of an index."""
    with folder.writing():
        generation = folder.begin()
        catalog = generation.catalog
        catalog.remember("embedder", embedder.name)
        for language, ids in passage_ids(catalog).items():
            passages = list(catalog.passages(ids).values())
            vectors = embedder.embed_passages([one.embedded_text for one in passages])
            generation.vectors.put(language, passages, vectors)
            with catalog.transaction():
                catalog.put_moments(language, *Moments.empty(embedder.dimensions).plus(vectors).to_bytes())
        folder.commit(generation)


def figures(index: Path, questions: Path, precision: str) -> dict[str, float]:
    """The figures of `byline eval --retrieval-only`, by name.

    Raises:
        SystemExit: it failed; the message is what it printed.
    """
    with tempfile.TemporaryDirectory() as out:
        command = ("rag", "eval", str(questions), "--index", str(index), "--retrieval-only", "--out", out)
        environment = {**os.environ, "BYLINE_PRECISION": precision}
        done = subprocess.run(
            (sys.executable, "-m", *command), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stderr}")
        scores = json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))["overall"]["scores"]
    return {name: score["value"] for name, score in scores.items() if score["value"] is not None}


def report(int8: dict[str, float], float32: dict[str, float]) -> None:
    print(f"{'':<22}{'int8':>8}{'float32':>9}{'int8 less float32':>19}")
    for name in sorted(int8.keys() & float32.keys()):
        print(f"{name:<22}{int8[name]:>8.3f}{float32[name]:>9.3f}{int8[name] - float32[name]:>+19.4f}")
    print(f"largest difference: {max(abs(int8[name] - float32[name]) for name in int8.keys() & float32.keys()):.4f}")


if __name__ == "__main__":
    main(sys.argv[1:])
