"""What byline's other parts tell in English, in Korean: how an answer was made, what a file lacks.

Such messages lie as finished text in answers, indexes and runs that were kept, so each is known by its English, as
gettext knows a message; what stands in its blanks goes over into the Korean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.language import script_language
from rag.errors import BylineError
from rag.web.markup import Html, tag
from rag.web.phrases.both import Both, Language
from rag.web.phrases.reasons import REASONS

_BLANK = re.compile(r"\{(\w+)\}")
_MESSAGES = frozenset({"why", "one", "other"})  # the blanks in which other messages stand

_NOTES = (
    Both("the question and the passages were sent to {model} at {host}", "질문과 구절을 {host}의 {model}에 보냈습니다"),
    Both(
        "{passages} passages were sent to {model} at {host} to be ordered",
        "순서를 매기려고 구절 {passages}개를 {host}의 {model}에 보냈습니다",
    ),
    Both("the passages were not reordered: {why}", "구절의 순서를 바꾸지 못했습니다: {why}"),
    Both("the question was not written anew: {why}", "질문을 다시 쓰지 못했습니다: {why}"),
    Both("the question was searched for as it stands: {why}", "질문을 그대로 검색했습니다: {why}"),
    Both("{why}; these are sentences of the articles instead", "{why}. 대신 기사의 문장을 보여 줍니다"),
    Both(
        "sentences that now cite the passage that bears them out, which they did not: {n}",
        "뒷받침하는 구절로 출처를 바로잡은 문장: {n}",
    ),
    Both("no model judged the sentences: {why}", "모델이 문장을 판단하지 못했습니다: {why}"),
    Both("what is not borne out was not repaired: {why}", "뒷받침되지 않는 문장을 고치지 못했습니다: {why}"),
    Both(
        "sentences that were not borne out, written anew by {model}: {n}",
        "뒷받침되지 않아 {model}이(가) 다시 쓴 문장: {n}",
    ),
    Both("sentences that no passage bears out, which were cut: {n}", "어느 구절로도 뒷받침되지 않아 뺀 문장: {n}"),
    Both(
        "markers to passages that do not exist were dropped: {named} and {more} more (there are {passages})",
        "없는 구절의 번호를 뺐습니다: {named} 외 {more}개 (구절은 {passages}개)",
    ),
    Both(
        "markers to passages that do not exist were dropped: {named} (there are {passages})",
        "없는 구절의 번호를 뺐습니다: {named} (구절은 {passages}개)",
    ),
    Both("the model's answer was cut at {n} sentences", "모델의 답을 문장 {n}개에서 잘랐습니다"),
    Both("the model's answer was cut at {n} characters", "모델의 답을 {n}자에서 잘랐습니다"),
    Both(
        "the model repeated itself: {n} sentences that it had said before were left out",
        "모델이 되풀이한 문장 {n}개를 뺐습니다",
    ),
    Both(
        "only the first {fitted} of {all} passages fitted into the model's context",
        "모델의 문맥에 구절 {all}개 중 앞의 {fitted}개만 들어갔습니다",
    ),
    Both(
        "the model reached its length limit: the answer may lack its end",
        "모델이 길이 제한에 닿아 답의 끝이 빠졌을 수 있습니다",
    ),
    Both("the model server's content filter cut the answer", "모델 서버의 내용 필터가 답을 잘랐습니다"),
)

_MODEL_FAILURES = (
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

_FILES = (
    Both("it is larger than {size} MB (max_file_mb)", "{size} MB보다 큽니다 (max_file_mb)"),
    Both("there is no article text in it", "기사 본문이 없습니다"),
    Both("there is no text in it", "글이 없습니다"),
    Both("it is empty", "비어 있습니다"),
    Both("its encoding cannot be told; save it as UTF-8", "인코딩을 알 수 없습니다. UTF-8로 저장하세요"),
    Both(
        "it starts as {encoding} but breaks off; save it anew as UTF-8",
        "{encoding}(으)로 시작하지만 중간에 깨집니다. UTF-8로 다시 저장하세요",
    ),
    Both("it is binary, not text", "글이 아니라 이진 파일입니다"),
    Both("it is no HTML page", "HTML 페이지가 아닙니다"),
    Both(
        "no article text is found in the page; save it from the browser once it has loaded",
        "페이지에서 기사 본문을 찾지 못했습니다. 브라우저에서 다 열린 뒤에 저장하세요",
    ),
    Both(
        "its parts cannot be read ({kind}); save it anew from a word processor",
        "안의 내용을 읽을 수 없습니다 ({kind}). 워드 프로세서에서 다시 저장하세요",
    ),
    Both(
        "it is locked with a password, or an old .doc; save it as .docx without one",
        "암호가 걸렸거나 옛 .doc 파일입니다. 암호 없이 .docx로 저장하세요",
    ),
    Both("it is no Word document (.docx), or a broken one", "워드 문서(.docx)가 아니거나 깨졌습니다"),
    Both("it unpacks to {size} MB; at most {most} are read", "풀면 {size} MB입니다. {most} MB까지 읽습니다"),
    Both(
        "it has no text layer (scanned pages?); run text recognition (OCR) over it first",
        "글자 층이 없습니다 (스캔한 쪽?). 먼저 문자 인식(OCR)을 하세요",
    ),
    Both("there is nothing but running heads and page numbers in it", "머리글과 쪽 번호밖에 없습니다"),
    Both(
        "reading it took more than {seconds} s; print it anew as PDF",
        "읽는 데 {seconds}초가 넘었습니다. PDF로 다시 인쇄하세요",
    ),
    Both("it is locked with a password; save it without one", "암호가 걸렸습니다. 암호 없이 저장하세요"),
    Both("it is broken ({cause})", "깨졌습니다 ({cause})"),
    Both("no line of it is an article; {why}", "기사인 줄이 없습니다. {why}"),
    Both("line {number} is left out: {why}", "{number}행 빠짐: {why}"),
    Both("line {number}: {why}", "{number}행: {why}"),
    Both("its body is empty", "body가 비어 있습니다"),
    Both("it has no body", "body가 없습니다"),
    Both("no date can be read in its published, {written}", "published에서 날짜를 읽을 수 없습니다: {written}"),
    Both("it is not JSON ({cause}, column {column})", "JSON이 아닙니다 ({cause}, {column}열)"),
    Both("its JSON is too deep or too large to be read", "JSON이 너무 깊거나 커서 읽을 수 없습니다"),
    Both("it is {kind}, not an object", "객체가 아니라 {kind}입니다"),
    Both("its {key} is {kind}, not text", "{key}이(가) 글이 아니라 {kind}입니다"),
    Both("Permission denied", "읽을 권한이 없습니다"),
    Both("No such file or directory", "파일이 없습니다"),
)

_REFUSALS = (
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

_SETTINGS = (
    Both(
        "e5 (embedded), or openai:MODEL for an OpenAI-compatible server", "e5(내장) 또는 OpenAI 호환 서버의 openai:모델"
    ),
    Both("how the embedded e5 is run", "내장된 e5를 돌리는 방식"),
    Both(
        "target length of a passage in characters; two of Latin script count as one",
        "구절의 목표 길이(글자 수). 로마자는 두 자를 하나로 칩니다",
    ),
    Both("larger files are skipped and named", "이보다 큰 파일은 건너뛰고 이름을 알립니다"),
    Both("passages retrieved", "찾을 구절 수"),
    Both("auto, none, or the name of a model", "auto, none 또는 모델 이름"),
    Both("the model that `llm = auto` asks when there is a key", "`llm = auto`이고 키가 있을 때 묻는 모델"),
    Both(
        "whether the model writes the question anew in the articles' languages before the search",
        "검색하기 전에 모델이 질문을 기사의 언어들로 다시 쓰는지",
    ),
    Both(
        "whether the model puts the retrieved passages in order, inside each language",
        "찾은 구절의 순서를 언어마다 모델이 매기는지",
    ),
    Both(
        "whether the model judges each sentence too; it can only lower a verdict",
        "모델도 문장마다 판단하는지. 판정을 낮출 수만 있습니다",
    ),
    Both(
        "whether sentences that are not borne out go back to the model once",
        "뒷받침되지 않는 문장을 모델에게 한 번 돌려보내는지",
    ),
    Both("what becomes of sentences that stay so", "그래도 남는 문장을 어떻게 할지"),
    Both("the model server's key; OPENAI_API_KEY", "모델 서버의 키 (OPENAI_API_KEY)"),
    Both("the model server's address; OPENAI_BASE_URL", "모델 서버의 주소 (OPENAI_BASE_URL)"),
    Both("the model's context, in tokens", "모델의 문맥 크기(토큰)"),
    Both("longest wait for a model's answer", "모델의 답을 기다리는 최대 시간(초)"),
    Both("longest wait for an embedding server", "임베딩 서버를 기다리는 최대 시간(초)"),
    Both("further tries after a model call that may succeed later", "나중에 될 수 있는 모델 호출을 다시 해 보는 횟수"),
    Both("which events are logged, a line of JSON each", "기록할 사건의 종류. 한 건이 JSON 한 줄입니다"),
    Both("where the log goes; standard error if unset", "기록을 쓸 곳. 없으면 표준 오류"),
    Both("where every answer is added with its citations and verdicts", "모든 답을 인용, 판정과 함께 덧붙일 곳"),
    Both(
        "where converted models are kept; the user's cache folder if unset",
        "변환한 모델을 둘 곳. 없으면 사용자의 캐시 폴더",
    ),
)

_FIGURES = (
    Both("By type of question", "질문 유형별"),
    Both("By language of question → evidence", "질문 → 근거의 언어별"),
    Both("Evidence recall by depth", "찾은 구절 수에 따른 근거 재현율"),
    Both("Reliability of abstention", "답변 보류의 신뢰도"),
    Both("Seconds a question", "질문당 걸린 시간"),
    Both("passages retrieved (k)", "찾은 구절 수 (k)"),
    Both("now", "지금"),
    Both("baseline", "이전"),
    Both("the articles answer it", "기사에 답이 있음"),
    Both("it was answered", "답했음"),
    Both("score of the best passage", "첫 구절의 점수"),
    Both("share of questions", "질문의 비율"),
    Both("seconds (logarithmic)", "초 (로그 눈금)"),
    Both("questions", "질문 수"),
    Both("median {seconds} s", "중앙값 {seconds}초"),
    Both("95th percentile {seconds} s", "95번째 백분위수 {seconds}초"),
    Both(
        "{one} and {other} with 95 % bootstrap intervals. The first {most} of {all} are drawn.",
        "{one}, {other}과(와) 95 % 부트스트랩 구간. {all}개 중 앞의 {most}개입니다.",
    ),
    Both(
        "{one} with 95 % bootstrap intervals. The first {most} of {all} are drawn.",
        "{one}과(와) 95 % 부트스트랩 구간. {all}개 중 앞의 {most}개입니다.",
    ),
    Both("{one} and {other} with 95 % bootstrap intervals.", "{one}, {other}과(와) 95 % 부트스트랩 구간."),
    Both("{one} with 95 % bootstrap intervals.", "{one}과(와) 95 % 부트스트랩 구간."),
    Both("{values}; bars are 95 % intervals.", "{values}. 막대는 95 % 구간입니다."),
    Both(
        "{n} questions in {bins} bins of equal size by the best passage's score; bars are Wilson's 95 % intervals."
        " Where the lines part, byline answers what it should decline or declines what it should answer.",
        "질문 {n}개를 첫 구절의 점수에 따라 같은 크기의 {bins}칸으로 나눴습니다. 막대는 윌슨의 95 % 구간입니다."
        " 두 선이 갈라지는 곳에서는 보류할 것에 답하거나 답할 것을 보류합니다.",
    ),
    Both(
        "Median {median} s, 95th percentile {slow} s over {n} questions.",
        "질문 {n}개의 중앙값 {median}초, 95번째 백분위수 {slow}초.",
    ),
    Both("evidence recall@k", "근거 재현율@k"),
    Both("evidence recall@{k}", "근거 재현율@{k}"),
    Both("passed", "통과"),
    Both("fact recall", "사실 재현율"),
    Both("answer rate", "답변율"),
    Both("abstention F1", "답변 보류 F1"),
    Both("answered or declined rightly", "답변 여부 정확도"),
    Both("judge's grade", "심사 모델의 점수"),
    Both("citation recall by the judge", "심사 모델의 인용 재현율"),
    Both("citation precision by the judge", "심사 모델의 인용 정밀도"),
    Both("citation recall", "인용 재현율"),
    Both("citation precision", "인용 정밀도"),
    Both("quote verbatim", "인용문 일치"),
)

_ALL = (*REASONS, *_NOTES, *_MODEL_FAILURES, *_FILES, *_REFUSALS, *_SETTINGS, *_FIGURES)


def retold(message: str, language: Language) -> str | None:
    """A message of another part of byline in a language of the page; None where it has no words for it."""
    if language == "en":
        return message
    for pattern, korean in _patterns(_ALL):
        if found := pattern.fullmatch(message):
            blanks = found.groupdict()
            inner = {name: retold(blanks[name], language) or blanks[name] for name in _MESSAGES & blanks.keys()}
            return korean.format(**blanks | inner)
    return None


def told(message: str, language: Language) -> Html:
    """A message as HTML in a language of the page; where that has no words for it, as it is and with its language."""
    words = retold(message, language)
    return tag("span", message, lang=script_language(message) or "en") if words is None else tag("span", words)


def trouble(error: BylineError, language: Language) -> Html:
    """What is wrong, in a line that a screen reader says at once."""
    return tag("p", told(str(error), language), class_="byline-error", role="alert")


@cache
def _patterns(messages: Sequence[Both]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(one.en), re.DOTALL), one.ko) for one in messages)


def _pattern(template: str) -> str:
    """What any message of a template looks like."""
    parts = _BLANK.split(template)
    return "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
