"""What a learner is told about a reading: one sentence for each score, and a suggestion for each word that went wrong."""

from typing_extensions import TypedDict

from jobs.providers.speech import Assessment, WordError, WordScore

PASS_MARK = 60.0
# A sentence for a score of at least 90, 75 and 60, and for one below.
BANDS = (90.0, 75.0, PASS_MARK)
OVERALL = (
    "Excellent pronunciation!",
    "Good job! Your pronunciation is clear.",
    "Not bad, but there's room for improvement.",
    "Keep practicing! Pronunciation needs work.",
)
ACCURACY = (
    "Your pronunciation of individual sounds is excellent!",
    "Most sounds are pronounced correctly.",
    "Some sounds need improvement.",
    "Focus on pronouncing each sound clearly.",
)
FLUENCY = (
    "Very natural and smooth delivery!",
    "Good rhythm and flow.",
    "Try to speak more smoothly.",
    "Practice speaking more naturally.",
)
LOW_SCORE = "LowScore"
# A word that everybody knows for each sound of English.
EXAMPLES = {
    **{"i": "see", "ɪ": "sit", "eɪ": "day", "ɛ": "bed", "æ": "cat", "ɑ": "father", "ɔ": "law"},
    **{"oʊ": "go", "ʊ": "book", "u": "food", "ʌ": "cup", "ə": "about", "ɝ": "bird", "aɪ": "my"},
    **{"aʊ": "now", "ɔɪ": "boy", "p": "pen", "b": "big", "t": "tea", "d": "dog", "k": "key"},
    **{"g": "go", "f": "five", "v": "very", "θ": "think", "ð": "this", "s": "sun", "z": "zoo"},
    **{"ʃ": "she", "ʒ": "measure", "h": "hat", "t͡ʃ": "chair", "d͡ʒ": "job", "m": "man"},
    **{"n": "no", "ŋ": "sing", "l": "leg", "ɹ": "red", "w": "we", "j": "yes"},
}
SUGGESTIONS: dict[WordError | str, str] = {
    "Mispronunciation": 'Practice saying "{word}" slowly, sound by sound.',
    "Omission": 'You left out "{word}". Read every word of the text.',
    "Insertion": '"{word}" is not in the text. Read only what is written.',
    LOW_SCORE: 'Say "{word}" more clearly.',
}
INSTEAD = " You said /{heard}/, the text has /{wanted}/."
WEAKEST_SOUND = " Listen to the sound /{phoneme}/{example}."
WEAK_BELOW = 60.0
# The share of words with an issue from which on a reading is no good one.
MANY = 0.25


class WordIssue(TypedDict):
    word: str
    issue: str
    score: float
    suggestion: str


class Feedback(TypedDict):
    overall: str
    accuracy: str
    fluency: str
    wordIssues: list[WordIssue]


def feedback_on(assessment: Assessment) -> Feedback:
    issues = [
        _issue(word)
        for word in assessment.words
        if word.error != "None" or word.accuracy < PASS_MARK
    ]
    at_best = _best_praise(assessment, issues)
    flow_at_best = int(assessment.pronunciation < PASS_MARK)
    return Feedback(
        overall=_sentence(OVERALL, assessment.pronunciation, at_best),
        accuracy=_sentence(ACCURACY, assessment.accuracy, at_best),
        fluency=_sentence(FLUENCY, assessment.fluency, flow_at_best),
        wordIssues=issues,
    )


def _best_praise(assessment: Assessment, issues: list[WordIssue]) -> int:
    """Nobody is called excellent above a word that is marked, or good above many: what is said agrees with what is shown."""
    if not issues:
        return 0
    return 2 if len(issues) > MANY * len(assessment.words) else 1


def _sentence(sentences: tuple[str, ...], score: float, at_best: int = 0) -> str:
    reached = next((n for n, band in enumerate(BANDS) if score >= band), len(BANDS))
    return sentences[max(reached, at_best)]


def _issue(word: WordScore) -> WordIssue:
    issue = LOW_SCORE if word.error == "None" else word.error
    suggestion = SUGGESTIONS[issue].format(word=word.word)
    wanted = "".join(phoneme.phoneme for phoneme in word.phonemes)
    if word.heard and wanted and word.heard != wanted:
        suggestion += INSTEAD.format(heard=word.heard, wanted=wanted)
    # Of a word that was not said at all no sound is the weakest.
    said = word.phonemes if word.accuracy else ()
    weakest = min(said, key=lambda phoneme: phoneme.accuracy, default=None)
    if weakest and weakest.phoneme and weakest.accuracy < WEAK_BELOW:
        example = EXAMPLES.get(weakest.phoneme, "")
        suggestion += WEAKEST_SOUND.format(
            phoneme=weakest.phoneme, example=example and f' as in "{example}"'
        )
    return WordIssue(word=word.word, issue=issue, score=word.accuracy, suggestion=suggestion)
