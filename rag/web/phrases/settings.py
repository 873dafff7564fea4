"""The words of the view of settings."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class SettingsPhrases(Group):
    """Who gets text, what a visitor may choose, and what is the server's."""

    reach = Both("What leaves this machine", "이 컴퓨터 밖으로 나가는 것")
    what = Both("Text", "글")
    to_whom = Both("To whom", "받는 곳")
    questions = Both("Questions, and the conversation before them", "질문과 그 앞의 대화")
    passages = Both("The retrieved passages of the articles", "찾은 기사 구절")
    embedded = Both("Questions and indexed passages, to be embedded", "임베딩할 질문과 색인한 구절")
    nobody = Both("nobody: it stays here", "없음: 여기에만 있습니다")
    at = Both("{model} at {host}", "{host}의 {model}")

    yours = Both("Yours", "내 설정")
    yours_of = Both("These hold for your own questions, from the next one on.", "다음 질문부터 내 질문에만 적용됩니다.")
    k = Both("Passages retrieved for a question", "질문마다 찾을 구절 수")
    unsupported = Both("Sentences that the articles do not bear out", "기사로 뒷받침되지 않는 문장")
    mark = Both("are marked", "표시한다")
    cut = Both("are cut", "뺀다")
    save = Both("Save", "저장")
    saved = Both("Saved.", "저장했습니다.")
    bad_k = Both("The number of passages is 1 to 200.", "구절 수는 1에서 200까지입니다.")
    page_language = Both("Language of the page", "페이지 언어")

    servers = Both("The server's", "서버 설정")
    servers_of = Both(
        "These were set where byline was started, by a flag, the environment or byline.toml, and are the same for all.",
        "byline을 시작한 곳에서 플래그, 환경 변수, byline.toml로 정한 것이며 모두에게 같습니다.",
    )
    name = Both("Setting", "설정")
    value = Both("Value", "값")
    means = Both("What it is", "뜻")
    is_set = Both("set, shown to nobody", "설정됨, 보이지 않음")
    not_set = Both("not set", "설정되지 않음")
