import json
import subprocess
import sys
import urllib.request

import openai
import pytest

from tests.fakes.openai_cards import cards_for
from tests.fakes.openai_server import FakeOpenAI
from tests.stack import wait_until


def ask(url, text="The aorta is large.", limit=None):
    with openai.OpenAI(api_key="sk", base_url=url, max_retries=0, timeout=5) as client:
        return client.chat.completions.create(
            model="gpt-4o-mini",
            messages=[{"role": "user", "content": text}],
            max_completion_tokens=limit,
        )


def outcomes(server, count):
    for _ in range(count):
        try:
            ask(server.base_url)
        except (openai.OpenAIError, json.JSONDecodeError):
            pass
    return [served.behaviour for served in server.served]


def test_the_script_comes_first_then_right_answers():
    with FakeOpenAI() as server:
        server.script("quota", "500")

        assert outcomes(server, 3) == ["quota", "500", "answer"]


def test_a_seed_repeats_the_faults():
    quick = ("429", "500", "truncate", "html", "drop")
    seen = []
    for _ in range(2):
        with FakeOpenAI(fault_rate=0.5, faults=quick, seed=7) as server:
            seen.append(outcomes(server, 20))

    assert seen[0] == seen[1]
    assert {"answer", "500"} < set(seen[0])


def test_tokens_are_counted_as_the_client_is_told():
    with FakeOpenAI() as server:
        told = [ask(server.base_url).usage.total_tokens for _ in range(3)]

        assert server.billed_tokens == sum(told)
        wait_until(lambda: all(one.ended_at for one in server.served), 5, "all calls have ended")
        assert all(one.ended_at >= one.at for one in server.served)


def test_an_answer_stops_at_its_limit():
    with FakeOpenAI() as server:
        choice = ask(server.base_url, limit=10).choices[0]

    assert (choice.finish_reason, len(choice.message.content)) == ("length", 40)


def test_a_wrong_key_and_a_wrong_address_are_refused():
    with FakeOpenAI(api_key="another") as server:
        with pytest.raises(openai.AuthenticationError):
            ask(server.base_url)
        server.api_key = None
        with pytest.raises(openai.NotFoundError):
            ask(server.base_url.replace("/v1", "/v2"))


def test_cards_follow_the_request():
    text = " ".join(
        f"The {word}ium is here." for word in ("atr", "endocard", "myocard", "pericard")
    )
    request = {"studyText": text, "topic": "Heart", "atMost": 3, "knownFronts": ["atrium"]}

    made = cards_for(f"Please: {json.dumps(request)} Thanks.")

    assert [card["front"] for card in made] == ["endocardium", "myocardium", "pericardium"]
    assert {card["topic"] for card in made} == {"Heart"}
    assert all(card["front"] in card["example"] for card in made)


def test_it_runs_as_a_command():
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}/models", timeout=5) as answer:
            assert json.load(answer)["object"] == "list"
        process.terminate()

    assert process.returncode == 0
