"""Questions that lean on the one before, "and what did he say about chips?", where no model makes them complete.

The telling words of what was asked before are searched for too, as in term resolution (Voskarides et al., Query
Resolution for Conversational Search, SIGIR 2020), but chosen by a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.answer import Turn
from rag.checks.people import people
from rag.question import Question

_MOST_TURNS = 3  # that words are taken from
_POINTS_BACK = re.compile(
    r"\b(?:he|him|his|she|hers?|it|its|they|them|theirs?|this|that|these|those|there)\b"
    r"|^\W*(?:and|but|or|so|then|also|(?:what|how) about)\b"
    r"|(?:^|\s)(?:그|이|저)(?:것|곳|때|녀|들|분|쪽)?(?:[은는이가을를의도와과]|에|에게|에서|에는|에서는)?(?=\s|\?|$)"
    r"|(?:^|\s)(?:거기|여기|이들|그들)(?:[은는의도]|에는?|에서는?)?(?=\s|\?|$)"
    r"|^\W*(?:그럼|그러면|그리고|그런데|또)(?=\s)",
    re.IGNORECASE,
)
_THIS_OR_LEE = "이 "
_NAME = re.compile(r"(?<=\S )(?!I\b)[A-Z][\w.-]+")  # not the first word, which is written so in any question


def leans(question: str, before: str = "") -> bool:
    """Whether a question points back, by a pronoun or its first word, and has no name of its own.

    `before` is what was said in the turn before: 이 시장 is "this mayor" or "this market" where that speaks of a 시장,
    and Mayor Lee where it does not.
    """
    for person in people(question):
        office = person.written.removeprefix(_THIS_OR_LEE)
        if office != person.written and office not in before:
            question = question.replace(person.written, office)
    return _POINTS_BACK.search(question) is not None and _NAME.search(question) is None


def words_before(question: Question, history: Sequence[Turn], prepare: Callable[[str], Question]) -> tuple[str, ...]:
    """The telling words of the questions that `question` leans on, which it has not itself; none where it stands alone.

    Args:
        question: the one asked now.
        history: the turns before it, oldest first; words are taken from the last, and from the one before that while
            it leans too.
        prepare: makes a question ready, as the retriever does.
    """
    found: dict[str, str] = {}
    asked = question.text
    for turn in reversed(history[-_MOST_TURNS:]):
        if not leans(asked, f"{turn.question} {turn.answer}"):
            break
        found |= {term.stem: term.word for term in prepare(turn.question).terms}
        asked = turn.question
    own = {term.stem for term in question.terms}
    return tuple(word for stem, word in found.items() if stem not in own)
