/* workers.h - starts the workers of a pool: rt_pool_options.start. */
#ifndef HOST_SHIP_WORKERS_H
#define HOST_SHIP_WORKERS_H

#include "exec/pool.h"

/* Makes a pool whose workers run `work` (host_ship_work), in which each worker's
 * seat takes the place of the object `stand_in`. Of `options` seats, recycle,
 * runtime and of_processes are set. `place` is where it was made, for reports;
 * copied, may be NULL.
 * Owns:    takes `work` in every case.
 * Returns: as rt_pool_new. */
int host_workers_new(const rt_pool_options *options, rt_message *work,
                     const rt_object *stand_in, const char *place,
                     rt_pool **pool);

#endif
