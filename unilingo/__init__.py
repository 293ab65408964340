import os

# Where Django looks for its settings, whichever program imports the package first.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unilingo.settings")  # noqa: TID251
