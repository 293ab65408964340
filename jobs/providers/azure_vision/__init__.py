"""Azure Image Analysis; known without its SDK, since requests are told apart by it."""

# The service's API version; what is made of its answers changes with it alone.
VERSION = "2023-10-01"
