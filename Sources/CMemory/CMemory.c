#include "CMemory.h"

#include <malloc.h>

int switchboard_limit_arenas(int arenas) { return mallopt(M_ARENA_MAX, arenas); }
