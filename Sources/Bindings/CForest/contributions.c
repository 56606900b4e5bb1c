#include "contributions.h"
#include <stddef.h>
#include <string.h>

// As in forest.c, each loop is compiled twice. Products are rounded before they are added, so that both give the same.
#pragma STDC FP_CONTRACT OFF
// Vectors are passed to inlined functions only.
#pragma clang diagnostic ignored "-Wpsabi"

typedef double doubles __attribute__((ext_vector_type(4)));
typedef int64_t masks __attribute__((ext_vector_type(4)));
typedef float floats __attribute__((ext_vector_type(4)));

#define INLINE static inline __attribute__((always_inline))
#define MOST_GROUPS (FOREST_ROWS / 4)

/// What the path to the current node says of a column.
typedef struct {
    /// The share of the training rows that pass the column's splits on the path.
    double share;
    /// The rows that pass them all; `NULL` if the path has none.
    const masks *passes;
} path;

/// What the path says of a split's column at one of its children.
typedef struct {
    masks passes[MOST_GROUPS];
    double share;
    /// The node, counted from the tree's first one.
    long node;
} child;

/// A split that is being visited. A vector holds four rows; `product`, `rest` and `sum` have one for each point and
/// group of rows.
typedef struct {
    child children[2];
    /// How many children are splits and have not been visited.
    long open;
    /// The child that is being visited. At first, one more than the first child to visit: the right one comes first.
    long current;
    long column;
    /// What the path says of the column above the split.
    path before;
    /// The weights times the factors of the columns of the path.
    doubles *product;
    /// The same without the split's column: `product` if no split above has it, else `own_rest`.
    const doubles *rest;
    doubles *own_rest;
    /// The sum over the leaves below of their value times their product.
    doubles *sum;
} split;

typedef struct {
    const forest_node *nodes;
    const double *leaves, *shares;
    const int32_t *columns;
    const float *block;
    path *paths;
    doubles *sums;
    long points;
    /// The points t, 1 - t, and -1 / (1 - t), filled up to a multiple of four.
    double at[FOREST_POINTS], absent[FOREST_POINTS], failed[FOREST_POINTS];
} walk;

INLINE doubles load(const double *source) {
    doubles vector;
    memcpy(&vector, source, sizeof vector);
    return vector;
}

INLINE void store(double *target, doubles vector) { memcpy(target, &vector, sizeof vector); }

INLINE doubles choose(masks mask, double yes, double no) {
    return mask ? (doubles)yes : (doubles)no;
}

// A loop works on a local copy of what it reads each time: the compiler cannot know that no store changes it.
INLINE void copy(masks *target, const masks *source, const long groups) {
    for (long group = 0; group < groups; group++) target[group] = source[group];
}

/// Adds what a column contributes to some leaves.
///
/// - below: their sum.
/// - sum: another sum, to which theirs is added; or `NULL`.
/// - sign: 1, or -1 to subtract the contribution.
INLINE void contribute(
    walk *w, long column, path path, const doubles *below, doubles *sum, double sign, const long groups) {
    const long points = w->points;
    double passed[FOREST_POINTS];
    for (long point = 0; point < points; point += 4)
        store(passed + point, (1 - path.share) / (path.share * load(w->absent + point) + load(w->at + point)));
    masks passes[MOST_GROUPS];
    copy(passes, path.passes, groups);
    doubles total[MOST_GROUPS] = {0};
    for (long point = 0; point < points; point++) {
        for (long group = 0; group < groups; group++) {
            const doubles value = below[point * groups + group];
            total[group] += choose(passes[group], passed[point], w->failed[point]) * value;
            if (sum != NULL) sum[point * groups + group] += value;
        }
    }
    for (long group = 0; group < groups; group++) w->sums[MOST_GROUPS * column + group] += sign * total[group];
}

