"""The words of the filters: which articles a question is put to."""

from __future__ import annotations

from rag.filters import Filters
from rag.web.phrases.both import Both, Group
from rag.words import words_in


class FilterPhrases(Group):
    """Labels of the filters, and what is said of those that a question was asked with."""

    title = Both("Filters", "필터")
    active = Both("Filters: {n} on", "필터: {n}개 사용")
    since = Both("Published since", "이 날부터")
    until = Both("Published until", "이 날까지")
    date_hint = Both("2024-05-31", "2024-05-31")
    languages = Both("Languages", "언어")
    outlets = Both("Outlets", "언론사")
    articles = Both("Only these articles", "이 기사만")
    only_this = Both("Ask only this article", "이 기사에만 묻기")
    clear = Both("Clear filters", "필터 지우기")
    no_date = Both(
        "“{written}” is not a date; write it as 2024-05-31.", "“{written}”은 날짜가 아닙니다. 2024-05-31처럼 쓰세요."
    )
    only = Both("Only: {what}", "다음에서만: {what}")
    from_day = Both("since {day}", "{day}부터")
    to_day = Both("until {day}", "{day}까지")

    def told(self, filters: Filters) -> str:
        """Which articles a question was put to: "Only: Korean · since 2024-05-01"."""
        parts = [words_in(self.language).name(code) for code in filters.languages]
        parts += [*filters.outlets, *filters.articles, *([filters.source] if filters.source else [])]
        parts += [self.from_day.format(day=filters.since)] if filters.since else []
        parts += [self.to_day.format(day=filters.until)] if filters.until else []
        return self.only.format(what=" · ".join(parts))
