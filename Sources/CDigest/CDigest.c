// SHA-256 of many texts at once. One text is a chain: every block needs the one before it, so a processor without
// instructions for it spends its time waiting. Several texts side by side, one in each lane of a vector, keep it busy.

#include "CDigest.h"

#include <string.h>

enum { BLOCK = 64, HASH = 32, WORDS = 8 };

// FIPS 180-4 section 4.2.2.
static const uint32_t ROUNDS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// FIPS 180-4 section 5.3.3.
static const uint32_t START[WORDS] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

// One text on its way through a lane: its whole blocks where they lie, then its end with the padding.
typedef struct {
    const uint8_t *next;
    size_t blocks;
    uint8_t end[2 * BLOCK];
    size_t end_blocks;
    size_t text;
    int is_taken;
} State;

static inline uint32_t big_endian(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static inline void put_big_endian(uint32_t word, uint8_t *bytes) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(word >> (24 - 8 * i));
}

static void take(State *lane, const uint8_t *text, size_t length, size_t index) {
    size_t rest = length % BLOCK;
    lane->next = text;
    lane->blocks = length / BLOCK;
    lane->end_blocks = rest < BLOCK - 8 ? 1 : 2;
    memset(lane->end, 0, sizeof lane->end);
    if (rest) memcpy(lane->end, text + (length - rest), rest);
    lane->end[rest] = 0x80;
    uint64_t bits = (uint64_t)length * 8;
    uint8_t *last = lane->end + lane->end_blocks * BLOCK - 8;
    put_big_endian((uint32_t)(bits >> 32), last);
    put_big_endian((uint32_t)bits, last + 4);
    lane->text = index;
    lane->is_taken = 1;
}

// From the whole blocks to the end. Whether there was something left.
static int turn_to_end(State *lane) {
    if (!lane->end_blocks) return 0;
    lane->next = lane->end;
    lane->blocks = lane->end_blocks;
    lane->end_blocks = 0;
    return 1;
}

#define ROTATE(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

