"""A model's second opinion on a draft: what the checks let stand goes to it, some sentences at a time.

It can lower a verdict and never raise one (`rag.entailment`). A model that fails costs a notice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from rag.calls import Call
from rag.check import Finding
from rag.checks.source import language_of
from rag.draft.check import CheckedClaim, CheckedDraft
from rag.entailment import Opinion, opinions, worse
from rag.errors import ModelFailed
from rag.model import Model
from rag.settings import Settings
from rag.structured import Forms

_AT_ONCE = 10  # sentences in a request


def with_opinion(checked: CheckedDraft, model: Model, settings: Settings, forms: Forms) -> CheckedDraft:
    """The draft with the verdicts that `model` finds too good made worse, and notices of who was asked.

    Args:
        checked: the draft as the checks judge it; sentences that fail already are not sent.
        model: who is asked.
        settings: `answer_timeout` bounds each request, of which there is one for ten sentences.
        forms: how hosts take requests for JSON.
    """
    standing = [at for at, one in enumerate(checked.claims) if not one.failing and one.sentence.verdict != "silent"]
    given: dict[int, Opinion] = {}
    notices = []
    try:
        for start in range(0, len(standing), _AT_ONCE):
            call = Call(model, settings, time.monotonic() + settings.answer_timeout)
            given |= _asked(standing[start : start + _AT_ONCE], checked, call, forms)
    except ModelFailed as error:
        notices.append(f"the model's judgement is missing or cut short: {error}")
    claims = tuple(_lowered(one, given.get(at), model) for at, one in enumerate(checked.claims))
    lowered = sum(one is not other for one, other in zip(claims, checked.claims, strict=True))
    told = (
        f"{model.name} at {model.host} judged {len(given)} of the {len(standing)} sentences that the checks let stand"
    )
    return replace(checked, claims=claims, notices=(*checked.notices, f"{told}, and lowered {lowered}", *notices))


def _asked(places: Sequence[int], checked: CheckedDraft, call: Call, forms: Forms) -> dict[int, Opinion]:
    """The model's opinions on the claims at `places`, by place; those that it left out are missing."""
    quotes = {one.number: one.quote for one in checked.citations}
    sentences = [checked.claims[at].sentence for at in places]
    claims = [(one.text, [quotes[number] for number in one.citations]) for one in sentences]
    given = opinions(claims, language_of(" ".join(one.text for one in sentences)), call, forms)
    return {at: given[number] for number, at in enumerate(places, start=1) if number in given}


def _lowered(one: CheckedClaim, opinion: Opinion | None, model: Model) -> CheckedClaim:
    if opinion is None:
        return one
    sentence = one.sentence
    before = Finding(sentence.verdict, sentence.reasons, sentence.confidence)
    after = worse(before, opinion, model.name)
    return (
        one
        if after is before
        else replace(one, sentence=replace(sentence, verdict=after.verdict, reasons=after.reasons))
    )
