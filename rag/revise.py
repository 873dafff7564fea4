"""A model's answer after its check: markers that point at the wrong passage, sentences that nothing bears out.

A model that fails here costs a notice, and the answer stays as it was checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.calls import Call
from rag.check import Checker
from rag.compose import Draft
from rag.entailment import lowered
from rag.errors import ModelFailed
from rag.judged import Judged, judge, repoint
from rag.markers import Splitter, parse
from rag.repair import rewritten
from rag.stream import ABSTENTION
from rag.structured import Forms


@dataclass(frozen=True, slots=True)
class Revised:
    """The sentences that stay, and what their reader should know of those that did not stay as they were."""

    judged: tuple[Judged, ...]
    notices: tuple[str, ...] = ()


class Reviser:
    """Revises the answers of models, as the settings of each call say."""

    def __init__(self, checker: Checker, split: Splitter, forms: Forms) -> None:
        """`split` gives the spans of the sentences of a paragraph; `forms` is how hosts take requests for JSON."""
        self._checker = checker
        self._split = split
        self._forms = forms

    def revise(self, judged: Sequence[Judged], draft: Draft, call: Call) -> Revised:
        """The sentences re-pointed, judged by the model, repaired by it and cut, as the settings of `call` say.

        Args:
            judged: the answer's sentences, checked.
            draft: what was answered; its passages are those that the model was given.
            call: who is asked, and until when.

        Raises:
            ModelFailed: nothing is left of the answer.
        """
        notices: list[str] = []
        found = [repoint(one, draft.retrieved, self._checker, draft.question) for one in judged]
        if moved := sum(one is not other for one, other in zip(judged, found, strict=True)):
            notices.append(f"sentences that now cite the passage that bears them out, which they did not: {moved}")
        found = self._lowered(found, draft, call, notices)
        if call.settings.repair and any(one.failing for one in found):
            found = self._repaired(found, draft, call, notices)
        if call.settings.unsupported == "cut":
            found = _cut(found, call, notices)
        return Revised(tuple(found), tuple(notices))

    def _lowered(self, judged: list[Judged], draft: Draft, call: Call, notices: list[str]) -> list[Judged]:
        if call.settings.judge == "none":
            return judged
        try:
            return lowered(judged, draft.language, call, self._forms)
        except ModelFailed as error:
            notices.append(f"no model judged the sentences: {error}")
            return judged

    def _repaired(self, judged: list[Judged], draft: Draft, call: Call, notices: list[str]) -> list[Judged]:
        """The sentences with those that fail written anew, where what is written anew does not fail too."""
        failing = [at for at, one in enumerate(judged) if one.failing]
        try:
            texts = rewritten([judged[at] for at in failing], draft, call, self._forms)
        except ModelFailed as error:
            notices.append(f"what is not borne out was not repaired: {error}")
            return judged
        anew = [(at, one) for at, text in zip(failing, texts, strict=True) for one in self._read(text, draft)]
        again = self._lowered([one for _, one in anew], draft, call, notices)
        repaired: dict[int, list[Judged]] = {}
        for (at, _), one in zip(anew, again, strict=True):
            repaired.setdefault(at, []).append(one)
        sound = {at: some for at, some in repaired.items() if not any(one.failing for one in some)}
        if sound:
            notices.append(f"sentences that were not borne out, written anew by {call.model.name}: {len(sound)}")
        return [new for at, one in enumerate(judged) for new in sound.get(at, [one])]

    def _read(self, text: str, draft: Draft) -> list[Judged]:
        """The sentences of a repaired text, judged; none where it says that the articles do not say."""
        if ABSTENTION in text:
            return []
        parsed = parse(text, len(draft.retrieved), self._split)
        found = [judge(one, draft.retrieved, self._checker, draft.question) for one in parsed.sentences]
        return [repoint(one, draft.retrieved, self._checker, draft.question) for one in found]


def _cut(judged: Sequence[Judged], call: Call, notices: list[str]) -> list[Judged]:
    kept = [one for one in judged if not one.failing]
    if judged and not kept:
        raise ModelFailed(f"nothing that {call.model.name} wrote is borne out by the articles")
    if len(kept) < len(judged):
        notices.append(f"sentences that no passage bears out, which were cut: {len(judged) - len(kept)}")
    return kept
