"""The words of the view of articles."""

from __future__ import annotations

from rag.web.phrases.both import Both, Group


class LibraryPhrases(Group):
    """The table of articles, its filters, uploads and indexing."""

    find = Both("Find", "찾기")
    find_hint = Both("Title, outlet or file", "제목, 매체, 파일 이름")
    written_in = Both("Language", "언어")
    outlet = Both("Outlet", "매체")
    since = Both("From", "시작일")
    until = Both("To", "종료일")
    state = Both("State", "상태")
    any = Both("Any", "전체")
    clear = Both("Clear", "지우기")
    title = Both("Title", "제목")
    date = Both("Date", "날짜")
    passages = Both("Passages", "구절")
    undated = Both("undated", "날짜 없음")
    indexed = Both("indexed", "색인됨")
    in_part = Both("in part", "일부만 색인됨")
    changed = Both("changed since", "파일이 바뀜")
    gone = Both("file is gone", "파일이 없어짐")
    caption = Both("{n} of {all} articles", "기사 {all}개 중 {n}개")
    none = Both(
        "No article matches. Clear a filter, or add articles.",
        "맞는 기사가 없습니다. 조건을 지우거나 기사를 추가하세요.",
    )
    earlier = Both("Previous", "이전")
    later = Both("Next", "다음")
    page = Both("Page {page} of {pages}", "{pages}쪽 중 {page}쪽")
    pages = Both("Pages of the table", "표의 쪽")

    add = Both("Add articles", "기사 추가")
    drop = Both("Drop files here, or choose them", "파일을 여기에 놓거나 고르세요")
    kinds = Both("{kinds}, up to {size} MB each", "{kinds}, 파일당 {size} MB까지")
    sending = Both("Adding {n} of {all}: {name}", "추가하는 중 ({all}개 중 {n}번째): {name}")
    added = Both("Added: {names}", "추가됨: {names}")
    refused = Both("Not added: {name} ({why})", "추가되지 않음: {name} ({why})")
    why_kind = Both("byline does not read files of this kind", "읽을 수 없는 종류의 파일입니다")
    why_empty = Both("the file is empty", "빈 파일입니다")
    why_large = Both("it is larger than {size} MB", "{size} MB보다 큽니다")
    why_kept = Both("it could not be kept on the server", "서버에 저장할 수 없습니다")
    why_lost = Both("the connection broke off", "연결이 끊겼습니다")

    refresh = Both("Bring up to date", "새로 고치기")
    folders = Both(
        "Or put them into {folders}, and bring the index up to date.",
        "또는 {folders}에 넣고 새로 고치세요.",
    )
    stop = Both("Stop indexing", "색인 멈추기")
    preparing = Both("Indexing: looking for what has changed …", "색인 중: 바뀐 것을 찾고 있습니다 …")
    running = Both(
        "Indexing: {done} of {all} MB read, {passages} passages. You can go on asking.",
        "색인 중: {all} MB 중 {done} MB를 읽었고, 구절은 {passages}개입니다. 그동안 계속 질문할 수 있습니다.",
    )
    done = Both(
        "Up to date: {read} read, {unchanged} unchanged, {removed} removed, {skipped} skipped, {seconds} s",
        "최신 상태: 읽음 {read}, 그대로 {unchanged}, 빠짐 {removed}, 건너뜀 {skipped}, {seconds}초",
    )
    interrupted = Both(
        "Stopped: {read} read; the rest is left for the next time.", "멈춤: {read}개를 읽었고 나머지는 다음에 읽습니다."
    )
    broken = Both(
        "something broke inside byline; the terminal that runs it says what",
        "byline 안에서 오류가 났습니다. 실행한 터미널에 내용이 있습니다",
    )
    failed = Both("Indexing failed: {why}", "색인하지 못했습니다: {why}")

    skipped = Both("Skipped files ({n})", "건너뛴 파일 ({n})")
    left_out = Both("Taken out of the index ({n})", "색인에서 뺀 파일 ({n})")
    put_back = Both("Put back", "다시 넣기")
    put_back_of = Both("Put {source} back into the index", "{source}을(를) 색인에 다시 넣기")
    more_left = Both("and {n} more", "그 밖에 {n}개")

    article = Both("Article", "기사")
    choose = Both("Choose an article to read it with its passages.", "기사를 고르면 구절과 함께 볼 수 있습니다.")
    open = Both("Open {title}", "{title} 열기")
    close = Both("Close", "닫기")
    passage = Both("Passage {n} · characters {start}–{end}", "구절 {n} · {start}–{end}자")
    on_page = Both("page {page}", "{page}쪽")
    whole_file = Both("characters {start}–{end} of the file", "파일의 {start}–{end}자")
    furniture = Both("left out of the index: not the article's own words", "색인에 넣지 않음: 기사 본문이 아님")
    further = Both("Show further passages", "구절 더 보기")
    fault = Both("Not read:", "읽지 못함:")
    gone_now = Both("This article is no longer in the index.", "이 기사는 이제 색인에 없습니다.")
    remove = Both("Remove …", "빼기 …")
    remove_upload = Both(
        "Delete the uploaded file {source}? It cannot be undone.",
        "올린 파일 {source}을(를) 지울까요? 되돌릴 수 없습니다.",
    )
    remove_file = Both(
        "Take {source} out of the index? The file stays where it is, and can be put back.",
        "{source}을(를) 색인에서 뺄까요? 파일은 그대로 있고, 다시 넣을 수 있습니다.",
    )
    remove_yes = Both("Yes, remove", "네, 뺍니다")
    remove_no = Both("No, keep it", "아니요, 둡니다")
