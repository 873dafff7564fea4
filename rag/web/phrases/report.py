"""The words of the view of reports and drafts."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class ReportPhrases(Group):
    """Pinned answers, their export, and drafts that are checked."""

    pin = Both("Pin to report", "보고서에 담기")
    pinned = Both("Pinned. It is under “Report”.", "담았습니다. “보고서”에 있습니다.")
    pinned_before = Both("It is pinned already.", "이미 담겨 있습니다.")

    heading = Both("Pinned answers", "담은 답")
    none = Both(
        "Nothing is pinned yet. In the chat, pin the answers that are to go into the report.",
        "아직 담은 답이 없습니다. 대화에서 보고서에 넣을 답을 담으세요.",
    )
    title = Both("Title of the report", "보고서 제목")
    download = Both("Download as", "내려받기")
    word = Both("Word", "Word")
    html = Both("HTML", "HTML")
    markdown = Both("Markdown", "Markdown")
    with_notes = Both(
        "With a footnote at each citation, a table of the verdicts, and the list of sources.",
        "인용마다 각주가 달리고, 판정 표와 출처 목록이 붙습니다.",
    )
    up = Both("Up", "위로")
    up_of = Both("Move “{question}” up", "“{question}” 위로")
    down = Both("Down", "아래로")
    down_of = Both("Move “{question}” down", "“{question}” 아래로")
    off = Both("Take off", "빼기")
    off_of = Both("Take “{question}” off the report", "“{question}”을(를) 보고서에서 빼기")

    check = Both("Check a draft", "초안 확인")
    draft = Both("Your draft, in Markdown", "초안 (Markdown)")
    draft_hint = Both(
        "Paste a text that cites the articles, by [1] with a list of sources below, or by [file.txt].",
        "기사를 인용한 글을 붙여 넣으세요. 아래에 출처 목록을 두고 [1]로, 또는 [file.txt]로 인용합니다.",
    )
    do_check = Both("Check", "확인하기")
    checking = Both("Checking every sentence against what it cites …", "문장마다 인용한 곳과 맞는지 확인하는 중 …")
    line = Both("line {line}", "{line}행")
    rests_on = Both("Rests on {place}:", "근거 {place}:")
    could_cite = Both("Could cite {place}:", "인용할 만한 곳 {place}:")
    save_check = Both("Download the verdicts", "판정 내려받기")
