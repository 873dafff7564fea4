"""The words of the page itself, in English and in Korean; those of answers are in `rag.words`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rag.answer import Verdict
from rag.words import words_in


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the page says in one language; names in braces are filled by the methods or by whoever shows them."""

    language: str
    welcome: str
    box: str
    box_hint: str
    ask: str
    stop: str
    chat: str
    sources: str
    no_sources: str
    nearest: str
    nearest_of: str
    reading: str
    unchecked: str
    stopped: str
    broken: str
    summary: str
    passages: str
    extractive: str
    by_model: str
    characters: str
    on_page: str
    also_in: str
    file_gone: str
    file_changed: str
    back: str
    source_number: str
    place_number: str
    stays: str
    sent_to: str
    embedded_at: str
    size: str
    verdicts: Mapping[Verdict, str]

    def supported(self, good: int, of: int) -> str:
        """How many sentences of an answer hold: "2 of 3 sentences supported"."""
        return self.summary.format(good=good, all=of)

    def mix(self, languages: Iterable[str]) -> str:
        """How many passages are in which language: "2 Korean, 1 English passages"."""
        words = words_in(self.language)
        order = "{name} {n}" if self.language == "ko" else "{n} {name}"
        counts = Counter(languages).most_common()
        return self.passages.format(mix=", ".join(order.format(name=words.name(code), n=n) for code, n in counts))

    def name(self, code: str) -> str:
        """A language's name."""
        return words_in(self.language).name(code)


_ENGLISH = Phrases(
    language="en",
    welcome="Ask about these articles. Every sentence of an answer names the words it rests on.",
    box="Your question",
    box_hint="Ask in English or Korean",
    ask="Ask",
    stop="Stop",
    chat="Chat",
    sources="Sources",
    no_sources="The passages that an answer cites are shown here.",
    nearest="Nearest passages",
    nearest_of="None of these answers the question; they are the nearest passages.",
    reading="Reading the articles …",
    unchecked="not checked yet",
    stopped="Stopped.",
    broken="Something broke inside byline; the terminal that runs it says what.",
    summary="{good} of {all} sentences supported",
    passages="{mix} passages",
    extractive="extractive, no model",
    by_model="{model} at {host}",
    characters="characters {start}–{end}",
    on_page="page {page}",
    also_in="also in {source}, characters {start}–{end}",
    file_gone="This file is no longer in the index; the quote is from when the question was answered.",
    file_changed="This file has changed since the question was answered; the quote is from before.",
    back="Back to the answer",
    source_number="source {number}",
    place_number="passage {number}",
    stays="Nothing leaves this machine.",
    sent_to="Questions and passages are sent to {model} at {host}.",
    embedded_at="Questions are sent to {host} to be embedded.",
    size="{files} files · {articles} articles · {passages} passages",
    verdicts=MappingProxyType(
        {
            "supported": "supported",
            "partly": "partly supported",
            "unsupported": "unsupported",
            "uncited": "no citation",
            "contradicted": "contradicted",
        }
    ),
)
_KOREAN = Phrases(
    language="ko",
    welcome="기사에 대해 물어보세요. 답의 모든 문장에 근거가 된 구절이 붙습니다.",
    box="질문",
    box_hint="한국어나 영어로 물어보세요",
    ask="질문하기",
    stop="멈추기",
    chat="대화",
    sources="출처",
    no_sources="답이 인용한 구절이 여기에 나옵니다.",
    nearest="가장 가까운 구절",
    nearest_of="질문에 답하는 구절은 아니며, 가장 가까운 구절입니다.",
    reading="기사를 읽는 중 …",
    unchecked="아직 확인되지 않음",
    stopped="멈췄습니다.",
    broken="byline 안에서 오류가 났습니다. 실행한 터미널에 내용이 있습니다.",
    summary="문장 {all}개 중 {good}개 확인됨",
    passages="구절: {mix}",
    extractive="발췌, 모델 없음",
    by_model="{host}의 {model}",
    characters="{start}–{end}자",
    on_page="{page}쪽",
    also_in="같은 글: {source}, {start}–{end}자",
    file_gone="이 파일은 이제 색인에 없습니다. 인용문은 답할 때의 것입니다.",
    file_changed="답한 뒤에 이 파일이 바뀌었습니다. 인용문은 바뀌기 전의 것입니다.",
    back="답으로 돌아가기",
    source_number="출처 {number}",
    place_number="구절 {number}",
    stays="이 컴퓨터 밖으로 나가는 것이 없습니다.",
    sent_to="질문과 구절이 {host}의 {model} 모델로 보내집니다.",
    embedded_at="질문이 임베딩을 위해 {host}로 보내집니다.",
    size="파일 {files}개 · 기사 {articles}개 · 구절 {passages}개",
    verdicts=MappingProxyType(
        {
            "supported": "확인됨",
            "partly": "일부만 확인됨",
            "unsupported": "확인되지 않음",
            "uncited": "출처 없음",
            "contradicted": "출처와 어긋남",
        }
    ),
)
LANGUAGES = ("en", "ko")


def phrases_in(language: str) -> Phrases:
    """The page's words in `language`; English where the page does not speak it."""
    return _KOREAN if language == "ko" else _ENGLISH
