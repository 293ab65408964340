"""What a disk says that takes nothing more."""

import errno

# It is full, or a quota or the largest size of a file is reached.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in NO_ROOM
