"""A proposed question, and the passage that it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Passage, digest
from rag.evaluate.questions import Evidence, Question


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question on a passage: its language, what kind it is, its answer, and the words of the passage that give it."""

    question: str
    language: str
    type: str
    answer: str
    quote: str
    passage: Passage

    def as_draft(self) -> Question:
        """The proposal as a row of a question set, for a person to accept."""
        return Question(
            id=f"draft-{digest(self.question)[:8]}",
            question=self.question,
            language=self.language,
            type=self.type,
            answerable=True,
            answer=self.answer,
            evidence=((Evidence(self.passage.source, self.quote),),),
            facts=((self.answer,),),
            draft=True,
        )
