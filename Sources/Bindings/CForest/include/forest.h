#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Whether the processor supports AVX2.
bool forest_has_avx2(void);

/// The thresholds of a column in all models, as keys: integers that sort like the floats. A column has one input for
/// each way to treat missing values. They differ only in the ranks of NaN and zero.
typedef struct {
    /// The index of the first threshold's key. The keys are in blocks of 32, the last padded with INT32_MAX, which no
    /// key exceeds.
    long first_key;
    /// The index of the last key of the first full block; those of the other full blocks follow, in groups of 8, padded
    /// likewise.
    long first_last;
    /// The number of these groups.
    long groups;
    /// The number of thresholds.
    long thresholds;
    /// The index of the first rank. Entry `n * width + i * models + m` is the rank of a value that exceeds n
    /// thresholds, for the column's input i in model m, less 128. After the last n come NaN and zero.
    long first_rank;
    /// The number of the column's inputs times that of models.
    long width;
} forest_column;

/// Finds the ranks of the values of some rows among the thresholds of each model.
///
/// - keys, ranks: what `columns` point to; 15 bytes after the last rank must be readable.
/// - values: the keys of the values by column and row, 16 for each column. INT32_MAX is NaN.
/// - rows: from 1 to 16.
/// - scratch: 16 times `stride` bytes.
/// - stride: a multiple of 16, at least 15 more than the sum of the widths.
/// - target: by column, input, model and row, 16 bytes for each input and model; 16 times `stride` bytes.
void forest_rank(
    const forest_column *columns, long column_count, const int32_t *keys, const int8_t *ranks, const int32_t *values,
    long rows, uint8_t *scratch, long stride, int8_t *target, bool has_avx2);

/// A split of a tree, for the ranks of values. Each byte is repeated four times.
typedef struct {
    /// The number of the threshold in the model's thresholds of the input, plus 1, less 128.
    uint32_t rank;
    /// The first leaf below the split, or 255 if no row reaches it.
    uint32_t leaf;
    /// The number of leaves on the left.
    uint32_t step;
    /// The place of the ranks of the input in the model.
    uint32_t input;
} forest_split;

/// Finds the leaves that 16 rows reach in each tree of a model.
///
/// - splits: from `start` on, those of two trees in turn, in preorder; a shorter tree is filled up with splits that no
///   row reaches.
/// - counts: the number of splits of each pair of trees, in pairs.
/// - ranks: by input, model and row.
/// - reached: by tree and row, 32 bytes for each pair.
void forest_walk(
    const forest_split *splits, long start, const long *counts, long pairs, const int8_t *ranks, uint8_t *reached,
    bool has_avx2);
