/* Slows the writes of a process at a place of a file (those of SQLite) by the microseconds that a file holds, each sync by
   a hundred times as much; less than nothing: the disk has become read-only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static long slowness(void) {
    static volatile const long *microseconds;
    if (!microseconds) {
        int file = open(getenv("DRILL_DISK"), O_RDONLY);
        microseconds = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    }
    return *microseconds;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
    static ssize_t (*original)(int, const void *, size_t, off64_t);
    if (!original) original = dlsym(RTLD_NEXT, "pwrite64");
    if (slowness() < 0) {
        errno = EROFS;
        return -1;
    }
    if (slowness()) usleep(slowness());
    return original(file, bytes, count, place);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
    return pwrite64(file, bytes, count, place);
}

int fdatasync(int file) {
    static int (*original)(int);
    if (!original) original = dlsym(RTLD_NEXT, "fdatasync");
    if (slowness() > 0) usleep(100 * slowness());
    return original(file);
}
