#ifndef CMEMORY_H
#define CMEMORY_H

/// At most so many pools of memory for all threads together (mallopt(3), M_ARENA_MAX), 1 or more; 0 when it was refused.
/// The GNU C library makes eight for each processor, and what one thread gave back to its pool no other pool can use.
int switchboard_limit_arenas(int arenas);

#endif