/// Divides the product of a split by the factor of its column.
INLINE void divide(const walk *w, split *s, const long groups) {
    const long points = w->points;
    const double share = s->before.share;
    double passed[FOREST_POINTS], failed[FOREST_POINTS];
    for (long point = 0; point < points; point += 4) {
        const doubles absent = share * load(w->absent + point);
        store(passed + point, 1 / (absent + load(w->at + point)));
        // If no training row passes, the product of rows that fail is 0 already, and 1 / 0 would make it NaN.
        store(failed + point, share > 0 ? 1 / absent : (doubles)0);
    }
    masks passes[MOST_GROUPS];
    copy(passes, s->before.passes, groups);
    const doubles *product = s->product;
    doubles *rest = s->own_rest;
    for (long point = 0; point < points; point++)
        for (long group = 0; group < groups; group++)
            rest[point * groups + group] =
                product[point * groups + group] * choose(passes[group], passed[point], failed[point]);
    s->rest = rest;
}

/// Adds the leaves among the children of a split.
INLINE void add_leaves(walk *w, split *s, const bool *is_leaf, const long groups) {
    // A leaf's value times its column's factor is `absent` times 1 - t, plus `at` times t.
    double absent = 0;
    doubles at[MOST_GROUPS] = {0}, contribution[MOST_GROUPS] = {0}, total[MOST_GROUPS] = {0};
    for (long side = 0; side < 2; side++) {
        const child *c = &s->children[side];
        const double value = is_leaf[side] ? w->leaves[c->node] : 0;
        absent += value * c->share;
        for (long group = 0; group < groups; group++) {
            at[group] += choose(c->passes[group], value, 0);
            contribution[group] += choose(c->passes[group], value * (1 - c->share), -value * c->share);
        }
    }
    const doubles *rest = s->rest;
    doubles *sum = s->sum;
    for (long point = 0, points = w->points; point < points; point++) {
        for (long group = 0; group < groups; group++) {
            const doubles product = rest[point * groups + group];
            total[group] += product;
            sum[point * groups + group] = product * (absent * w->absent[point] + at[group] * w->at[point]);
        }
    }
    for (long group = 0; group < groups; group++)
        w->sums[MOST_GROUPS * s->column + group] += contribution[group] * total[group];
}

/// Begins to visit a split, whose product is known.
INLINE void enter(walk *w, split *s, forest_node node, const long groups) {
    // Nodes count 8 rows for each input.
    s->column = w->columns[node.input / 8];
    s->before = w->paths[s->column];
    const bool is_on_path = s->before.passes != NULL;
    s->rest = s->product;
    // The children's factors include the column's earlier splits, whose own factor does not count below.
    if (is_on_path) divide(w, s, groups);
    for (long group = 0; group < groups; group++) {
        floats values;
        memcpy(&values, w->block + FOREST_ROWS / 8 * node.input + 4 * group, sizeof values);
        const masks goes_left = __builtin_convertvector(values <= (floats)node.threshold, masks);
        const masks before = is_on_path ? s->before.passes[group] : (masks)-1;
        s->children[0].passes[group] = goes_left & before;
        s->children[1].passes[group] = ~goes_left & before;
    }
    bool is_leaf[2];
    for (long side = 0; side < 2; side++) {
        child *c = &s->children[side];
        c->node = node.left + side;
        c->share = is_on_path ? s->before.share * w->shares[c->node] : w->shares[c->node];
        is_leaf[side] = w->nodes[c->node].left == c->node;
    }
    s->open = (is_leaf[0] ? 0 : 1) + (is_leaf[1] ? 0 : 1);
    s->current = is_leaf[1] ? 1 : 2;
    if (s->open < 2) {
        add_leaves(w, s, is_leaf, groups);
    } else {
        doubles *sum = s->sum;
        for (long index = 0, count = w->points * groups; index < count; index++) sum[index] = 0;
    }
}

/// Multiplies the rest of a split by the factor of its column at a child.
INLINE void descend(const walk *w, const split *s, const child *c, doubles *product, const long groups) {
    const doubles *rest = s->rest;
    const double share = c->share;
    doubles passes[MOST_GROUPS];
    for (long group = 0; group < groups; group++) passes[group] = choose(c->passes[group], 1, 0);
    for (long point = 0, points = w->points; point < points; point++)
        for (long group = 0; group < groups; group++)
            product[point * groups + group] =
                rest[point * groups + group] * (share * w->absent[point] + passes[group] * w->at[point]);
}

