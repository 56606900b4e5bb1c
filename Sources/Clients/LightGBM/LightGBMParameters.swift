/// LightGBM parameters by their documented names (LightGBM's Parameters.rst).
public struct LightGBMParameters: Sendable, Hashable, Codable {
    public var values: [String: String]

    public init(_ values: [String: String]) { self.values = values }

    /// The string that LightGBM's C API takes. Sorted by name, so that equal parameters give equal bytes.
    public var text: String { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }

    /// A copy with one parameter set.
    public func setting(_ name: String, _ value: String) -> LightGBMParameters {
        var copy = self
        copy.values[name] = value
        return copy
    }
}
