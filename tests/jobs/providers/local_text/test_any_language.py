"""Lists of words in languages that no library here has a dictionary of."""

from pathlib import Path

import pytest

from jobs.providers.base import CardsRequest, Language
from jobs.providers.local_text.model import LocalTextModel

ENGLISH = Language("en", "English")
LISTS = {
    "ja": "りんご - apple\nみかん - orange\nぶどう - grape",
    "ko": "강아지 - dog\n고양이 - cat\n자동차 - car",
    "vi": "con chó - dog\ncon mèo - cat\nngôi nhà - house",
    "no": "hund - dog\nkatt - cat\nhus - house",
}


@pytest.mark.parametrize("code", LISTS)
def test_pairs_become_cards_whichever_language_is_learned(tmp_path: Path, code: str) -> None:
    model = LocalTextModel(tmp_path, tmp_path)
    other = Language(code, code)

    for native, target in ((ENGLISH, other), (other, ENGLISH)):
        request = CardsRequest(
            content=LISTS[code],
            subject="Animals",
            topic=None,
            native=native,
            target=target,
            at_least=1,
            at_most=40,
        )
        assert len(model.cards(request).value) == 3
