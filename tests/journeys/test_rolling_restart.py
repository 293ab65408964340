"""Everything is replaced, one process after the other, while jobs run: none is lost, and no call is paid twice."""

from tests.fakes.openai_server import FakeOpenAI
from tests.journeys.test_job_life import names, story
from tests.stack import running_stack, wait_until

JOBS = 8


def test_a_rolling_restart_under_load_loses_and_doubles_nothing() -> None:
    with (
        FakeOpenAI(latency=0.4) as provider,
        running_stack(
            webs=2,
            workers=2,
            PROVIDER_TEXT="openai",
            OPENAI_API_KEY="test",
            OPENAI_BASE_URL=provider.base_url,
            OPENAI_RATE_LIMIT_RPM="0",
            OPENAI_RATE_LIMIT_TPM="0",
            OPENAI_MAX_CONCURRENT="0",
            WORKER_CONCURRENCY="1",
        ) as house,
    ):
        job_ids = [house.submit("ann") for _ in range(JOBS)]
        wait_until(lambda: len(provider.served) >= 2, 20, "both workers are at it")
        for old in list(house.workers):
            house.start_worker()
            old.terminate()
        for old in list(house.webs):
            house.start_web()
            old.terminate()
        house.webs.reverse()

        for job_id in job_ids:
            assert house.ended("ann", job_id)["status"] == "completed"
            assert names(story(house, job_id)).count("completed") == 1
        assert len(provider.served) == JOBS
