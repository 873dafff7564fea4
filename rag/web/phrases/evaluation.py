"""The words of the view of evaluations; metrics keep the names that they have in the field."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class EvaluationPhrases(Group):
    """Question sets, runs and their comparison."""

    heading = Both("Run a question set", "질문 세트 돌리기")
    explained = Both(
        "A question set says what is asked and what would be right; a run says how well it is answered. What others run"
        " is listed too.",
        "질문 세트에는 질문과 정답이 있고, 돌려 보면 얼마나 잘 답하는지 나옵니다. 다른 사람이 돌린 것도 함께 보입니다.",
    )
    chosen = Both("Question set", "질문 세트")
    none_yet = Both("none added yet", "아직 추가한 것이 없음")
    path = Both("or a file of the folders", "또는 폴더 안의 파일")
    path_hint = Both("in {folders}", "{folders} 안")
    k = Both("Passages retrieved", "찾을 구절 수")
    retrieval_only = Both("Passages only, no answers", "답 없이 구절만")
    run = Both("Run", "돌리기")
    add = Both("Add a question set", "질문 세트 추가")
    not_there = Both(
        "{path}: no question set of that name under the folders", "{path}: 폴더 안에 그런 질문 세트가 없습니다"
    )
    choose = Both("Choose a question set, or add one.", "질문 세트를 고르거나 추가하세요.")
    bad_k = Both("The number of passages is 1 to 200.", "구절 수는 1에서 200까지입니다.")
    busy = Both("Another run is under way; wait for it.", "다른 평가가 진행 중입니다. 끝날 때까지 기다려 주세요.")
    running = Both(
        "{done} of {of} questions done. You can go on asking.",
        "질문 {of}개 중 {done}개를 마쳤습니다. 그동안 계속 질문할 수 있습니다.",
    )
    stop = Both("Stop", "멈추기")
    stopped = Both("Stopped; nothing of it was kept.", "멈췄습니다. 결과는 남지 않았습니다.")
    done = Both("Done.", "끝났습니다.")
    failed = Both("It failed: {why}", "실패했습니다: {why}")
    broken = Both(
        "something broke inside byline; the terminal that runs it says what",
        "byline 안에서 오류가 났습니다. 실행한 터미널에 내용이 있습니다",
    )

    runs = Both("Runs", "평가 결과")
    no_runs = Both("Nothing has been run yet.", "아직 돌린 것이 없습니다.")
    name = Both("Question set", "질문 세트")
    made = Both("Made", "시각")
    questions = Both("Questions", "질문 수")
    by = Both("Answered by", "답한 것")
    passages_only = Both("passages only", "구절만")
    extractive = Both("extractive", "발췌")
    show_of = Both("Show {name} of {made}", "{made}의 {name} 보기")
    compare = Both("Compare", "비교")
    compare_of = Both("Compare the shown run with {name} of {made}", "보고 있는 결과를 {made}의 {name}와(과) 비교")
    delete = Both("Delete", "지우기")
    delete_of = Both("Delete {name} of {made}", "{made}의 {name} 지우기")

    pick = Both("Choose a run to see its figures.", "결과를 고르면 수치가 나옵니다.")
    interval = Both("95 % interval {low} to {high}, {n} questions", "95 % 구간 {low}~{high}, 질문 {n}개")
    save = Both("Download the whole report", "전체 보고서 내려받기")
    against = Both("Compared with {name} of {made}", "{made}의 {name}와(과) 비교")
    metric = Both("Metric", "지표")
    before = Both("Before", "이전")
    now = Both("Now", "지금")
    change = Both("Change", "변화")
    range = Both("95 % interval", "95 % 구간")
    turned = Both(
        "{paired} questions are in both; {failing} newly fail, {passing} newly pass (McNemar p = {p}).",
        "함께 있는 질문은 {paired}개, 새로 틀린 것은 {failing}개, 새로 맞은 것은 {passing}개입니다 (McNemar p = {p}).",
    )
    newly_failing = Both("Newly failing", "새로 틀린 질문")
    newly_passing = Both("Newly passing", "새로 맞은 질문")
    failing = Both("Questions that fail ({n})", "틀린 질문 ({n})")
    nothing_shared = Both("The two runs have no question in common.", "두 결과에 같은 질문이 없습니다.")
