from jobs.tally import Tally


def test_nothing_done_is_no_failure() -> None:
    assert Tally().as_stats() == {
        "processed": 0,
        "succeeded": 0,
        "failed": 0,
        "currentlyProcessing": 0,
        "peakConcurrency": 0,
        "successRate": "100.0%",
    }


def test_ends_are_counted_and_the_peak_is_remembered() -> None:
    tally = Tally()
    with tally.processing(), tally.processing():
        assert tally.as_stats()["currentlyProcessing"] == 2
    for well in (True, True, False):
        tally.ended(well=well)
    assert tally.as_stats() == {
        "processed": 3,
        "succeeded": 2,
        "failed": 1,
        "currentlyProcessing": 0,
        "peakConcurrency": 2,
        "successRate": "66.7%",
    }
