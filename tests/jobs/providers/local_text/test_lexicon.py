"""The word data: unpacked once, shared, and mended."""

import threading
from multiprocessing import get_context
from pathlib import Path

import pytest

from jobs.providers.local_text.lexicon import PACKED, Lexicon, unpack


def unpacked(directory: Path) -> list[Path]:
    return sorted(directory.iterdir())


def first_sense(directory: Path) -> str:
    return Lexicon(directory).senses("thrombus", "n")[0].definition


def test_it_knows_senses_spellings_and_parts_of_speech(lexicon: Lexicon) -> None:
    assert lexicon.senses("heart failure", "n")
    assert not lexicon.senses("ejection fraction", "n")
    assert lexicon.spelled("seborrhoea", "n") == "seborrhea"
    assert lexicon.letters("easing").startswith("G")


def test_the_data_are_unpacked_into_one_file(tmp_path: Path) -> None:
    first_sense(tmp_path / "engines")
    first_sense(tmp_path / "engines")
    assert len(unpacked(tmp_path / "engines")) == 1


@pytest.mark.parametrize(
    "damage", [b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 5000]
)
def test_a_damaged_file_is_made_anew(engine_dir: Path, tmp_path: Path, damage: bytes) -> None:
    (tmp_path / unpack(PACKED, engine_dir).name).write_bytes(damage)
    assert "clot" in first_sense(tmp_path)


def test_a_file_cut_off_in_the_middle_is_made_anew(engine_dir: Path, tmp_path: Path) -> None:
    path = unpack(PACKED, engine_dir)
    whole = path.read_bytes()
    (tmp_path / path.name).write_bytes(whole[: len(whole) // 2])
    assert "clot" in first_sense(tmp_path)


def test_several_processes_may_unpack_at_once(tmp_path: Path) -> None:
    with get_context("spawn").Pool(3) as pool:
        found = pool.map(first_sense, [tmp_path] * 3)
    assert all("clot" in definition for definition in found)
    assert len(unpacked(tmp_path)) == 1


def test_threads_share_a_lexicon(engine_dir: Path) -> None:
    lexicon = Lexicon(engine_dir)
    words = ["heart", "cell", "market", "mind"] * 5
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda word=word: found.append(len(lexicon.senses(word, "n"))))
        for word in words
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(words)
    assert all(found)
