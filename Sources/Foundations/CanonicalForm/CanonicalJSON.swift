import Foundation

/// JSON with sorted keys, so that equal values have equal bytes.
public enum CanonicalJSON {
    /// - Parameter isPretty: whether to indent the output for human readers.
    public static func data(_ value: some Encodable, isPretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(value)
    }

    public static func text(_ value: some Encodable, isPretty: Bool = false) throws -> String {
        String(decoding: try data(value, isPretty: isPretty), as: UTF8.self)
    }
}
