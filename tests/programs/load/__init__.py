"""Load on the whole program as its users make it. docs/load-testing.md says how to read the figures."""
