from jobs.worker_stats import WorkerStats


def test_nothing_done_is_no_failure() -> None:
    assert WorkerStats().as_stats() == {
        "processed": 0,
        "succeeded": 0,
        "failed": 0,
        "currentlyProcessing": 0,
        "peakConcurrency": 0,
        "successRate": "100.0%",
    }


def test_ends_are_counted_and_the_peak_is_remembered() -> None:
    worker_stats = WorkerStats()
    with worker_stats.processing(), worker_stats.processing():
        assert worker_stats.as_stats()["currentlyProcessing"] == 2
    for well in (True, True, False):
        worker_stats.ended(well=well)
    assert worker_stats.as_stats() == {
        "processed": 3,
        "succeeded": 2,
        "failed": 1,
        "currentlyProcessing": 0,
        "peakConcurrency": 2,
        "successRate": "66.7%",
    }
