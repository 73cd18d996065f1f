/* Records what a process does to the files of one folder, and what it says on its standard output, in the order in which it happens:
   so that a test can put together what a disk may hold after the power failed at any moment. Loaded before the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static int to = -1;
static const char *folder;
static char kept[4096];

__attribute__((constructor)) static void start(void) {
  folder = getenv("LICTOR_RECORD_FOLDER");
  const char *path = getenv("LICTOR_RECORD_TO");
  if (folder && path) to = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static void all(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    long done = syscall(SYS_write, to, at, length);
    if (done <= 0) _exit(99);
    at += done;
    length -= (size_t)done;
  }
}

static void note(char what, int file, int64_t at, const void *bytes, size_t length) {
  struct { int64_t what, file, at, length; } head = {what, file, at, (int64_t)length};
  all(&head, sizeof head);
  all(bytes, length);
}

static int is_kept(int file) { return to >= 0 && file >= 0 && file < 4096 && kept[file]; }

static int opened(const char *path, int flags, mode_t mode, int at) {
  pthread_mutex_lock(&order);
  int file = (int)syscall(SYS_openat, at, path, flags, mode);
  if (file >= 0 && file < 4096) {
    kept[file] = to >= 0 && strncmp(path, folder, strlen(folder)) == 0 && !strstr(path, "-shm");
    if (kept[file]) note('O', file, 0, path, strlen(path));
    if (kept[file] && flags & O_TRUNC) note('T', file, 0, "", 0);
  }
  pthread_mutex_unlock(&order);
  return file;
}

#define MODE va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more)
int open(const char *path, int flags, ...) { MODE; return opened(path, flags, mode, AT_FDCWD); }
int open64(const char *path, int flags, ...) { MODE; return opened(path, flags, mode, AT_FDCWD); }
int openat(int at, const char *path, int flags, ...) { MODE; return opened(path, flags, mode, at); }
int openat64(int at, const char *path, int flags, ...) { MODE; return opened(path, flags, mode, at); }

ssize_t write(int file, const void *bytes, size_t length) {
  if (!is_kept(file) && !(file == 1 && to >= 0)) return syscall(SYS_write, file, bytes, length);
  pthread_mutex_lock(&order);
  int64_t at = file == 1 ? 0 : syscall(SYS_lseek, file, 0, SEEK_CUR);
  /* What is said counts from the moment at which it is said, so it is noted first. */
  if (file == 1) note('A', file, 0, bytes, length);
  ssize_t done = syscall(SYS_write, file, bytes, length);
  if (file != 1 && done > 0) note('W', file, at, bytes, (size_t)done);
  pthread_mutex_unlock(&order);
  return done;
}

static ssize_t placed(int file, const void *bytes, size_t length, off_t at) {
  if (!is_kept(file)) return syscall(SYS_pwrite64, file, bytes, length, at);
  pthread_mutex_lock(&order);
  ssize_t done = syscall(SYS_pwrite64, file, bytes, length, at);
  if (done > 0) note('W', file, at, bytes, (size_t)done);
  pthread_mutex_unlock(&order);
  return done;
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { return placed(file, bytes, length, at); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at) { return placed(file, bytes, length, at); }

static int cut(int file, off_t length) {
  pthread_mutex_lock(&order);
  int done = (int)syscall(SYS_ftruncate, file, length);
  if (done == 0 && is_kept(file)) note('T', file, length, "", 0);
  pthread_mutex_unlock(&order);
  return done;
}
int ftruncate(int file, off_t length) { return cut(file, length); }
int ftruncate64(int file, off_t length) { return cut(file, length); }

static int synced(int file, long how) {
  /* What was written before the call is on the disk after it; what is written meanwhile may be. */
  if (is_kept(file)) {
    pthread_mutex_lock(&order);
    note('B', file, 0, "", 0);
    pthread_mutex_unlock(&order);
  }
  int done = (int)syscall(how, file);
  if (done == 0 && is_kept(file)) {
    pthread_mutex_lock(&order);
    note('S', file, 0, "", 0);
    pthread_mutex_unlock(&order);
  }
  return done;
}
int fsync(int file) { return synced(file, SYS_fsync); }
int fdatasync(int file) { return synced(file, SYS_fdatasync); }

int unlink(const char *path) {
  pthread_mutex_lock(&order);
  int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (done == 0 && to >= 0 && strncmp(path, folder, strlen(folder)) == 0) note('U', -1, 0, path, strlen(path));
  pthread_mutex_unlock(&order);
  return done;
}
