"""The best conversation that can be had: asked for, checked, and asked for once more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jobs.errors import ContentRefused, UnusableAnswer
from jobs.kinds.lesson import conversation_rules as rules
from jobs.providers.base import ConversationRequest, Message

NOT_BY_THE_RULES = "None was written that keeps to the rules."


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation by the rules; `unused`: terms that it does not use; `reason`: why there is none."""

    messages: Sequence[Message]
    reason: str = ""
    unused: Sequence[str] = ()


def best_conversation(
    ask: Callable[[ConversationRequest], list[Message]], request: ConversationRequest
) -> Conversation:
    """Raises AttemptFailed. One that breaks a rule is asked for once more, with what was wrong."""
    tries = [rules.checked(ask(request))]
    if faults := rules.faults(tries[0], request.terms):
        try:
            tries.append(rules.checked(ask(replace(request, faults=tuple(faults)))))
        except (UnusableAnswer, ContentRefused):
            pass  # the first one is what there is
    shaped = [messages for messages in tries if not rules.misshapen(messages)]
    if not shaped:
        return Conversation((), NOT_BY_THE_RULES)
    best = min(shaped, key=lambda messages: len(rules.unused(messages, request.terms)))
    return Conversation(best, unused=rules.unused(best, request.terms))
