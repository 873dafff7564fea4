"""The fixed words of a report and of a checked draft, in the languages they are written in."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer import SIGNS, Citation, Verdict
from rag.report.build import Report
from rag.web.phrases.answers import AnswerPhrases
from rag.web.phrases.both import Language


@dataclass(frozen=True, slots=True)
class Labels:
    """Headings and phrases of one language; those with braces are filled by the methods."""

    language: Language
    title: str
    notes: str
    sources: str
    verification: str
    question: str
    sentence: str
    verdict: str
    why: str
    verbatim: str
    same: str
    likely: str
    undated: str
    characters: str
    page: str
    made: str
    number: str
    citations_of: str
    line: str
    rests_on: str
    could_cite: str
    notice: str

    @property
    def _answers(self) -> AnswerPhrases:
        return AnswerPhrases(self.language)

    def named(self, verdict: Verdict) -> str:
        """A verdict in words, the same as on the page."""
        return self._answers.verdict(verdict)

    def signed(self, verdict: Verdict) -> str:
        """A verdict with its sign."""
        return f"{SIGNS[verdict]} {self.named(verdict)}"

    def supported(self, good: int, of: int) -> str:
        """How many of the sentences are supported: "2 of 3 sentences supported"."""
        return self._answers.supported(good, of)

    def counted(self, verdict: Verdict, count: int) -> str:
        """How many sentences have a verdict: "2 unsupported"."""
        return self.number.format(count=count, verdict=self.named(verdict))

    def summary(self, report: Report) -> str:
        """When the report was made, how many of its sentences are supported, and by what it was written."""
        good, all_ = report.summary
        models = ", ".join(dict.fromkeys(section.answer.model for section in report.sections))
        return " · ".join((self.made.format(date=report.made.isoformat()), self.supported(good, all_), models))

    def about(self, citation: Citation) -> str:
        """Outlet, title, date and file of a cited article."""
        parts = (citation.outlet, f"“{citation.title}”", citation.published or self.undated, citation.source)
        return ", ".join(part for part in parts if part)

    def note(self, citation: Citation) -> str:
        """A footnote: the article, the place, and the words."""
        place = [self.page.format(page=citation.page)] if citation.page else []
        place.append(self.characters.format(start=citation.start, end=citation.end))
        return f"{', '.join([self.about(citation), *place])}: “{' '.join(citation.quote.split())}”"


_ENGLISH = Labels(
    language="en",
    title="Report",
    notes="Notes",
    sources="Sources",
    verification="Verification",
    question="Question",
    sentence="Sentence",
    verdict="Verdict",
    why="Why",
    verbatim="word for word",
    same="the same there: {values}",
    likely="by its meaning, {percent} % likely",
    undated="undated",
    characters="characters {start}–{end}",
    page="page {page}",
    made="made on {date}",
    number="{count} {verdict}",
    citations_of="Citations of {draft}",
    line="Line",
    rests_on="Words it rests on",
    could_cite="could cite {place}",
    notice="note: {notice}",
)
_KOREAN = Labels(
    language="ko",
    title="보고서",
    notes="각주",
    sources="출처",
    verification="검증",
    question="질문",
    sentence="문장",
    verdict="판정",
    why="이유",
    verbatim="원문 그대로",
    same="인용한 글과 같은 것: {values}",
    likely="뜻으로 보아 확률 {percent} %",
    undated="날짜 없음",
    characters="{start}–{end}자",
    page="{page}쪽",
    made="{date} 작성",
    number="{verdict} {count}개",
    citations_of="{draft}의 인용",
    line="행",
    rests_on="근거가 되는 말",
    could_cite="인용할 만한 곳 {place}",
    notice="알림: {notice}",
)


def labels_in(language: str) -> Labels:
    """The labels in `language`; English where there are none."""
    return _KOREAN if language == "ko" else _ENGLISH
