"""An assistant that stays open and answers a question a line, to be broken from outside.

    python -m tests.trust.standing INDEX

Each line that comes out is JSON: the answer's text, or what the error says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from index.errors import BylineError
from index.sentences import Morphology, SentenceSplitter
from index.store import IndexFolder
from index.terms import Terms
from rag.assistant import Assistant
from rag.settings import Settings
from rag.tools import Tools
from tests.desk import HashedWords
from tests.trust.hashed import HashedSentences


def main() -> None:
    """Answer what is asked until nothing more is."""
    morphology = Morphology()
    tools = Tools(HashedWords(), HashedSentences(), Terms(morphology), SentenceSplitter(morphology))
    with Assistant(IndexFolder(Path(sys.argv[1])), Settings(llm="none"), tools) as assistant:
        for question in sys.stdin:
            try:
                said = {"answer": assistant.ask(question.strip()).text}
            except BylineError as error:
                said = {"error": str(error)}
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
