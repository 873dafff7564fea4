"""The names, axes and captions of a run's figures and plots."""

from __future__ import annotations

from rag.web.phrases.both import Both

FIGURES = (
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
