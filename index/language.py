"""Which language a text is in, told by its script first.

Scripts decide for Korean, Japanese, Chinese and the other languages that have one to themselves; among the languages
of the Latin script a classifier decides, over a whole article, since it errs on short text.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection
from typing import Any

_SCRIPTS = (  # language, its letters, how much one of them weighs beside a Latin letter
    ("ko", re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]"), 2.0),
    ("ja", re.compile(r"[\u3040-\u30ff]"), 2.0),
    ("zh", re.compile(r"[\u4e00-\u9fff]"), 2.0),
    ("ru", re.compile(r"[\u0400-\u04ff]"), 1.0),
    ("ar", re.compile(r"[\u0600-\u06ff]"), 1.0),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), 1.0),
    ("hi", re.compile(r"[\u0900-\u097f]"), 1.0),
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_ENOUGH = 200  # Latin letters from which the classifier is trusted
_SAMPLE = 5000  # characters that it is shown
_SURE = 0.9  # probability from which it is believed


def script_language(text: str) -> str | None:
    """The language whose own script most of `text` is in; None for Latin script or no letters at all."""
    weights = {name: weight * len(letters.findall(text)) for name, letters, weight in _SCRIPTS}
    if weights["ja"]:  # Japanese writes with Han characters too
        weights["ja"] += weights.pop("zh")
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] and weights[best] >= len(_LATIN.findall(text)) else None


class ArticleLanguages:
    """Tells the language of whole articles; the classifier for Latin script is loaded when it is first needed."""

    def __init__(self) -> None:
        self._identifier: Any = None
        self._lock = threading.Lock()

    def of(self, text: str) -> str:
        """ISO 639-1 code of the language an article is written in; `en` where there is too little to tell."""
        by_script = script_language(text)
        if by_script is not None:
            return by_script
        if len(_LATIN.findall(text)) < _ENOUGH:
            return "en"
        language, probability = self._classifier().classify(text[:_SAMPLE])
        return str(language) if probability > _SURE else "en"

    def _classifier(self) -> Any:
        with self._lock:
            if self._identifier is None:
                from py3langid import langid

                self._identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
            return self._identifier


def question_language(text: str, known: Collection[str]) -> str:
    """The language of a question, among those of the index where the script leaves a choice.

    A short question in Latin script is taken to be English unless the index knows other Latin-script languages alone.
    """
    by_script = script_language(text)
    if by_script is not None:
        return by_script
    latin = sorted(set(known) - {name for name, _, _ in _SCRIPTS})
    return "en" if "en" in latin or not latin else latin[0]
