/// A feature of each starter, with its column in the matrix.
struct StarterColumn: Sendable {
    let column: Int
    let value: @Sendable (borrowing StarterContext) -> Float
}
