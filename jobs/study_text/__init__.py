"""Study text as people paste it -> its blocks, without mark-up and page furniture, with their places.

Kinds and providers both read with it, so it stands beside them and knows neither.
"""

from jobs.study_text.block import Block as Block
from jobs.study_text.block import StudyBlocks as StudyBlocks
from jobs.study_text.reader import read as read
