/// A row-major feature matrix. NaN marks a missing value.
public struct LightGBMMatrix: Sendable {
    public let values: [Float]
    public let columns: Int

    public var rows: Int { columns == 0 ? 0 : values.count / columns }

    /// - Precondition: `values.count` is a multiple of `columns`, and `columns` is positive.
    public init(_ values: [Float], columns: Int) {
        precondition(
            columns > 0 && values.count % columns == 0,
            "\(values.count) values cannot be split into rows of \(columns)"
        )
        self.values = values
        self.columns = columns
    }

    /// The rows at `indices`, in that order.
    public func rows(at indices: [Int]) -> LightGBMMatrix {
        var selected: [Float] = []
        selected.reserveCapacity(indices.count * columns)
        for index in indices { selected.append(contentsOf: values[index * columns..<(index + 1) * columns]) }
        return LightGBMMatrix(selected, columns: columns)
    }
}
