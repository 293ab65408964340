"""A server on the loopback that speaks Azure's speech websocket to the real SDK, with faults.

In a test:        with FakeAzureSpeech() as server: server.fault = "429"; server.endpoint
By hand:          python -m tests.fakes.azure_speech_server --port 0 --engine local

The messages are those that the SDK sends and accepts; they are no recordings of the service.
"""

import argparse
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from jobs.providers.base import Language
from jobs.providers.speech import Assessment, PhonemeScore, Recording, WordScore
from tests.fakes.commands import serve_until_told

RIFF_HEADER_BYTES = 44
TICKS = 10_000_000
LEFT_OVER_SECONDS = 0.05
BYTES_PER_SECOND = 32_000
REFUSED = ("400", "401", "403", "404", "408", "429", "500", "503")
FAULTS = (*REFUSED, "drop", "hang", "no-phrase", "no-match", "error", "bad-json", "no-scores")

Judge = Callable[[Recording], Assessment]


@dataclass
class Served:
    """One recognition: what the SDK asked for, and the audio that it sent."""

    path: str
    key: str
    language: str
    behaviour: str = ""
    wanted: dict[str, Any] = field(default_factory=dict)
    pcm: bytes = b""

    @property
    def reference(self) -> str:
        return str(self.wanted.get("referenceText", ""))


def everything_right(recording: Recording) -> Assessment:
    words = tuple(
        WordScore(word.lower().strip(".,!?"), 95.0, "None", (PhonemeScore("ə", 95.0),))
        for word in recording.reference.split()
    )
    return Assessment(95.0, 97.0, 100.0, 95.8, recording.reference, words)


