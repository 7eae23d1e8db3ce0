/* ledger.c - a sealed file in memory. */
#include "ipc/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE (RT_LEDGER_RECORDS * sizeof(rt_loan_record))
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

int rt_ledger_create(void) {
    int fd = memfd_create("plait-ledger", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -errno;
    if (ftruncate(fd, SIZE) < 0 || fcntl(fd, F_ADD_SEALS, SEALS) < 0) {
        int status = -errno;
        (void)close(fd);
        return status;
    }
    return fd;
}

rt_loan_record *rt_ledger_map(int fd) {
    struct stat info;
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS) return NULL;
    if (fstat(fd, &info) < 0 || info.st_size != (off_t)SIZE) return NULL;
    void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void rt_ledger_unmap(rt_loan_record *records) {
    if (records) (void)munmap(records, SIZE);
}