INLINE void visit_tree(walk *w, split *splits, const long groups) {
    split *s = splits;
    enter(w, s, w->nodes[0], groups);
    for (;;) {
        if (s->open > 0) {
            s->open--;
            const child *c = &s->children[--s->current];
            w->paths[s->column] = (path){c->share, c->passes};
            descend(w, s, c, s[1].product, groups);
            enter(w, ++s, w->nodes[c->node], groups);
            continue;
        }
        // What the column contributes to the leaves below is said by its splits below; the one above must not add it.
        if (s->before.passes != NULL) contribute(w, s->column, s->before, s->sum, NULL, -1, groups);
        w->paths[s->column] = s->before;
        if (s == splits) return;
        const doubles *below = s->sum;
        s--;
        const child *c = &s->children[s->current];
        contribute(w, s->column, (path){c->share, c->passes}, below, s->sum, 1, groups);
    }
}

typedef struct {
    forest_size size;
    const forest_tree *trees;
    const forest_node *nodes;
    const double *leaves, *shares, *points, *weights;
    const int32_t *columns;
    const float *block;
    void *scratch;
    double *sums;
} request;

/// The first of a quadrature's points among those of all.
INLINE long first_point(long points) { return points * (points - 1) / 2; }

INLINE void set_points(walk *w, const double *points, long count) {
    w->points = count;
    for (long point = 0; point < FOREST_POINTS; point++) {
        w->at[point] = point < count ? points[point] : 0.5;
        w->absent[point] = 1 - w->at[point];
        w->failed[point] = -1 / w->absent[point];
    }
}

INLINE void visit(const request *r, const long groups) {
    walk w = {.columns = r->columns, .block = r->block, .sums = (doubles *)r->sums};
    const long vectors = r->size.points * groups;
    split *splits = r->scratch;
    doubles *vector = (doubles *)(splits + r->size.depth);
    for (long level = 0; level < r->size.depth; level++, vector += 3 * vectors) {
        splits[level].product = vector;
        splits[level].own_rest = vector + vectors;
        splits[level].sum = vector + 2 * vectors;
    }
    w.paths = (path *)vector;
    memset(w.paths, 0, r->size.columns * sizeof *w.paths);
    for (const forest_tree *tree = r->trees; tree < r->trees + r->size.trees; tree++) {
        w.nodes = r->nodes + tree->start;
        w.leaves = r->leaves + tree->start;
        w.shares = r->shares + tree->start;
        if (tree->points != w.points) set_points(&w, r->points + first_point(tree->points), tree->points);
        const double *weights = r->weights + first_point(tree->points);
        for (long index = 0; index < w.points * groups; index++)
            splits[0].product[index] = weights[index / groups];
        visit_tree(&w, splits, groups);
    }
}

INLINE void visit_groups(const request *r, long groups) {
    switch (groups) {
    case 1: visit(r, 1); break;
    case 2: visit(r, 2); break;
    case 3: visit(r, 3); break;
    default: visit(r, 4);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void visit_groups_avx2(const request *r, long groups) {
    visit_groups(r, groups);
}
#endif

long forest_contribution_scratch(forest_size size) {
    const long vectors = 3 * size.points * MOST_GROUPS * sizeof(doubles);
    return size.depth * (sizeof(split) + vectors) + size.columns * sizeof(path);
}

void forest_contribute(
    forest_size size, const forest_tree *trees, const forest_node *nodes, const double *leaves, const double *shares,
    const double *points, const double *weights, const int32_t *columns, const float *block, long rows, void *scratch,
    double *sums, bool has_avx2) {
    const request request = {size, trees, nodes, leaves, shares, points, weights, columns, block, scratch, sums};
    const long groups = (rows + 3) / 4;
#if defined(__x86_64__)
    if (has_avx2) {
        visit_groups_avx2(&request, groups);
        return;
    }
#endif
    visit_groups(&request, groups);
}
