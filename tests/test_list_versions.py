"""Items of one page: a long and a short version count as one, two that share phrases do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.article import Passage
from index.document import Reader
from index.language import ArticleLanguages
from index.meaning import SentenceEncoder
from index.sentences import SentenceSplitter
from rag.answer import Retrieved
from tests import rankings

# Each page: a short version, the long one in other words, and two items that share their phrases.
FREIGHT = """Press releases

Transport
Province opens the Sori valley tram to freight at night
The province will let freight cars run on the Sori valley tram line between midnight and 4 a.m. from 3 March, \
after a trial in which 46 loads reached the market without delay.
date2024-11-12

Transport
Night freight allowed on the Sori valley tram line
From 3 March the province will let freight cars run on the Sori valley tram line between midnight and 4 a.m. A \
trial in which 46 loads reached the market without delay came before the decision. The director of transport, \
Han Bora, said the line stands idle for a third of the day and that the growers of Jinan had asked for it twice. \
Residents of the old town were promised rubber pads under 900 metres of rail, and a council of neighbours will \
meet the operator every second month.
date2024-11-12

Fisheries
Minister Gu meets the guild of divers
Fisheries Minister Gu Ilhan of the province met the guild of divers and discussed the price of sea squirts and \
the age of retirement.
date2024-11-11

Fisheries
Minister Gu receives the envoy of Port Elia
Fisheries Minister Gu Ilhan of the province met the envoy of Port Elia and discussed the landing fees and the \
hours of the harbour.
date2024-11-08
"""
TRAM = """보도자료

교통
소리골 전차 선로에 심야 화물 운행 허용
도는 3월 3일부터 자정에서 오전 4시 사이 소리골 전차 선로에 화물차를 달리게 한다고 밝혔다. 시범 운행에서 화물 \
46건이 늦지 않고 시장에 닿았다.
등록일 2024-11-12

교통
소리골 전차, 밤에는 화물 나른다
도는 소리골 전차 선로에 3월 3일부터 자정에서 오전 4시 사이 화물차를 달리게 한다고 12일 밝혔다. 앞서 시범 \
운행에서는 화물 46건이 늦지 않고 모두 시장에 닿았다. 한보라 교통국장은 선로가 \
하루의 3분의 1을 비어 있고 진안 농가가 두 차례 요청했다고 설명했다. 구도심 주민에게는 선로 900m 아래 고무판을 \
깔기로 했고 주민 협의회가 두 달에 한 번 운영사와 만난다.
등록일 2024-11-12

수산
구일한 장관, 해녀회 면담
구일한 수산장관은 해녀회를 만나 멍게값과 은퇴 나이를 두고 의견을 나눴다고 밝혔다.
등록일 2024-11-11

수산
구일한 장관, 엘리아항 사절 접견
구일한 수산장관은 엘리아항 사절을 만나 접안료와 항구 이용 시간을 두고 의견을 나눴다고 밝혔다.
등록일 2024-11-08
"""
LIBRARIES = """Notices

Libraries
Two branch libraries stay open until ten from December
The branches in Nam and Buk stay open until 10 p.m. on weekdays from 2 December, the city said. Students asked \
for it in a petition with 1,204 names.
Posted: 14 November 2024

Libraries
Longer evenings at the branches in Nam and Buk
On weekdays from 2 December the branch libraries in Nam and Buk will stay open until 10 p.m. Students had asked \
for this in a petition that carried 1,204 names. Four librarians are hired for the late shift, and the reading \
rooms get lockers with sockets. The main library keeps its hours, since its heating is being replaced until \
spring.
Posted: 14 November 2024

Parks
Deputy mayor Yoo opens the dog run at Hyang park
Deputy mayor Yoo Sera opened the dog run at Hyang park on Wednesday, thanked the volunteers and promised lamps \
and a water tap by spring.
Posted: 13 November 2024

Parks
Deputy mayor Yoo opens the rose garden at Bora park
Deputy mayor Yoo Sera opened the rose garden at Bora park on Tuesday, thanked the donors and promised benches \
and a footpath by spring.
Posted: 12 November 2024
"""
# The short version's sentences stand at both ends of the long one.
BUOYS = """Press releases

Harbours
Wave buoys to warn the Jinan ferries from April
The province will moor eleven wave buoys between Jinan and the outer islands and send their readings to the ferries \
every two minutes. Captains may then cancel a crossing by themselves once the waves reach 2.5 metres, the harbour \
office said.
date2024-11-12

Harbours
Eleven wave buoys between Jinan and the outer islands
The province will moor eleven wave buoys between Jinan and the outer islands, which send their readings to the ferries \
every two minutes. The buoys of the old kind told of the waves once an hour, and a crew had to row out to them after \
each storm. A yard in Munrim builds the new ones from hulls of fishing boats that were taken out of service, and the \
school of navigation will look after them together with its pupils. The office tried three of them last winter off \
the lighthouse, where two were covered with ice and went on working. Captains may cancel a crossing by themselves \
once the waves reach 2.5 metres, the harbour office said. The first season starts in April.
date2024-11-12

Fisheries
Minister Gu meets the guild of divers
Fisheries Minister Gu Ilhan of the province met the guild of divers and discussed the price of sea squirts and \
the age of retirement.
date2024-11-11
"""


def items(reader: Reader, page: str) -> list[Passage]:
    found = list(reader.read(page.encode(), "list.txt").passages)
    assert len({one.article for one in found}) == len(found) == 4
    return found


def chosen(passages: Sequence[Passage], encoder: SentenceEncoder) -> tuple[Retrieved, ...]:
    return rankings.chosen(passages, [-rank for rank in range(len(passages))], encoder=encoder)


@pytest.mark.parametrize("page", [FREIGHT, TRAM, LIBRARIES], ids=["freight", "tram", "libraries"])
@pytest.mark.parametrize("short_first", [True, False])
def test_a_long_and_a_short_version_of_an_item_are_one_result_that_shows_the_long_one(
    reader: Reader, encoder: SentenceEncoder, page: str, short_first: bool
) -> None:
    short, long, *_ = items(reader, page)

    (one,) = chosen([short, long] if short_first else [long, short], encoder)

    assert one.passage == long
    (place,) = one.also_in
    assert short.span.start <= place.start < place.end <= short.span.end


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 0, 1), (1, 2, 0)])
def test_a_short_version_that_the_long_one_has_in_several_passages_is_no_result(
    splitter: SentenceSplitter, encoder: SentenceEncoder, order: tuple[int, ...]
) -> None:
    reader = Reader(splitter, ArticleLanguages(), target=250)
    short, *long = reader.read(BUOYS.encode(), "list.txt").passages[:3]
    assert short.article != long[0].article == long[1].article

    found = chosen([[short, *long][at] for at in order], encoder)

    assert sorted(one.passage.span.start for one in found) == [one.span.start for one in long]
    assert [place.start for one in found for place in one.also_in] == [short.span.start]


@pytest.mark.parametrize("page", [FREIGHT, TRAM, LIBRARIES], ids=["freight", "tram", "libraries"])
def test_items_that_share_their_phrases_are_results_of_their_own(
    reader: Reader, encoder: SentenceEncoder, page: str
) -> None:
    *_, first, second = items(reader, page)

    assert [one.passage for one in chosen([first, second], encoder)] == [first, second]
