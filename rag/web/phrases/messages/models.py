"""What a model or its server did instead of answering."""

from __future__ import annotations

from rag.web.phrases.both import Both

MODEL_FAILURES = (
    Both("{model} at {host} wrote no usable rewriting of it", "{host}의 {model}이(가) 쓸 만한 질문을 쓰지 못했습니다"),
    Both(
        "{model} at {host} wrote nothing that rests on a passage",
        "{host}의 {model}이(가) 구절에 근거한 글을 쓰지 않았습니다",
    ),
    Both("{model} at {host} named none of the passages", "{host}의 {model}이(가) 구절을 하나도 대지 않았습니다"),
    Both("{model} at {host} gave no verdicts", "{host}의 {model}이(가) 판정을 내리지 않았습니다"),
    Both("nothing that {model} wrote is borne out by the articles", "{model}이(가) 쓴 것이 기사로 뒷받침되지 않습니다"),
    Both(
        "a sentence and the words it cites do not fit into a context of {window} tokens",
        "문장과 인용한 구절이 {window}토큰의 문맥에 들어가지 않습니다",
    ),
    Both(
        "the question and one passage do not fit into a context of {window} tokens;"
        " ask shorter, or raise BYLINE_CONTEXT_WINDOW if the model has more",
        "질문과 구절 하나가 {window}토큰의 문맥에 들어가지 않습니다. 짧게 묻거나 BYLINE_CONTEXT_WINDOW를 늘리세요",
    ),
    Both(
        "the model server at {host} sent no JSON object, which {model} was asked for",
        "{host}의 모델 서버가 {model}에 요청한 JSON을 보내지 않았습니다",
    ),
    Both("the model server at {host} {why}", "{host}의 모델 서버: {why}"),
    Both(
        "has no context that holds this question ({model}); set BYLINE_CONTEXT_WINDOW to its size",
        "이 질문이 모델({model})의 문맥에 들어가지 않습니다. BYLINE_CONTEXT_WINDOW를 그 크기로 정하세요",
    ),
    Both(
        "cannot be reached ({cause}); check that it runs, and OPENAI_BASE_URL",
        "연결할 수 없습니다 ({cause}). 실행 중인지, OPENAI_BASE_URL이 맞는지 보세요",
    ),
    Both(
        "sent something that is no chat completion; check that OPENAI_BASE_URL is its API (often …/v1)",
        "보낸 것이 채팅 응답이 아닙니다. OPENAI_BASE_URL이 API 주소(흔히 …/v1)인지 보세요",
    ),
    Both(
        "sent an error instead of an answer ({cause}); ask again, or look at its log",
        "답 대신 오류를 보냈습니다 ({cause}). 다시 묻거나 서버의 로그를 보세요",
    ),
    Both(
        "broke off in the middle of its answer ({cause}); ask again", "답하다가 끊겼습니다 ({cause}). 다시 물어보세요"
    ),
    Both("broke off before its answer ({cause}); ask again", "답하기 전에 끊겼습니다 ({cause}). 다시 물어보세요"),
    Both(
        "did not finish its answer within {limit}; raise BYLINE_ANSWER_TIMEOUT, or name a faster model",
        "{limit} 안에 답을 마치지 못했습니다. BYLINE_ANSWER_TIMEOUT을 늘리거나 더 빠른 모델을 쓰세요",
    ),
    Both(
        "gave no answer within {limit}; raise BYLINE_ANSWER_TIMEOUT, or name a faster model",
        "{limit} 안에 답하지 않았습니다. BYLINE_ANSWER_TIMEOUT을 늘리거나 더 빠른 모델을 쓰세요",
    ),
    Both(
        "refused the key (401); set OPENAI_API_KEY to one it accepts",
        "키를 받지 않았습니다 (401). 맞는 키를 OPENAI_API_KEY에 정하세요",
    ),
    Both("refused the key (401); set OPENAI_API_KEY", "키를 받지 않았습니다 (401). OPENAI_API_KEY를 정하세요"),
    Both(
        "has no model {model} at that address (404); check BYLINE_MODEL and OPENAI_BASE_URL",
        "그 주소에 {model} 모델이 없습니다 (404). BYLINE_MODEL과 OPENAI_BASE_URL을 보세요",
    ),
    Both(
        "has no quota left for this key (429); raise it there, or use another key or server",
        "이 키의 사용량이 다했습니다 (429). 늘리거나 다른 키나 서버를 쓰세요",
    ),
    Both(
        "is over its rate limit (429); ask again in {wait} s",
        "요청이 너무 잦습니다 (429). {wait}초 뒤에 다시 물어보세요",
    ),
    Both("is over its rate limit (429); wait and ask again", "요청이 너무 잦습니다 (429). 기다렸다가 다시 물어보세요"),
    Both(
        "sent the request elsewhere ({status}); set OPENAI_BASE_URL to the address where it lives now",
        "요청을 다른 곳으로 보냈습니다 ({status}). OPENAI_BASE_URL을 지금 주소로 바꾸세요",
    ),
    Both(
        "failed ({status}: {cause}); ask again, or look at its log",
        "실패했습니다 ({status}: {cause}). 다시 묻거나 서버의 로그를 보세요",
    ),
    Both(
        "refused the request ({status}: {cause}); check that {model} may be asked",
        "요청을 받지 않았습니다 ({status}: {cause}). {model}에 물을 수 있는지 보세요",
    ),
)
