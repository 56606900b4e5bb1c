#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Whether the processor has vectors of 32 bytes.
bool forest_has_avx2(void);

/// What `forest_rank` knows of an input: its thresholds in all models, as keys, which are integers in their order.
typedef struct {
    /// The place of the thresholds, in blocks of 32. What fills up the last block is more than every key.
    long keys;
    /// The place of the last threshold of each full block, in groups of 8.
    long last;
    /// The number of groups.
    long groups;
    /// The place of the ranks: of a value that exceeds no threshold in each model, of one that exceeds one, and so on.
    long ranks;
} forest_input;

/// Finds the ranks of the values of up to 16 rows among the thresholds of each model.
///
/// - all: the keys that `inputs` point to; `all_ranks` likewise.
/// - values: the keys of the values by input and row, 16 for each input.
/// - target: by model, input and row, 16 for each input.
void forest_rank(
    const forest_input *inputs, long input_count, const int32_t *all, const int8_t *all_ranks, const int32_t *values,
    long rows, long models, int8_t *target, bool has_avx2);

/// A split of a tree, for the ranks of values. Each byte is repeated four times.
typedef struct {
    /// The number of the threshold in the model's thresholds of the input, plus 1, less 128.
    uint32_t rank;
    /// The first leaf below the split.
    uint32_t leaf;
    /// The number of leaves on the left.
    uint32_t step;
    /// The place of the input's ranks: 16 times the input.
    uint32_t input;
} forest_split;

/// Finds the leaves that 16 rows reach in each tree of a model.
///
/// - splits: those of two trees in turn, in preorder; a shorter tree is filled up with splits that no row reaches.
/// - counts: the number of splits of each pair of trees, in pairs.
/// - ranks: by input and row.
/// - reached: by tree and row, 32 bytes for each pair.
void forest_reach(
    const forest_split *splits, const long *counts, long pairs, const int8_t *ranks, uint8_t *reached, bool has_avx2);
