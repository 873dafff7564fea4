"""Why a sentence has its verdict, as `rag.check` and its parts tell it in English, and the same in Korean."""

from __future__ import annotations

from rag.web.phrases.both import Both

REASONS = (
    Both(
        "it only says what the articles leave open, which nothing can be cited for",
        "기사에 무엇이 없는지만 말하므로 출처를 댈 수 없습니다",
    ),
    Both("it cites nothing", "출처를 대지 않았습니다"),
    Both(
        "'{written}' is not in the cited text, which says '{instead}'",
        "‘{written}’은(는) 인용한 글에 없고, 거기에는 ‘{instead}’(이)라고 되어 있습니다",
    ),
    Both("'{written}' is not in the cited text", "‘{written}’은(는) 인용한 글에 없습니다"),
    Both(
        "it says '{said}' where the cited text says '{cited}'",
        "인용한 글에는 ‘{cited}’(이)라고 된 것을 ‘{said}’(이)라고 합니다",
    ),
    Both(
        "it says '{said}' where the cited text speaks of '{cited}'",
        "인용한 글은 ‘{cited}’에 대한 것인데 ‘{said}’(이)라고 합니다",
    ),
    Both("it denies what the cited text says", "인용한 글이 말하는 것을 부정합니다"),
    Both("it says what the cited text denies", "인용한 글이 부정하는 것을 말합니다"),
    Both("the quotation '{quoted}' does not stand in the cited text", "따온 말 ‘{quoted}’이(가) 인용한 글에 없습니다"),
    Both(
        "the cited text has {held} of its {asked} telling words",
        "중요한 낱말 {asked}개 중 {held}개가 인용한 글에 있습니다",
    ),
    Both(
        "the cited text speaks of something else (similarity {nearest})",
        "인용한 글은 다른 것에 대해 말합니다 (유사도 {nearest})",
    ),
    Both(
        "the cited words are only loosely related (similarity {cosine})",
        "인용한 구절과 느슨하게만 이어집니다 (유사도 {cosine})",
    ),
    Both(
        "the cited words are about something else (similarity {cosine})",
        "인용한 구절은 다른 내용입니다 (유사도 {cosine})",
    ),
    Both(
        "{source} has changed since it was indexed; run `byline index`",
        "{source} 파일이 색인한 뒤에 바뀌었습니다. 다시 색인하세요",
    ),
    Both("{source} is gone since it was indexed", "{source} 파일이 색인한 뒤에 없어졌습니다"),
    Both("{model} finds it {verdict}: {reason}", "{model}의 판단: {verdict} ({reason})"),
    Both("{model} finds it {verdict}", "{model}의 판단: {verdict}"),
    Both("there are no sentences in what it cites", "인용한 것에 문장이 없습니다"),
    Both("{written} stands in no list of sources of the draft", "{written}은(는) 초안의 출처 목록에 없습니다"),
    Both(
        "{written} may be any of {names}; write the path",
        "{written}은(는) {names} 중 하나일 수 있습니다. 경로를 쓰세요",
    ),
    Both(
        "{written} names no file of the index; the nearest are {names}",
        "{written}(이)라는 파일은 색인에 없습니다. 가까운 이름: {names}",
    ),
    Both("{written} names no file of the index", "{written}(이)라는 파일은 색인에 없습니다"),
    Both(
        "it speaks of the question or of whoever answers, not of what happened",
        "있었던 일이 아니라 질문이나 답하는 쪽에 대해 말합니다",
    ),
    Both("it speaks of the passages, not of what they tell", "구절의 내용이 아니라 구절 자체에 대해 말합니다"),
    Both("it asks and tells nothing", "묻기만 하고 알려 주는 것이 없습니다"),
    Both("it says nothing that the question does not say already", "질문에 이미 있는 말뿐입니다"),
)
