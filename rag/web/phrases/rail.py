"""The words of the list of conversations."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class RailPhrases(Group):
    """The list of conversations."""

    title = Both("Conversations", "대화 목록")
    new = Both("New conversation", "새 대화")
    none = Both("Your conversations will be kept here.", "나눈 대화가 여기에 보관됩니다.")
    more = Both("More for {title}", "{title} 메뉴")
    rename = Both("Rename", "이름 바꾸기")
    name = Both("New name", "새 이름")
    markdown = Both("Save as Markdown", "Markdown으로 저장")
    json = Both("Save as JSON", "JSON으로 저장")
    delete = Both("Delete", "지우기")
    sure = Both("Delete for good?", "정말 지울까요?")
    gone = Both("This conversation is no longer there.", "이 대화는 이제 없습니다.")
