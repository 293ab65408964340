"""What of OpenAI's protocol a server may not take, and how servers call it when they refuse it."""

PARTS = {
    "stream_options": r"stream_options|include_usage",
    "reasoning_effort": r"reasoning.?effort|\bthink(?:ing)?\b",
    "temperature": r"temperature",
    "max_tokens": r"max_tokens",
    "max_completion_tokens": r"max_completion_tokens",
    "json_schema": r"response.?(?:format|schema)|json.?schema|additionalproperties|structured|grammar|guided",
    "json_object": r"response.?format|json.?object|structured|grammar",
    "stream": r"\bstream(?:ing)?\b",
}
