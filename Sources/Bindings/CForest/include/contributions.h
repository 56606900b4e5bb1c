#pragma once
#include <stdbool.h>
#include <stdint.h>

/// The most rows that go down a tree together, and the most points of a quadrature.
enum { FOREST_ROWS = 16, FOREST_POINTS = 32 };

/// A split, or a leaf, which leads to itself. The right child follows the left one.
typedef struct {
    /// The greatest value that goes to the left.
    float threshold;
    /// 8 times the number of the split's input, counted from 1; 0 for a leaf.
    uint16_t input;
    /// The left child, counted from the tree's first node.
    uint16_t left;
} forest_node;

/// A tree for contributions. It has a split.
typedef struct {
    /// The number of its first node.
    long start;
    /// How many points the quadrature needs: half the most columns of a path, rounded up.
    long points;
} forest_tree;

/// How large the trees are together.
typedef struct {
    long trees;
    long columns;
    /// The most splits of a path.
    long depth;
    /// The most points of a quadrature, at most FOREST_POINTS.
    long points;
} forest_size;

/// The bytes that `forest_contribute` needs to work in.
long forest_contribution_scratch(forest_size size);

/// Adds to `sums` what each feature contributes to the scores of some rows.
///
/// - nodes, leaves, shares: by node: the values of leaves, and the share of its parent's training rows that reached it.
/// - points, weights: those of the quadratures on [0, 1] of one point, of two, and so on.
/// - columns: the column of each input, from 1 on.
/// - block: by input and row, FOREST_ROWS for each input, from 0 on; a NaN goes to the right.
/// - rows: from 1 to FOREST_ROWS.
/// - scratch: aligned to 32 bytes.
/// - sums: by column and row, FOREST_ROWS for each column, aligned to 32 bytes. Those of rows beyond the last have no
///   meaning.
void forest_contribute(
    forest_size size, const forest_tree *trees, const forest_node *nodes, const double *leaves, const double *shares,
    const double *points, const double *weights, const int32_t *columns, const float *block, long rows, void *scratch,
    double *sums, bool has_avx2);
