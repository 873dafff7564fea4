"""The words around an answer: its verdicts, its summary, its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rag.answer import Verdict
from rag.web.phrases.both import Both, Group
from rag.words import words_in

_VERDICTS: Mapping[Verdict, Both] = MappingProxyType(
    {
        "supported": Both("supported", "확인됨"),
        "partly": Both("partly supported", "일부만 확인됨"),
        "unsupported": Both("unsupported", "확인되지 않음"),
        "uncited": Both("no citation", "출처 없음"),
        "contradicted": Both("contradicted", "출처와 어긋남"),
        "silent": Both("left open", "기사에 없음"),
    }
)


class AnswerPhrases(Group):
    """Verdicts, summary and sources of an answer."""

    sources = Both("Sources", "출처")
    nearest = Both("Nearest passages", "가장 가까운 구절")
    nearest_of = Both(
        "None of these answers the question; they are the nearest passages.",
        "질문에 답하는 구절은 아니며, 가장 가까운 구절입니다.",
    )
    summary = Both("{good} of {all} sentences supported", "문장 {all}개 중 {good}개 확인됨")
    mixture = Both("{mix} {noun}", "출처: {mix}")
    unknown = Both("In none of the articles:", "어느 기사에도 없는 말:")
    how = Both("How this was answered", "답을 찾은 방법")
    all_sources = Both("All sources", "모든 출처")
    whole_article = Both("Whole article", "기사 전문")
    cut = Both("{n} characters of this file are left out here.", "이 파일의 {n}자는 여기에 나오지 않습니다.")
    extractive = Both("extractive, no model", "발췌, 모델 없음")
    by_model = Both("{model} at {host}", "{host}의 {model}")
    characters = Both("characters {start}–{end}", "{start}–{end}자")
    on_page = Both("page {page}", "{page}쪽")
    also_in = Both("also in {source}, characters {start}–{end}", "같은 글: {source}, {start}–{end}자")
    file_gone = Both(
        "This file is no longer in the index; the quote is from when the question was answered.",
        "이 파일은 이제 색인에 없습니다. 인용문은 답할 때의 것입니다.",
    )
    file_changed = Both(
        "This file has changed since the question was answered; the quote is from before.",
        "답한 뒤에 이 파일이 바뀌었습니다. 인용문은 바뀌기 전의 것입니다.",
    )
    source_number = Both("source {number}", "출처 {number}")
    place_number = Both("passage {number}", "구절 {number}")

    def verdict(self, verdict: Verdict) -> str:
        """A verdict in words."""
        return _VERDICTS[verdict].within(self.language)

    def supported(self, good: int, of: int) -> str:
        """How many sentences of an answer hold: "2 of 3 sentences supported"."""
        return self.summary.format(good=good, all=of)

    def mix(self, languages: Iterable[str]) -> str:
        """How many sources are in which language: "2 Korean, 1 English sources"."""
        counts = Counter(languages).most_common()
        order = "{name} {n}" if self.language == "ko" else "{n} {name}"
        mix = ", ".join(order.format(name=self.name(code), n=n) for code, n in counts)
        one = len(counts) == 1 and counts[0][1] == 1
        return self.mixture.format(mix=mix, noun="source" if one else "sources")

    def name(self, code: str) -> str:
        """A language's name."""
        return words_in(self.language).name(code)
