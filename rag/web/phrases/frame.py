"""The words around every view: the header and the names of the views."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class FramePhrases(Group):
    """Header and navigation."""

    chat = Both("Chat", "대화")
    library = Both("Articles", "기사")
    report = Both("Report", "보고서")
    evaluation = Both("Evaluation", "평가")
    settings = Both("Settings", "설정")
    size = Both(
        "{files} files · {articles} articles · {passages} passages",
        "파일 {files}개 · 기사 {articles}개 · 구절 {passages}개",
    )
    stays = Both("Nothing leaves this machine.", "이 컴퓨터 밖으로 나가는 것이 없습니다.")
    sent_to = Both(
        "Questions and passages are sent to {model} at {host}.",
        "질문과 구절이 {host}의 {model} 모델로 보내집니다.",
    )
    embedded_at = Both("Questions are sent to {host} to be embedded.", "질문이 임베딩을 위해 {host}로 보내집니다.")
    choices = Both("Language and light", "언어와 밝기")
    light = Both("Light or dark", "밝게·어둡게")
    close = Both("Close", "닫기")
