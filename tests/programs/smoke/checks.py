"""What a client and an operator rely on, one function each. A check returns a remark, or raises AssertionError."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.programs.smoke.instance import Instance

SUBMIT = "/api/ai/generate-flashcards"
CONTENT = (
    "The heart is a muscle that pumps blood. A ventricle is a chamber of the heart that pushes blood into an artery. "
    "The aorta is the largest artery of the body. A valve keeps blood from flowing back into the atrium."
)
SUBMIT_MS = 1000


class Skipped(Exception):
    """The check needs something that was not given."""


class Checks:
    """In the order in which they build on each other; `asked` is what the first job was asked for."""

    def __init__(self, instance: Instance, run: str) -> None:
        self.instance = instance
        self.asked: dict[str, Any] = {
            "content": f"{CONTENT} This is note {run}.",
            "subject": "Cardiology",
            "topic": "AI Selection",
        }
        self.job: dict[str, Any] = {}

    def health(self) -> str:
        answer = self.instance.get("/api/health")
        assert answer.status == 200, f"answers {answer.status}"
        assert answer.json["status"] == "healthy"
        return ""

    def readiness(self) -> str:
        answer = self.instance.get("/readyz?verbose")
        assert answer.status == 200, f"answers {answer.status}: {answer.text[:200]}"
        return ""

    def submit(self) -> str:
        answer = self.instance.post(SUBMIT, self.asked, self.instance.learner)
        assert answer.status == 202, f"answers {answer.status}: {answer.text[:200]}"
        self.job = answer.json
        assert self.job["success"] is True
        assert self.job["status"] == "queued"
        assert self.job["fromCache"] is False
        assert self.job["statusUrl"] == answer.headers["location"]
        assert "retry-after" in answer.headers
        assert ": " not in re.sub(r'"[^"]*"', "", answer.text), "JSON is not compact"
        assert answer.milliseconds < SUBMIT_MS, f"took more than {SUBMIT_MS} ms"
        return f"{answer.milliseconds:.0f} ms"

    def status(self) -> str:
        answer = self.instance.get(self._job("statusUrl"), self.instance.learner)
        assert answer.status == 200, f"answers {answer.status}"
        assert answer.json["status"] in ("waiting", "active", "delayed", "completed")
        return str(answer.json["status"])

    def stream(self) -> str:
        events = list(self.instance.events(self._job("eventsUrl")))
        names = [name for name, _ in events if name != "heartbeat"]
        assert names[0] == "connected", f"the first event is {names[0]}"
        last = events[-1]
        assert last[0] == "completed", f"ends with {last[0]}: {json.dumps(last[1])[:200]}"
        assert last[1]["result"]["flashcards"], "the result has no cards"
        return f"{len(names)} events, {len(last[1]['result']['flashcards'])} cards"

    def result(self) -> str:
        body = self.instance.get(self._job("statusUrl"), self.instance.learner).json
        assert body["status"] == "completed", f"is {body['status']}"
        assert body["result"]["success"] is True
        return f"by {body['result']['provider']}"

    def same_work(self) -> str:
        answer = self.instance.post(SUBMIT, self.asked, self.instance.learner)
        assert answer.status == 200, f"answers {answer.status}"
        assert answer.json["fromCache"] is True
        assert "result" in answer.json
        assert answer.json["jobId"] == self._job("jobId"), "another job"
        assert answer.milliseconds < SUBMIT_MS, f"took more than {SUBMIT_MS} ms"
        return f"{answer.milliseconds:.0f} ms"

    def idempotency_key(self) -> str:
        headers = {**self.instance.learner, "Idempotency-Key": f'"{self._job("jobId")}"'}
        first = self.instance.post(SUBMIT, self.asked, headers)
        again = self.instance.post(SUBMIT, self.asked, headers)
        assert first.json["jobId"] == again.json["jobId"]
        assert again.headers.get("idempotent-replayed") == "true"
        other = self.instance.post(SUBMIT, {**self.asked, "subject": "Anatomy"}, headers)
        assert other.status == 422, f"the key with another request answers {other.status}"
        return ""

    def bad_request(self) -> str:
        answer = self.instance.post(SUBMIT, {}, self.instance.learner)
        assert answer.status == 400, f"answers {answer.status}"
        assert answer.json["code"] == "MISSING_FIELDS"
        assert set(answer.json["details"]["fields"]) >= {"content", "subject", "topic"}
        return ""

    def unknown_job(self) -> str:
        answer = self.instance.get("/api/job-status/nobody-made-this", self.instance.learner)
        assert answer.status == 404, f"answers {answer.status}"
        assert answer.json["status"] == "not_found"
        return ""

    def strangers(self) -> str:
        answer = self.instance.post(SUBMIT, self.asked)
        assert answer.status in (400, 401), f"answers {answer.status}"
        assert self.instance.token == "" or answer.status == 401
        return f"answers {answer.status}"

    def redis(self) -> str:
        return f"{self._operate('/api/redis/health', redis='connected')['latencyMs']} ms"

    def queue(self) -> str:
        stats = self._operate("/api/queue/stats")["stats"]
        assert stats["workers"] > 0, "no worker is alive"
        return f"{stats['waiting']} waiting, {stats['workers']} workers"

    def breakers(self) -> str:
        states = self._operate("/api/circuit-breakers/status")["circuitBreakers"]
        assert list(states["openai"])[:2] == ["name", "state"]
        assert {s["state"] for s in states.values()} <= {"CLOSED", "OPEN", "HALF_OPEN"}
        return ", ".join(f"{name} {state['state']}" for name, state in states.items())

    def limits(self) -> str:
        self._operate("/api/rate-limits/status")
        return ""

    def budget(self) -> str:
        budget = self._operate("/api/admin/budget/status")["budget"]
        assert isinstance(budget["killSwitchActive"], bool)
        return f"{budget['spent']} of {budget['monthlyLimit']} spent in {budget['month']}"

    def alerts(self) -> str:
        body = self._operate("/api/metrics/alerts")
        raised = [name for name, is_active in body["alerts"].items() if is_active]
        return ", ".join(raised) or "none raised"

    def _job(self, member: str) -> str:
        if not self.job:
            raise Skipped("no job was accepted")
        value: str = self.job[member]
        return value

    def _operate(self, path: str, **expected: str) -> Any:
        answer = self.instance.get(path, self.instance.operator)
        if answer.status in (401, 403) and not self.instance.operator:
            raise Skipped("needs MONITORING_TOKEN")
        assert answer.status == 200, f"answers {answer.status}"
        body = answer.json
        assert body["success"] is True
        for name, value in expected.items():
            assert body[name] == value, f"{name} is {body[name]}"
        return body


def in_order(checks: Checks) -> list[tuple[str, Callable[[], str]]]:
    return [
        ("health", checks.health),
        ("readiness", checks.readiness),
        ("submit is answered at once", checks.submit),
        ("job status", checks.status),
        ("event stream, to the end", checks.stream),
        ("result", checks.result),
        ("the same work again", checks.same_work),
        ("Idempotency-Key", checks.idempotency_key),
        ("missing fields are named", checks.bad_request),
        ("an unknown job is not found", checks.unknown_job),
        ("nobody asks without a name", checks.strangers),
        ("Redis", checks.redis),
        ("queue", checks.queue),
        ("circuit breakers", checks.breakers),
        ("rate limits", checks.limits),
        ("budget", checks.budget),
        ("alerts", checks.alerts),
    ]
