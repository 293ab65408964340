"""Programs that measure or try the whole: bench, chaos, load, smoke, quality. They are no tests, and are run by make."""
