import pytest

from jobs.providers.tokens import estimated_tokens


@pytest.mark.parametrize(
    ("text", "true_tokens"),
    [
        ("The heart pumps blood through the body.", 8),
        ("Die Herzinsuffizienz ist die Unfähigkeit des Herzens.", 13),
        ("心不全とは、心臓のポンプ機能が低下した状態をいう。", 21),
        ("🙂🫀", 4),
        ("x" * 1000, 125),
        ("", 0),
    ],
)
def test_the_estimate_is_above_the_count_of_a_tokenizer(text, true_tokens):
    """`true_tokens` by o200k_base."""
    assert estimated_tokens(text) >= true_tokens
