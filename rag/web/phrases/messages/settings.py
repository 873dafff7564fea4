"""What each setting is for."""

from __future__ import annotations

from rag.web.phrases.both import Both

SETTINGS = (
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
        "further processes that answer while others ask in the page too, without a model",
        "페이지에서 여럿이 한꺼번에 물을 때 모델 없이 함께 답하는 프로세스의 수",
    ),
    Both(
        "where converted models are kept; the user's cache folder if unset",
        "변환한 모델을 둘 곳. 없으면 사용자의 캐시 폴더",
    ),
)