// Both functions exist once for each width, because a type is as wide as it was declared.
#define SHA256_IN_LANES(NAME, LANES, TARGET)                                                                           \
    typedef uint32_t NAME##_vector __attribute__((vector_size(LANES * 4)));                                            \
                                                                                                                       \
    TARGET static void NAME##_blocks(NAME##_vector state[WORDS], State *lanes, size_t blocks) {                         \
        typedef NAME##_vector V;                                                                                       \
        for (; blocks; blocks--) {                                                                                     \
            union {                                                                                                    \
                V vector[16];                                                                                          \
                uint32_t word[16][LANES];                                                                              \
            } w;                                                                                                       \
            for (int lane = 0; lane < LANES; lane++) {                                                                 \
                const uint8_t *block = lanes[lane].next;                                                               \
                for (int t = 0; t < 16; t++) w.word[t][lane] = big_endian(block + 4 * t);                              \
                lanes[lane].next = block + BLOCK;                                                                      \
            }                                                                                                          \
            V a = state[0], b = state[1], c = state[2], d = state[3];                                                  \
            V e = state[4], f = state[5], g = state[6], h = state[7];                                                  \
            _Pragma("clang loop unroll_count(16)") for (int t = 0; t < 64; t++) {                                      \
                V word = w.vector[t & 15];                                                                             \
                if (t >= 16) {                                                                                         \
                    V one = w.vector[(t + 1) & 15], last = w.vector[(t + 14) & 15];                                    \
                    word += (ROTATE(one, 7) ^ ROTATE(one, 18) ^ (one >> 3)) + w.vector[(t + 9) & 15] +                 \
                            (ROTATE(last, 17) ^ ROTATE(last, 19) ^ (last >> 10));                                      \
                    w.vector[t & 15] = word;                                                                           \
                }                                                                                                      \
                V one = h + (ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25)) + (g ^ (e & (f ^ g))) + ROUNDS[t] + word;   \
                V two = (ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22)) + ((a & b) | (c & (a | b)));                    \
                h = g;                                                                                                 \
                g = f;                                                                                                 \
                f = e;                                                                                                 \
                e = d + one;                                                                                           \
                d = c;                                                                                                 \
                c = b;                                                                                                 \
                b = a;                                                                                                 \
                a = one + two;                                                                                         \
            }                                                                                                          \
            state[0] += a;                                                                                             \
            state[1] += b;                                                                                             \
            state[2] += c;                                                                                             \
            state[3] += d;                                                                                             \
            state[4] += e;                                                                                             \
            state[5] += f;                                                                                             \
            state[6] += g;                                                                                             \
            state[7] += h;                                                                                             \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    TARGET static void NAME(const uint8_t *const *texts, const size_t *lengths, size_t count, uint8_t *hashes) {       \
        NAME##_vector state[WORDS];                                                                                    \
        State lanes[LANES];                                                                                             \
        size_t taken = 0;                                                                                              \
        for (int lane = 0; lane < LANES; lane++) {                                                                     \
            lanes[lane].is_taken = 0;                                                                                  \
            lanes[lane].blocks = 0;                                                                                    \
            lanes[lane].end_blocks = 0;                                                                                \
        }                                                                                                              \
        for (;;) {                                                                                                     \
            /* Those at their end make room, and all go on together until the first of them comes to its next end. */  \
            size_t together = SIZE_MAX;                                                                                \
            int busy = -1;                                                                                             \
            for (int lane = 0; lane < LANES; lane++) {                                                                 \
                State *one = &lanes[lane];                                                                              \
                while (!one->blocks && !turn_to_end(one)) {                                                            \
                    if (one->is_taken) {                                                                               \
                        uint8_t *hash = hashes + one->text * HASH;                                                     \
                        for (int i = 0; i < WORDS; i++) put_big_endian(state[i][lane], hash + 4 * i);                  \
                        one->is_taken = 0;                                                                             \
                    }                                                                                                  \
                    if (taken == count) break;                                                                         \
                    take(one, texts[taken], lengths[taken], taken);                                                    \
                    taken++;                                                                                           \
                    for (int i = 0; i < WORDS; i++) state[i][lane] = START[i];                                         \
                }                                                                                                      \
                if (!one->is_taken) continue;                                                                          \
                if (one->blocks < together) together = one->blocks;                                                    \
                busy = lane;                                                                                           \
            }                                                                                                          \
            if (busy < 0) return;                                                                                      \
            /* Empty lanes read what another one reads, and nobody asks for the result. */                             \
            for (int lane = 0; lane < LANES; lane++) {                                                                 \
                if (!lanes[lane].is_taken) lanes[lane].next = lanes[busy].next;                                        \
            }                                                                                                          \
            NAME##_blocks(state, lanes, together);                                                                     \
            for (int lane = 0; lane < LANES; lane++) {                                                                 \
                if (lanes[lane].is_taken) lanes[lane].blocks -= together;                                              \
            }                                                                                                          \
        }                                                                                                              \
    }

SHA256_IN_LANES(in_four, 4, )
#if defined(__x86_64__)
SHA256_IN_LANES(in_eight, 8, __attribute__((target("avx2"))))
SHA256_IN_LANES(in_sixteen, 16, __attribute__((target("avx512f"))))
#endif

size_t switchboard_sha256_lanes(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return 16;
    if (__builtin_cpu_supports("avx2")) return 8;
#endif
    return 4;
}

int switchboard_sha256_each_in(
    size_t lanes, const uint8_t *const *texts, const size_t *lengths, size_t count, uint8_t *hashes
) {
    if (lanes > switchboard_sha256_lanes()) return 0;
    switch (lanes) {
#if defined(__x86_64__)
    case 16: in_sixteen(texts, lengths, count, hashes); return 1;
    case 8: in_eight(texts, lengths, count, hashes); return 1;
#endif
    case 4: in_four(texts, lengths, count, hashes); return 1;
    default: return 0;
    }
}

void switchboard_sha256_each(
    const uint8_t *const *texts, const size_t *lengths, size_t count, uint8_t *hashes
) {
    switchboard_sha256_each_in(switchboard_sha256_lanes(), texts, lengths, count, hashes);
}
