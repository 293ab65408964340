"""From a recording to its assessment through real processes: with the built-in engine, and with Azure at the wire."""

from jobs.providers.guarded import FELL_BACK
from tests.clients import Answer, form
from tests.fakes.azure_speech_server import FakeAzureSpeech
from tests.speech import as_file, noise, silence, speak
from tests.stack import Stack, running_stack

TEXT = "I think the ship is very thick and the red rice is here."


def hand_in(
    stack: Stack, pcm: bytes, text: str = TEXT, ending: str = "webm", **headers: str
) -> Answer:
    files = {"audio": [("reading.wav", as_file(pcm, ending))]}
    body, content_type = form(files, referenceText=text)
    return stack.client("ann").post(
        "/api/pronunciation-assess", body, Content_Type=content_type, **headers
    )


def test_a_recording_is_assessed_and_then_removed(stack: Stack) -> None:
    job_id = hand_in(stack, speak(TEXT.replace("ship", "sheep"))).json["jobId"]

    ended = stack.ended("ann", job_id)
    words = {word["word"]: word for word in ended["result"]["assessment"]["words"]}
    assert (ended["kind"], ended["queue"]) == ("pronunciation", "audio-jobs")
    assert ended["result"]["provider"] == "local"
    assert ended["result"]["assessment"]["passed"]
    assert words["ship"]["errorType"] == "Mispronunciation"
    assert "ship" in [issue["word"] for issue in ended["result"]["feedback"]["wordIssues"]]
    assert not list(stack.data_dir.glob(f"**/{job_id}/*"))


def test_silence_and_noise_end_as_no_speech(stack: Stack) -> None:
    for pcm in (silence(20), noise(5)):
        ended = stack.ended("ann", hand_in(stack, pcm, ending="ogg").json["jobId"])

        assert (ended["status"], ended["code"], ended["retryable"]) == (
            "failed",
            "NO_SPEECH",
            False,
        )
        assert "No speech recognized" in ended["error"]


def test_a_client_that_waits_is_told_what_is_wrong_with_its_recording(stack: Stack) -> None:
    answer = hand_in(stack, silence(61), ending="ogg", Prefer="wait=30")

    assert (answer.status, answer.json["code"]) == (422, "UNREADABLE_FILE")
    assert "60 seconds" in answer.json["error"]


def test_a_cloud_in_trouble_is_stood_in_for_by_the_built_in_engine() -> None:
    with FakeAzureSpeech() as azure:
        environment = {
            "AZURE_SPEECH_KEY": "key",
            "AZURE_SPEECH_ENDPOINT": azure.endpoint,
            "FALLBACK_SPEECH": "local",
            "BREAKER_AZURE_SPEECH_CONSECUTIVE_FAILURES": "1",
            "RETRY_BASE_SECONDS": "0.1",
        }
        with running_stack(**environment) as stack:
            by_cloud = stack.ended("ann", hand_in(stack, speak(TEXT)).json["jobId"])
            azure.fault = "503"
            stood_in = stack.ended("ann", hand_in(stack, speak("The red rice.")).json["jobId"])

    assert by_cloud["result"]["provider"] == "azure"
    assert by_cloud["result"]["assessment"]["pronunciationScore"] == 95.8
    assert stood_in["result"]["provider"] == "local"
    assert stood_in["result"]["warnings"] == [FELL_BACK]
