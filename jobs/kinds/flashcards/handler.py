"""Study text in, flashcards out: part by part, then checked as one set."""

import math
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, NotRequired, cast

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    DeadlineExceeded,
    NoTerms,
    UnusableAnswer,
    UnusableInput,
)
from jobs.handler import JobContext
from jobs.kinds.flashcards.asking import SPARE, offers_more, parts_of, plan
from jobs.kinds.flashcards.card_set import AT_LEAST, AT_MOST, CardSet, card_set
from jobs.kinds.flashcards.duplicates import KNOWN, front_key, standing_in
from jobs.kinds.flashcards.partial_cards import PartialCards
from jobs.kinds.flashcards.sources import Source, source_of
from jobs.kinds.study.model_calls import ModelCalls
from jobs.kinds.study.splitting import in_turn
from jobs.kinds.study.text import StudyInput, StudyText, topic_of
from jobs.providers.base import Answer, BackSource, Card, CardKind, CardsRequest, Degraded, Language
from jobs.study_text.coverage import Coverage, coverage
from profiles.content import CARD_FIELDS, CardFields
from resilience.errors import CallRefused

FEW_TERMS = "The text holds fewer terms worth learning than a full set needs."
ALL_KEPT = "Of every term that was found in this text a card is kept already."
FEW_USABLE = "These are fewer cards than usual, since not all that were made could be used."
PART_SKIPPED = "No cards could be made from part {part} of {parts} of the text."
ENDED = "The work ended at part {part} of {parts} of the text; these are the cards made until then. {reason}"

CARDS = TypeAdapter(list[Card])


class FlashcardsInput(StudyInput):
    """`atMost` is absent from jobs that an earlier version wrote down. `pageStarts`: where the pages of a file begin in its text."""

    atMost: NotRequired[int]
    known: NotRequired[list[str]]
    pageStarts: NotRequired[list[int]]


class Flashcard(CardFields):
    """`source` is absent where nothing of the card stands in the text, as when only a translation of it does."""

    backSource: BackSource
    kind: CardKind
    source: NotRequired[Source]


class FlashcardsResult(TypedDict):
    success: Literal[True]
    flashcards: list[Flashcard]
    tokenUsage: int
    topics: list[str]
    provider: str
    model: str
    coverage: Coverage
    shortfall: NotRequired[bool]
    degraded: NotRequired[Degraded]
    warnings: NotRequired[list[str]]


def make_flashcards(inputs: FlashcardsInput, context: JobContext) -> FlashcardsResult:
    """Raises AttemptFailed; UnusableAnswer if no card passes the rules."""
    draft = CardsDraft(inputs, context)
    context.progress(5, "Reading the text")
    draft.ask_for_parts()
    checked = draft.checked()
    if len(checked.cards) < AT_LEAST:
        draft.ask_for_more(checked)
        checked = draft.checked()
    if not checked.cards:
        raise draft.nothing(UnusableAnswer())
    draft.report(95, "Checked the cards")
    return draft.result(checked)


