#include "forest.h"
#include <string.h>

// Each loop is compiled twice: for every processor, and for those that support AVX2, whose vectors have 32 bytes. On
// others the compiler uses two vectors of 16.
typedef int32_t ints __attribute__((vector_size(32)));
typedef uint32_t words __attribute__((vector_size(32)));
typedef uint8_t bytes __attribute__((vector_size(32)));
typedef int8_t signed_bytes __attribute__((vector_size(32)));
typedef int8_t signed_bytes_16 __attribute__((vector_size(16)));
typedef uint8_t bytes_16 __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

/// How many keys of some groups of 8 are less than `key`.
INLINE long exceeded(int32_t key, const int32_t *groups, long count) {
    ints sum = {0};
    for (long index = 0; index < count; index++) {
        ints group;
        memcpy(&group, groups + 8 * index, sizeof group);
        sum -= key > group;
    }
    return __builtin_reduce_add(sum);
}

/// Turns 16 rows of bytes, `stride` apart, into as many columns. Rows after the last one repeat it.
///
/// Each of four equal steps interleaves row r with row r + 8. That rotates the bits of a byte's index, four of the row
/// and four of the column, by one place.
INLINE void transpose(const uint8_t *source, long rows, long stride, int8_t *target) {
    bytes_16 a[16], b[16];
    for (long row = 0; row < 16; row++)
        memcpy(&a[row], source + stride * (row < rows ? row : rows - 1), sizeof a[row]);
    for (long step = 0; step < 4; step++) {
        for (long row = 0; row < 8; row++) {
            b[2 * row] = __builtin_shufflevector(
                a[row], a[row + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            b[2 * row + 1] = __builtin_shufflevector(
                a[row], a[row + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        memcpy(a, b, sizeof a);
    }
    memcpy(target, a, sizeof a);
}

// Two scans take the place of a binary search: they have no branches to predict, and no step waits for another. Each is
// done for all rows before the next, so that their cache misses overlap.
INLINE void rank_rows(
    const forest_column *columns, long column_count, const int32_t *keys, const int8_t *ranks, const int32_t *values,
    long rows, uint8_t *scratch, long stride, int8_t *target) {
    long width = 0;
    for (long index = 0; index < column_count; index++, values += 16) {
        const forest_column column = columns[index];
        long entry[16];
        for (long row = 0; row < rows; row++)
            entry[row] = 32 * exceeded(values[row], keys + column.first_last, column.groups);
        for (long row = 0; row < rows; row++) {
            entry[row] += exceeded(values[row], keys + column.first_key + entry[row], 4);
            entry[row] = values[row] == INT32_MAX ? column.thresholds + 1 : entry[row];
            entry[row] = values[row] == 0 ? column.thresholds + 2 : entry[row];
        }
        // The bytes that are copied beyond the column's are overwritten by the next one's.
        for (long row = 0; row < rows; row++)
            for (long byte = 0; byte < column.width; byte += 16)
                memcpy(
                    scratch + stride * row + width + byte, ranks + column.first_rank + column.width * entry[row] + byte,
                    16);
        width += column.width;
    }
    // The last block may hold bytes that nothing has written, for inputs that no split has.
    for (long byte = 0; byte < width; byte += 16) transpose(scratch + byte, rows, stride, target + 16 * byte);
}

INLINE void walk(
    const forest_split *splits, const long *counts, long pairs, const int8_t *ranks, uint8_t *reached) {
    for (long pair = 0; pair < pairs; pair++) {
        bytes leaf = {0};
        for (long index = 0; index < counts[pair]; index++, splits += 2) {
            words split;
            signed_bytes_16 first, second;
            memcpy(&split, splits, sizeof split);
            memcpy(&first, ranks + splits[0].input, sizeof first);
            memcpy(&second, ranks + splits[1].input, sizeof second);
            signed_bytes values = __builtin_shufflevector(
                first, second, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
                25, 26, 27, 28, 29, 30, 31);
            signed_bytes rank = (signed_bytes)__builtin_shufflevector(split, split, 0, 0, 0, 0, 4, 4, 4, 4);
            bytes start = (bytes)__builtin_shufflevector(split, split, 1, 1, 1, 1, 5, 5, 5, 5);
            bytes step = (bytes)__builtin_shufflevector(split, split, 2, 2, 2, 2, 6, 6, 6, 6);
            // For rows that go to the left, the split is made to begin at leaf 255, where no row stands. So a step
            // waits for three instructions of the step before it, not for four.
            leaf += step & (bytes)(leaf == (start | (bytes)(rank > values)));
        }
        memcpy(reached, &leaf, sizeof leaf);
        reached += sizeof leaf;
    }
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2"))) static

AVX2 void rank_rows_avx2(
    const forest_column *columns, long column_count, const int32_t *keys, const int8_t *ranks, const int32_t *values,
    long rows, uint8_t *scratch, long stride, int8_t *target) {
    rank_rows(columns, column_count, keys, ranks, values, rows, scratch, stride, target);
}

AVX2 void walk_avx2(
    const forest_split *splits, const long *counts, long pairs, const int8_t *ranks, uint8_t *reached) {
    walk(splits, counts, pairs, ranks, reached);
}
#endif

bool forest_has_avx2(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

void forest_rank(
    const forest_column *columns, long column_count, const int32_t *keys, const int8_t *ranks, const int32_t *values,
    long rows, uint8_t *scratch, long stride, int8_t *target, bool has_avx2) {
#if defined(__x86_64__)
    if (has_avx2) {
        rank_rows_avx2(columns, column_count, keys, ranks, values, rows, scratch, stride, target);
        return;
    }
#endif
    rank_rows(columns, column_count, keys, ranks, values, rows, scratch, stride, target);
}

void forest_walk(
    const forest_split *splits, long start, const long *counts, long pairs, const int8_t *ranks, uint8_t *reached,
    bool has_avx2) {
#if defined(__x86_64__)
    if (has_avx2) {
        walk_avx2(splits + start, counts, pairs, ranks, reached);
        return;
    }
#endif
    walk(splits + start, counts, pairs, ranks, reached);
}
