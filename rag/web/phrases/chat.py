"""The words of the chat: the question box, the conversation, and what can be done with it."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class ChatPhrases(Group):
    """The question box and the conversation."""

    label = Both("Conversation", "대화")
    welcome = Both("Ask about these articles", "기사에 대해 물어보세요")
    welcome_more = Both(
        "Every sentence of an answer names the words it rests on, in Korean or in English."
        " Where the articles do not say, byline says so.",
        "답의 모든 문장에 근거가 된 구절이 한국어든 영어든 붙습니다. 기사에 없는 것은 없다고 말합니다.",
    )
    box = Both("Your question", "질문")
    box_hint = Both("Ask in English or Korean", "한국어나 영어로 물어보세요")
    ask = Both("Ask", "질문하기")
    stop = Both("Stop", "멈추기")
    reading = Both("Reading the articles …", "기사를 읽는 중 …")
    unchecked = Both("not checked yet", "아직 확인되지 않음")
    stopped = Both("Stopped.", "멈췄습니다.")
    note = Both("Note", "알림")
    refused = Both("Not possible", "할 수 없습니다")
    wait = Both(
        "The question before is still being answered; this one stays in the box.",
        "앞의 질문에 아직 답하는 중입니다. 이 질문은 입력란에 남아 있습니다.",
    )
    broken = Both(
        "Something broke inside byline; the terminal that runs it says what.",
        "byline 안에서 오류가 났습니다. 실행한 터미널에 내용이 있습니다.",
    )
    copy = Both("Copy", "복사")
    copied = Both("Copied", "복사됨")
    retry = Both("Ask again", "다시 묻기")
    edit = Both("Edit", "고치기")
    editing = Both("Sending replaces this question and what follows it.", "보내면 이 질문과 그 뒤의 대화가 바뀝니다.")
    keep = Both("Keep it", "그대로 두기")
    close = Both("Close", "닫기")
    sources = Both("Sources", "출처")
    no_sources = Both(
        "The passages that an answer cites are shown here.",
        "답이 인용한 구절이 여기에 나옵니다.",
    )