class CardsDraft:
    """The calls of one job and what they have brought so far."""

    def __init__(self, inputs: FlashcardsInput, context: JobContext) -> None:
        self._inputs = inputs
        self._context = context
        self._topic = topic_of(inputs)
        self._at_most = inputs.get("atMost", AT_MOST)
        self._native = Language(**inputs["nativeLanguage"])
        self._target = Language(**inputs["targetLanguage"])
        self._text = StudyText(inputs["content"], self._native, self._target)
        engine, text = context.text, self._text.clean
        self._known = standing_in(text, inputs.get("known", ()))
        self._plan = plan(len(text), self._at_most, engine.cards_at_once, engine.part_characters)
        self._parts = parts_of(text, self._plan.parts, engine.part_characters)
        self._calls = ModelCalls(context)
        has_several = self._plan.parts * self._plan.calls > 1
        self._partial = PartialCards(context, self._text, self._topic, self._flashcard, has_several)
        self._answers: list[list[Card]] = []
        self._failures: list[AttemptFailed] = []
        count = len(set(self._known.values()))
        self._warnings = [KNOWN.format(count=count)] if count else []
        self._has_ended = False

    def ask_for_parts(self) -> None:
        """A part that holds nothing, or is refused, spoils only itself. What has ended the work spoils nothing that is made."""
        count = len(self._parts)
        for number, part in enumerate(self._parts, start=1):
            try:
                self._ask_for_part(f"cards-{number}-of-{count}", part)
            except (AttemptFailed, CallRefused) as failure:
                self._end_with(failure)
                self._warnings.append(ENDED.format(part=number, parts=count, reason=failure))
                return
            if not self._answers[-1]:
                self._warnings.append(PART_SKIPPED.format(part=number, parts=count))
            self.report(5 + 75 * number // count, f"Read part {number} of {count}")
        if not any(self._answers):
            raise self.nothing(self._failures[0])

    def nothing(self, failure: AttemptFailed) -> AttemptFailed:
        """Why there are no cards. None were looked for of what is kept, and made of it all the same they do not count."""
        fronts = (front_key(card.front) for answer in self._answers for card in answer)
        is_empty = isinstance(failure, NoTerms)
        if self._known and (is_empty or any(front in self._known for front in fronts)):
            return UnusableInput(ALL_KEPT)
        return failure

    def report(self, percent: int, message: str) -> None:
        """At the deadline the next step is refused: what is made is kept."""
        with suppress(DeadlineExceeded):
            self._context.progress(percent, message)

    def _end_with(self, failure: AttemptFailed | CallRefused) -> None:
        """Raises it, unless the job has cards and would not be tried again."""
        if not any(self._answers) or self._context.is_tried_again(failure):
            raise failure
        self._context.left_out(failure)
        self._has_ended = True

    def _ask_for_part(self, step: str, part: str) -> None:
        made = list[Card]()
        self._answers.append(made)
        at_least = math.ceil(AT_LEAST / len(self._parts))
        for number in range(1, self._plan.calls + 1):
            asked = min(self._plan.at_once, self._plan.share - len(made))
            request = self._request(part, at_least, asked, made)
            cards = self._ask(step if number == 1 else f"{step}-more-{number}", request)
            has_more = offers_more(part, asked, cards, made)
            made += cards
            if not has_more or len(made) >= self._plan.share:
                return
            at_least = 1

    def ask_for_more(self, checked: CardSet) -> None:
        """Once, for what is missing; a set that stays small is better than none."""
        if self._has_ended:
            return
        missing = AT_LEAST - len(checked.cards)
        part = max(self._parts, key=len)
        request = self._request(part, missing, missing + SPARE, checked.cards)
        self.report(85, "Looking for more terms")
        try:
            self._answers.append(self._ask("cards-missing", request))
        except (AttemptFailed, CallRefused) as failure:
            self._end_with(failure)

    def checked(self) -> CardSet:
        # In turn from every answer, so that the first part of a long text does not fill the set.
        return card_set(in_turn(self._answers), self._text, self._topic, self._at_most, self._known)

    def result(self, checked: CardSet) -> FlashcardsResult:
        engine = self._calls.engine
        flashcards = [self._flashcard(card) for card in checked.cards]
        result = FlashcardsResult(
            success=True,
            flashcards=flashcards,
            tokenUsage=self._calls.tokens,
            topics=checked.topics,
            provider=engine.provider,
            model=engine.model,
            coverage=coverage(
                self._text.blocks, [c["source"]["start"] for c in flashcards if "source" in c]
            ),
        )
        warnings = [*self._warnings, *checked.warnings, *self._calls.remarks()]
        if len(checked.cards) < AT_LEAST:
            result["shortfall"] = True
            warnings.append(FEW_TERMS if self._is_few_by_text(checked) else FEW_USABLE)
        if self._calls.degraded:
            result["degraded"] = self._calls.degraded
        if warnings:
            result["warnings"] = list(dict.fromkeys(warnings))
        return result

    def _is_few_by_text(self, checked: CardSet) -> bool:
        """Whether it is no engine's fault that there are few cards."""
        has_failed = any(not isinstance(failure, UnusableInput) for failure in self._failures)
        is_whole = not (self._has_ended or self._calls.is_partial)
        return is_whole and not (checked.left_out or has_failed)

    def _ask(self, step: str, request: CardsRequest) -> list[Card]:
        """None if nothing can be made of this text; what was paid for that is still counted."""
        cards = list[Card]()
        try:
            cards = self._calls.ask(step, self._cards, request, CARDS)
        except (ContentRefused, UnusableInput, UnusableAnswer) as failure:
            if isinstance(failure, UnusableAnswer) and self._context.is_tried_again(failure):
                raise
            self._failures.append(failure)
        self._partial.ended(cards)
        return cards

    def _cards(self, request: CardsRequest) -> Answer[list[Card]]:
        return self._context.text.cards(request, self._partial.grown)

    def _flashcard(self, card: Card) -> Flashcard:
        source = source_of(card, self._text, self._inputs.get("pageStarts", ()))
        return _flashcard(card, source)

    def _request(
        self, content: str, at_least: int, at_most: int, known: Sequence[Card]
    ) -> CardsRequest:
        return CardsRequest(
            content=content,
            subject=self._inputs["subject"],
            topic=self._topic,
            native=self._native,
            target=self._target,
            at_least=at_least,
            at_most=at_most,
            known_fronts=(*dict.fromkeys(self._known.values()), *(card.front for card in known)),
            known_topics=() if self._topic else tuple(dict.fromkeys(c.topic for c in known)),
        )


def _flashcard(card: Card, source: Source | None) -> Flashcard:
    said = {name: getattr(card, name) for name in CARD_FIELDS}
    flashcard = cast(Flashcard, {**said, "backSource": card.back_source, "kind": card.kind})
    if source:
        flashcard["source"] = source
    return flashcard
