#ifndef SWITCHBOARD_CPHONENUMBER_H
#define SWITCHBOARD_CPHONENUMBER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// libphonenumber speaks C++ only; these few functions are what is asked of it. Safe from any thread.

enum cphone_verdict {
    CPHONE_VALID = 0,
    CPHONE_NOT_A_NUMBER,
    // No + and no region to take the country code from, or a country code that no country has.
    CPHONE_NO_COUNTRY,
    CPHONE_TOO_SHORT,
    CPHONE_TOO_LONG,
    // The right form, but its country has given no such number to anybody.
    CPHONE_UNKNOWN
};

// Room for + and 15 digits, and a few the library may write before it finds them too many.
enum { CPHONE_CAPACITY = 32 };

// Reads `length` bytes of UTF-8. `region`: two capital letters (ISO 3166-1), or "" where a number must be international.
// Writes the E.164 form with a NUL into `out`, which has CPHONE_CAPACITY bytes; an empty text unless valid.
enum cphone_verdict cphone_read(const char *text, size_t length, const char *region, char *out);

// Calls back for every region a number can be read in, in no order.
void cphone_each_region(void (*each)(const char *region, int calling_code, void *context), void *context);

#ifdef __cplusplus
}
#endif

#endif
