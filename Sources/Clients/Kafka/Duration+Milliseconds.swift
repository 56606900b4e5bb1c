extension Duration {
    /// Whole milliseconds, clamped to the range of a C `int`.
    var milliseconds: Int32 {
        Int32(clamping: components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
