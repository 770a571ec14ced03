/* Loaded into the program under test (LD_PRELOAD): whenever it syncs a file of the folder POWER_FOLDER, what the file holds
   then is kept under the same name in POWER_KEPT, before the program learns that the sync is done. What it wrote and
   never synced is not kept: that is what a machine forgets when its power goes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int kept_copy(int descriptor, const char *name) {
    char draft[PATH_MAX + 32], target[PATH_MAX];
    static __thread char piece[1 << 16];
    const char *folder = getenv("POWER_KEPT");
    snprintf(target, sizeof target, "%s/%s", folder, name);
    snprintf(draft, sizeof draft, "%s.%d.draft", target, gettid());
    int copy = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (copy < 0) return -1;
    off_t place = 0;
    ssize_t count;
    /* Through the program's own descriptor: to close another one of the same file would end its locks (fcntl(2)). */
    while ((count = pread(descriptor, piece, sizeof piece, place)) > 0) {
        if (write(copy, piece, (size_t)count) != count) count = -1;
        if (count < 0) break;
        place += count;
    }
    close(copy);
    return count < 0 ? -1 : rename(draft, target);
}

static int synced(int descriptor, const char *call) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
    int result = real(descriptor);
    const char *folder = getenv("POWER_FOLDER");
    if (result != 0 || !folder) return result;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return result;
    path[length] = 0;
    size_t prefix = strlen(folder);
    struct stat status;
    if (strncmp(path, folder, prefix) != 0 || path[prefix] != '/' || strchr(path + prefix + 1, '/')) return result;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return result;
    if (kept_copy(descriptor, path + prefix + 1) != 0) {
        perror("power.so: what was synced cannot be kept");
        abort();
    }
    return result;
}

int fsync(int descriptor) { return synced(descriptor, "fsync"); }
int fdatasync(int descriptor) { return synced(descriptor, "fdatasync"); }
