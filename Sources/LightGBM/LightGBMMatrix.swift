/// Rows of features, row-major; NaN is "missing".
public struct LightGBMMatrix: Sendable {
    public let values: [Float]
    public let columns: Int

    public var rows: Int { columns == 0 ? 0 : values.count / columns }

    /// - Precondition: `values` holds whole rows.
    public init(_ values: [Float], columns: Int) {
        precondition(columns > 0 && values.count % columns == 0, "\(values.count) values are not rows of \(columns)")
        self.values = values
        self.columns = columns
    }

    /// The rows at `indices`, in that order.
    public func rows(at indices: [Int]) -> LightGBMMatrix {
        var taken: [Float] = []
        taken.reserveCapacity(indices.count * columns)
        for index in indices { taken.append(contentsOf: values[index * columns..<(index + 1) * columns]) }
        return LightGBMMatrix(taken, columns: columns)
    }
}
