"""Reading aloud in front of a microphone, which here is a file that Chromium plays into it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.chromium import launched
from tests.browser.conftest import Visitor
from tests.browser.test_looks import complaints
from tests.speech import as_file, silence, speak

TEXT = "I think the ship is very thick and the red rice is here."
SAID = TEXT.replace("ship", "sheep")


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """With a microphone that hears one reading over and over."""
    heard = tmp_path_factory.mktemp("microphone") / "reading.wav"
    heard.write_bytes(as_file(speak(SAID) + silence(1), rate=48_000))
    with launched(
        playwright,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",
    ) as started:
        yield started


def reading(page: Page) -> Any:
    return page.locator("#reading")


def word(page: Page, text: str) -> Any:
    return page.locator("#reading-words > li").filter(has=page.locator(f"strong:text-is('{text}')"))


def test_a_voice_is_recorded_and_each_word_is_shown_with_its_score(visitor: Visitor) -> None:
    page = visitor.open(permissions=["microphone"])
    page.get_by_label("Text to read").fill(TEXT)
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Stop recording")).to_be_visible()
    expect(page.locator("#record-state")).to_have_text(re.compile(r"Recording: [45] s"))
    page.get_by_role("button", name="Stop recording").click()
    page.get_by_role("button", name="Check my pronunciation").click()

    expect(reading(page)).to_be_visible()
    expect(page.locator("#reading-words > li")).not_to_have_count(0)
    expect(reading(page).get_by_text("Completeness")).to_be_visible()
    assert all(
        re.search(r"\d|left out|not in the text", text)
        for text in page.locator("#reading-words > li").all_inner_texts()
    )


def test_checking_stops_the_recording_which_can_be_heard_again(visitor: Visitor) -> None:
    page = visitor.open(permissions=["microphone"])
    page.evaluate(
        "() => { speechSynthesis.speak = (said) => said.onerror({ error: 'synthesis-failed' }); }"
    )
    page.get_by_role("button", name="Hear it").click()
    expect(page.get_by_role("button", name="no voice")).to_be_visible()
    page.get_by_label("Text to read").fill(TEXT)
    page.get_by_role("button", name="Start recording").click()
    level = page.get_by_role("meter", name="How loud")
    expect(level).to_be_visible()
    expect(page.locator("#record-state")).to_have_text(re.compile(r"Recording: [45] s"))
    assert level.evaluate("(meter) => meter.value") > 0
    page.get_by_role("button", name="Check my pronunciation").click()

    expect(reading(page)).to_be_visible()
    expect(level).to_be_hidden()
    expect(page.get_by_label("Your recording")).to_be_visible()
    page.get_by_label("Your recording").evaluate("(player) => player.play()")
    assert complaints(page) == []


def test_a_second_press_while_the_browser_asks_for_the_microphone_opens_no_second_one(
    visitor: Visitor,
) -> None:
    page = visitor.open(permissions=["microphone"])
    page.evaluate("""() => {
      const devices = navigator.mediaDevices;
      const ask = devices.getUserMedia.bind(devices);
      globalThis.streams = [];
      devices.getUserMedia = async (wanted) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        const stream = await ask(wanted);
        globalThis.streams.push(stream);
        return stream;
      };
    }""")
    page.get_by_role("button", name="Start recording").dblclick()
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator("#record-state")).to_contain_text("Recorded")
    states = page.evaluate("streams.map((stream) => stream.getTracks()[0].readyState)")
    assert states == ["ended"]


def test_a_file_is_judged_sound_by_sound(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "reading.webm"
    file.write_bytes(as_file(speak(SAID), "webm"))
    page = visitor.open()
    page.get_by_label("Text to read").fill(TEXT)
    page.get_by_label("Or choose a recording").set_input_files(file)
    page.get_by_role("button", name="Check my pronunciation").click()

    expect(word(page, "ship")).to_contain_text("mispronounced")
    expect(word(page, "ship").locator(".sound")).to_have_text(["ʃ", "ɪ", "p"])
    expect(word(page, "think")).not_to_contain_text("mispronounced")
    expect(reading(page).get_by_text("Passed", exact=True)).to_be_visible()
    expect(page.locator("#reading-practice")).to_contain_text("ship")


def test_what_is_no_recording_is_said_at_its_field(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "reading.wav"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    page = visitor.open()
    page.get_by_label("Or choose a recording").set_input_files(file)
    page.get_by_role("button", name="Check my pronunciation").click()

    expect(page.locator("#audio-error")).to_contain_text(
        "WAV, MP3, M4A, WebM, OGG, AAC, AMR, CAF, FLAC or AIFF"
    )
    visitor.forgive("415")


def test_silence_is_explained_in_words(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "silence.ogg"
    file.write_bytes(as_file(silence(3), "ogg"))
    page = visitor.open()
    page.get_by_label("Or choose a recording").set_input_files(file)
    page.get_by_role("button", name="Check my pronunciation").click()

    expect(page.locator("#job-problem")).to_contain_text("No speech recognized")
