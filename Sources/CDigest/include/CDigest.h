#ifndef CDIGEST_H
#define CDIGEST_H

#include <stddef.h>
#include <stdint.h>

/// SHA-256 (FIPS 180-4) of `count` texts, several at a time in the lanes of the processor's widest vectors. One text
/// alone takes as long as a whole set of them.
///
/// `hashes` holds 32 bytes for each text, in their order. Any length is fine; a text of no bytes may be NULL.
void switchboard_sha256_each(
    const uint8_t *const *texts, const size_t *lengths, size_t count, uint8_t *hashes);

/// How many texts the processor takes at a time: 4, 8 or 16.
size_t switchboard_sha256_lanes(void);

/// The same with a given number of lanes, for comparing them. Returns 0 where the processor cannot, else 1.
int switchboard_sha256_each_in(
    size_t lanes, const uint8_t *const *texts, const size_t *lengths, size_t count, uint8_t *hashes);

// Declared only with _GNU_SOURCE.
extern void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);

/// Where `wanted` begins in `bytes`; NULL when it is not in it.
static inline const void *switchboard_find(const void *bytes, size_t count, const void *wanted, size_t wanted_count) {
    return memmem(bytes, count, wanted, wanted_count);
}

#endif
