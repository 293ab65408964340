"""A second server that speaks OpenAI's protocol, such as Ollama, vLLM or another vendor's; with limits and money of its own."""

from jobs.providers.openai.provider import speaker

PROVIDER = speaker("compatible", ("BASE_URL", "MODEL"))
