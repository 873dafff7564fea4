"""How an answer or a report was made, as byline's parts tell it in English, and the same in Korean."""

from __future__ import annotations

from rag.web.phrases.both import Both

NOTES = (
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
    Both("the model's judgement is missing or cut short: {why}", "모델의 판단이 없거나 끊겼습니다: {why}"),
    Both(
        "{model} at {host} judged {given} of the {standing} sentences that the checks let stand, and lowered {lowered}",
        "확인을 통과한 문장 {standing}개 중 {given}개를 {host}의 {model}이(가) 판단해 {lowered}개를 낮췄습니다",
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
    Both(
        "the process that answered this question ended; the question was asked again",
        "이 질문에 답하던 프로세스가 끝나서 다시 물었습니다",
    ),
    Both("the model server's content filter cut the answer", "모델 서버의 내용 필터가 답을 잘랐습니다"),
)
