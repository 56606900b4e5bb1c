/// A feature of each starter, and its column in the matrix.
struct StarterColumn: Sendable {
    let column: Int
    let value: @Sendable (borrowing StarterContext) -> Float
}
