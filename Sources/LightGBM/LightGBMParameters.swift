/// LightGBM's parameters by their documented names (Parameters.rst), written as the one string that its C API takes.
public struct LightGBMParameters: Sendable, Hashable, Codable {
    public var values: [String: String]

    public init(_ values: [String: String]) { self.values = values }

    /// Sorted by name, so that equal parameters give equal bytes.
    public var text: String { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }

    public func setting(_ name: String, _ value: String) -> LightGBMParameters {
        var copy = self
        copy.values[name] = value
        return copy
    }
}
