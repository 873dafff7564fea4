"""Why a file, or a line of it, is not in the index."""

from __future__ import annotations

from rag.web.phrases.both import Both

FILES = (
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
        "it has a text of more than {size} MB without a tag; save it as a text file (.txt)",
        "태그 없이 {size} MB가 넘게 이어지는 글이 있습니다. 텍스트 파일(.txt)로 저장하세요",
    ),
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
    Both("it is no regular file", "일반 파일이 아닙니다"),
    Both("it is a link out of the folder", "폴더 밖을 가리키는 링크입니다"),
    Both("its name is not UTF-8; rename it", "이름이 UTF-8이 아닙니다. 이름을 바꾸세요"),
    Both("Is a directory", "폴더입니다"),
    Both("Permission denied", "읽을 권한이 없습니다"),
    Both("No such file or directory", "파일이 없습니다"),
)