@dataclass
class FakeAzureSpeech:
    """Does to each connection what `fault` says: one of FAULTS, or nothing for an answer.

    A fault lasts until it is taken away: the SDK connects again by itself, up to five times.
    `judge` makes the answers: the local engine, so that the whole way of the cloud is gone without a cloud.
    `phrases`: into how many of them an answer is cut, as the service does at pauses.
    """

    port: int = 0
    key: str | None = None
    judge: Judge = everything_right
    phrases: int = 1
    fault: str = ""
    served: list[Served] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self._server = serve(
            self._talk,
            "127.0.0.1",
            self.port,
            process_request=self._receive,
            max_size=None,
            compression=None,
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def endpoint(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _receive(self, connection: ServerConnection, request: Request) -> Response | None:
        """The upgrade: refused, or taken down as one recognition."""
        self.arrived.append(time.monotonic())
        key = request.headers.get("Ocp-Apim-Subscription-Key", "")
        language = parse_qs(urlsplit(request.path).query).get("language", [""])[0]
        served = Served(request.path, key, language)
        served.behaviour = behaviour = "401" if self.key and key != self.key else self.fault
        self.served.append(served)
        connection.served = served  # type: ignore[attr-defined]  # for _talk
        if behaviour not in REFUSED:
            return None
        body = json.dumps({"error": {"code": behaviour, "message": f"no: {key}"}})
        refusal = connection.respond(HTTPStatus(int(behaviour)), body)
        refusal.headers["Retry-After"] = "2"
        return refusal

    def _talk(self, connection: ServerConnection) -> None:
        served: Served = connection.served  # type: ignore[attr-defined]  # of _receive
        try:
            _Turn(self, connection, served).run()
        except ConnectionClosed:
            pass


class _Turn:
    def __init__(self, fake: FakeAzureSpeech, connection: ServerConnection, served: Served) -> None:
        self._fake = fake
        self._connection = connection
        self._served = served
        self._request = ""
        self._begun = False

    def run(self) -> None:
        audio = bytearray()
        for message in self._connection:
            headers, body = _parse(message)
            self._request = headers.get("x-requestid", self._request)
            if headers["path"] == "speech.context":
                detection = json.loads(body).get("phraseDetection", {})
                enrichment = detection.get("enrichment", {})
                self._served.wanted = enrichment.get("pronunciationAssessment", {})
            if headers["path"] == "audio":
                self._begin()
                audio += body
                if not body:
                    self._end(bytes(audio[RIFF_HEADER_BYTES:]))
                    audio.clear()

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        if self._served.behaviour == "hang":
            self._fake.stopping.wait()
            return
        self._send("turn.start", {"context": {"serviceTag": uuid.uuid4().hex}})
        self._send("speech.startDetected", {"Offset": 0})
        if self._served.behaviour == "drop":
            self._connection.close(1011, "internal error")

    def _end(self, pcm: bytes) -> None:
        seconds = len(pcm) / BYTES_PER_SECOND
        self._send("speech.endDetected", {"Offset": int(seconds * TICKS)})
        # Behind the last phrase the SDK sends what is left, which is nothing to judge.
        if seconds > LEFT_OVER_SECONDS:
            self._served.pcm = pcm
            for phrase in self._phrases(seconds):
                self._send("speech.phrase", phrase)
        if "/conversation/" in self._served.path:
            end = {"RecognitionStatus": "EndOfDictation", "Offset": int(seconds * TICKS)}
            self._send("speech.phrase", {**end, "Duration": 0})
        self._send("turn.end", {})
        self._begun = False

    def _phrases(self, seconds: float) -> list[Any]:
        length = {"Offset": 0, "Duration": int(seconds * TICKS)}
        match self._served.behaviour:
            case "no-phrase":
                self._fake.stopping.wait()
                return []
            case "no-match":
                return [{"RecognitionStatus": "InitialSilenceTimeout", **length}]
            case "error":
                return [{"RecognitionStatus": "Error", **length}]
            case "bad-json":
                return ['{"RecognitionStatus":"Success","NBest":[{']
            case "no-scores":
                best = {"Confidence": 0.9, "Lexical": "hello", "Display": "Hello."}
                return [{"RecognitionStatus": "Success", "NBest": [best], **length}]
        language = Language(self._served.language, self._served.language)
        recording = Recording(self._served.pcm, self._served.reference, language)
        return phrases_of(self._fake.judge(recording), seconds, self._fake.phrases)

    def _send(self, path: str, content: Any) -> None:
        body = content if isinstance(content, str) else json.dumps(content)
        self._connection.send(
            f"X-RequestId:{self._request}\r\nContent-Type:application/json; charset=utf-8\r\n"
            f"Path:{path}\r\n\r\n{body}"
        )


def phrases_of(assessment: Assessment, seconds: float, count: int) -> list[dict[str, Any]]:
    """Of the words that were said; omissions are told in a single phrase only."""
    words = [w for w in assessment.words if count == 1 or w.error != "Omission"]
    size = -(-len(words) // count)
    scores = {
        "AccuracyScore": assessment.accuracy,
        "FluencyScore": assessment.fluency,
        "CompletenessScore": assessment.completeness,
        "PronScore": assessment.pronunciation,
    }
    return [
        _phrase(words[start : start + size], scores, seconds / count, number)
        for number, start in enumerate(range(0, len(words), size or 1))
    ]


def _phrase(
    words: list[WordScore], scores: dict[str, float], seconds: float, number: int
) -> dict[str, Any]:
    duration = int(seconds / max(1, len(words)) * TICKS)
    text = " ".join(word.word for word in words)
    best = {
        "Confidence": 0.97,
        **dict.fromkeys(("Lexical", "ITN", "MaskedITN"), text.lower()),
        "Display": text,
        "PronunciationAssessment": scores,
        "Words": [
            {
                "Word": word.word,
                "Offset": 0,
                "Duration": duration,
                "PronunciationAssessment": {
                    "AccuracyScore": word.accuracy,
                    "ErrorType": word.error,
                },
                "Phonemes": [
                    {
                        "Phoneme": phoneme.phoneme,
                        "PronunciationAssessment": {"AccuracyScore": phoneme.accuracy},
                        "Offset": 0,
                        "Duration": duration,
                    }
                    for phoneme in word.phonemes
                ],
            }
            for word in words
        ],
    }
    return {
        "Id": f"phrase-{number + 1}",
        "RecognitionStatus": "Success",
        "Offset": int(number * seconds * TICKS),
        "Duration": int(seconds * TICKS),
        "Channel": 0,
        "DisplayText": text,
        "NBest": [best],
    }


def _parse(message: str | bytes) -> tuple[dict[str, str], bytes]:
    """Headers in lower case, and the body: text frames have them as lines, binary ones with a length before."""
    if isinstance(message, str):
        head, _, rest = message.partition("\r\n\r\n")
        body = rest.encode()
    else:
        size = int.from_bytes(message[:2], "big")
        head, body = message[2 : 2 + size].decode(), message[2 + size :]
    lines = (line.partition(":") for line in head.split("\r\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in lines}, body


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--engine", choices=["right", "local"], default="right")
    given = parser.parse_args()
    judge = everything_right
    if given.engine == "local":
        from jobs.providers.local_speech.assessor import LocalSpeechAssessor

        engine = LocalSpeechAssessor()
        judge = lambda recording: engine.assess(recording).value  # noqa: E731
    serve_until_told(FakeAzureSpeech(given.port, judge=judge), lambda started: started.endpoint)


if __name__ == "__main__":
    main()
