"""Pronunciation assessment by Azure AI Speech.

https://learn.microsoft.com/azure/ai-services/speech-service/how-to-pronunciation-assessment
"""

import queue
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2

from jobs.errors import AttemptFailed, NoSpeech, ProviderRefused, ProviderTimeout
from jobs.providers.azure_speech.failures import failure_of, interrupted
from jobs.providers.azure_speech.in_time import in_time
from jobs.providers.azure_speech.locales import ASSESSMENT_VERSION, locale_of
from jobs.providers.azure_speech.phrases import assessment_of, phrases_of
from jobs.providers.base import Answer, Usage
from jobs.providers.proxies import Proxies, proxy_of
from jobs.providers.speech import Assessment, Recording
from resilience import sending
from resilience.errors import CallRefused

PROVIDER = "azure"
MODEL = "pronunciation-assessment"
# Azure ends a single utterance after 30 s; what is longer is recognised phrase by phrase.
SINGLE_AT_MOST_SECONDS = 25.0
# So long a reader may pause in one utterance.
PAUSE_AT_MOST_MS = 3000
# The SDK spells it so.
UNTHROTTLED = "SPEECH-TransmitLengthBeforThrottleMs"


@dataclass(frozen=True, slots=True)
class AzureSpeechPolicy:
    """`endpoint` goes before `region`. A call may take `timeout_seconds` beyond the length of its recording."""

    key: str = field(repr=False)
    region: str = ""
    endpoint: str = ""
    timeout_seconds: float = 30.0
    proxies: Proxies = field(default_factory=dict, repr=False)


class AzureSpeechAssessor:
    """One per process; safe for threads. The SDK is loaded at the first call, after any fork."""

    provider = PROVIDER
    model = MODEL
    version = ASSESSMENT_VERSION

    def __init__(self, policy: AzureSpeechPolicy) -> None:
        self._policy = policy

    def ready(self) -> AbstractContextManager[None]:
        """Opens no connection: its first request is the one that Azure admits and counts."""
        import azure.cognitiveservices.speech as sdk

        assert sdk.SpeechConfig
        return nullcontext()

    def assess(self, recording: Recording) -> Answer[Assessment]:
        locale = locale_of(recording.language)
        if locale is None:
            raise ProviderRefused
        session = _Session(self._policy, recording, locale)
        # The SDK waits 70 s for a silent service, and 10 s more when its objects go:
        # https://github.com/Azure-Samples/cognitive-services-speech-sdk/issues/2629
        seconds = self._policy.timeout_seconds + recording.seconds
        try:
            answers = in_time(seconds, "azure-speech", session.run)
        except ProviderTimeout:
            raise interrupted("NoAnswer", session.is_connected) from None
        usage = Usage(audio_seconds=recording.seconds, raw={"audioSeconds": recording.seconds})
        try:
            if not answers:
                raise NoSpeech
            phrases = phrases_of(answers)
        except AttemptFailed as failure:
            failure.usage = usage
            raise
        value = assessment_of(phrases, recording.reference, is_single=_is_single(recording))
        return Answer(value, PROVIDER, MODEL, usage, request_id=phrases[0].Id)


def _is_single(recording: Recording) -> bool:
    return recording.seconds <= SINGLE_AT_MOST_SECONDS


class _Session:
    """One recognition. `run` hands its end over before the SDK's objects are taken down."""

    def __init__(self, policy: AzureSpeechPolicy, recording: Recording, locale: str) -> None:
        self.recording = recording
        self._policy = policy
        self._locale = locale
        self.is_connected = False

    def run(self, ended: "Future[list[str]]") -> None:
        import azure.cognitiveservices.speech as sdk

        try:
            recognizer = self._recognizer(sdk)
            connection = sdk.Connection.from_recognizer(recognizer)
            connection.connected.connect(lambda _: setattr(self, "is_connected", True))
            is_single = _is_single(self.recording)
            recognize = self._once if is_single else self._phrase_by_phrase
            sending.begins()
            # To recognize opens one as well, half a second later.
            connection.open(not is_single)
            ended.set_result(recognize(sdk, recognizer))
        except (AttemptFailed, CallRefused) as failure:
            ended.set_exception(failure)
        except (RuntimeError, ValueError) as error:
            # Its text has the SDK's own stack in it.
            ended.set_exception(interrupted(type(error).__name__, self.is_connected))

    def _recognizer(self, sdk: Any) -> Any:
        stream_format = sdk.audio.AudioStreamFormat(16_000, 16, 1)
        stream = sdk.audio.PushAudioInputStream(stream_format)
        stream.write(self.recording.pcm)
        stream.close()
        config = self._config(sdk)
        recognizer = sdk.SpeechRecognizer(config, sdk.audio.AudioConfig(stream=stream))
        wanted = sdk.PronunciationAssessmentConfig(
            reference_text=self.recording.reference,
            grading_system=sdk.PronunciationAssessmentGradingSystem.HundredMark,
            granularity=sdk.PronunciationAssessmentGranularity.Phoneme,
            enable_miscue=_is_single(self.recording),
        )
        wanted.phoneme_alphabet = "IPA"
        wanted.apply_to(recognizer)
        return recognizer

    def _config(self, sdk: Any) -> Any:
        key, endpoint = self._policy.key, self._policy.endpoint
        if not endpoint:
            config = sdk.SpeechConfig(subscription=key, region=self._policy.region)
        elif urlsplit(endpoint).path.strip("/") or "azure.com" in endpoint:
            config = sdk.SpeechConfig(subscription=key, endpoint=endpoint)
        else:
            config = sdk.SpeechConfig(subscription=key, host=endpoint.rstrip("/"))
        address = endpoint or f"https://{self._policy.region}.stt.speech.microsoft.com"
        if proxy := proxy_of(httpx2.URL(address), self._policy.proxies):
            port = proxy.url.port or 80
            config.set_proxy(proxy.url.host, port, *(proxy.auth or ("", "")))
        config.speech_recognition_language = self._locale
        config.set_property(
            sdk.PropertyId.Speech_SegmentationSilenceTimeoutMs, str(PAUSE_AT_MOST_MS)
        )
        # Else the SDK sends at twice the speed of a live voice.
        config.set_property_by_name(UNTHROTTLED, str(round(self.recording.seconds * 1000) + 1))
        return config

    def _once(self, sdk: Any, recognizer: Any) -> list[str]:
        result = recognizer.recognize_once_async().get()
        if result.reason == sdk.ResultReason.Canceled:
            raise failure_of(result.cancellation_details, self.is_connected)
        return _phrases(sdk, [result])

    def _phrase_by_phrase(self, sdk: Any, recognizer: Any) -> list[str]:
        results: list[Any] = []
        ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        recognizer.recognized.connect(lambda event: results.append(event.result))
        recognizer.canceled.connect(lambda event: ended.put(event.cancellation_details))
        recognizer.session_stopped.connect(lambda _: ended.put(None))
        recognizer.start_continuous_recognition_async().get()
        details = ended.get()
        if details and details.reason == sdk.CancellationReason.Error:
            raise failure_of(details, self.is_connected)
        return _phrases(sdk, results)


def _phrases(sdk: Any, results: list[Any]) -> list[str]:
    """The service's own JSON of each phrase in which something was recognised."""
    return [
        result.properties.get(sdk.PropertyId.SpeechServiceResponse_JsonResult)
        for result in results
        if result.reason == sdk.ResultReason.RecognizedSpeech
    ]
