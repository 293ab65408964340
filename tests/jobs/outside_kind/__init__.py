"""An app with a kind of job that the product does not know: what docs/adding-a-kind.md says, in code."""
