"""Why what a reader asked for was not done."""

from __future__ import annotations

from rag.web.phrases.both import Both

REFUSALS = (
    Both(
        'the question is empty; ask something like "what did the minister request?"',
        "질문이 비어 있습니다. ‘장관이 무엇을 요청했나?’처럼 물어보세요",
    ),
    Both("the question has {n} characters; ask in at most {most}", "질문이 {n}자입니다. {most}자까지로 물어보세요"),
    Both("--{name} {value}: not a date; write it as 2024-05-31", "{value}: 날짜가 아닙니다. 2024-05-31처럼 쓰세요"),
    Both("{name}: there is no sentence in it to check", "확인할 문장이 없습니다"),
    Both(
        "{most} answers are pinned already; take some off first", "이미 답 {most}개를 담았습니다. 먼저 몇 개를 빼세요"
    ),
    Both("k is {k}; it is a number of passages, 1 to {most}", "구절 수가 {k}입니다. 1에서 {most}까지의 수여야 합니다"),
    Both("{id}: there is no such run", "{id}: 그런 평가 결과가 없습니다"),
    Both("{path}: cannot be written ({cause})", "{path}: 쓸 수 없습니다 ({cause})"),
)
