"""The words of the chat: the question box, and what is said while an answer is on its way."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class ChatPhrases(Group):
    """The question box and the conversation."""

    welcome = Both(
        "Ask about these articles. Every sentence of an answer names the words it rests on.",
        "기사에 대해 물어보세요. 답의 모든 문장에 근거가 된 구절이 붙습니다.",
    )
    box = Both("Your question", "질문")
    box_hint = Both("Ask in English or Korean", "한국어나 영어로 물어보세요")
    ask = Both("Ask", "질문하기")
    stop = Both("Stop", "멈추기")
    reading = Both("Reading the articles …", "기사를 읽는 중 …")
    unchecked = Both("not checked yet", "아직 확인되지 않음")
    stopped = Both("Stopped.", "멈췄습니다.")
    broken = Both(
        "Something broke inside byline; the terminal that runs it says what.",
        "byline 안에서 오류가 났습니다. 실행한 터미널에 내용이 있습니다.",
    )
    sources = Both("Sources", "출처")
    no_sources = Both(
        "The passages that an answer cites are shown here.",
        "답이 인용한 구절이 여기에 나옵니다.",
    )
