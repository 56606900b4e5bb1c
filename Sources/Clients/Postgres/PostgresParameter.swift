/// A value for a placeholder (`$1`, `$2`, ...) of a statement.
///
/// Strings are sent as untyped text, so that the server infers their type from the statement (a `date`, a `jsonb`).
/// All other values are sent in binary with their type's OID.
public struct PostgresParameter: Sendable {
    /// The type's OID; 0 lets the server infer it.
    let type: UInt32
    /// `nil` for NULL.
    let bytes: [UInt8]?
    let isBinary: Bool

    init(type: UInt32, bytes: [UInt8]?, isBinary: Bool = true) {
        self.type = type
        self.bytes = bytes
        self.isBinary = isBinary
    }

    public static let null = PostgresParameter(type: 0, bytes: nil, isBinary: false)

    public static func text(_ value: String?) -> Self {
        Self(type: 0, bytes: value.map { Array($0.utf8) + [0] }, isBinary: false)
    }
    public static func int(_ value: Int64?) -> Self {
        Self(type: PostgresType.int8, bytes: value.map { bigEndian($0) })
    }
    public static func int(_ value: Int?) -> Self { int(value.map(Int64.init)) }
    public static func double(_ value: Double?) -> Self {
        Self(type: PostgresType.float8, bytes: value.map { bigEndian($0.bitPattern) })
    }
    public static func bool(_ value: Bool?) -> Self { Self(type: PostgresType.bool, bytes: value.map { [$0 ? 1 : 0] }) }
    public static func bytes(_ value: [UInt8]?) -> Self { Self(type: PostgresType.bytea, bytes: value) }
    public static func date(_ value: PostgresDate?) -> Self {
        Self(type: PostgresType.date, bytes: value.map { bigEndian($0.daysSince2000) })
    }
    public static func instant(_ value: PostgresInstant?) -> Self {
        Self(type: PostgresType.timestamptz, bytes: value.map { bigEndian($0.since2000) })
    }

    public static func ints(_ values: [Int64]) -> Self {
        array(values, of: PostgresType.int8, as: PostgresType.int8Array) { bigEndian($0) }
    }
    public static func doubles(_ values: [Double?]) -> Self {
        array(values, of: PostgresType.float8, as: PostgresType.float8Array) { $0.map { bigEndian($0.bitPattern) } }
    }
    public static func texts(_ values: [String?]) -> Self {
        array(values, of: PostgresType.text, as: PostgresType.textArray) { $0.map { Array($0.utf8) } }
    }
    public static func dates(_ values: [PostgresDate?]) -> Self {
        array(values, of: PostgresType.date, as: PostgresType.dateArray) { $0.map { bigEndian($0.daysSince2000) } }
    }
    public static func instants(_ values: [PostgresInstant?]) -> Self {
        array(values, of: PostgresType.timestamptz, as: PostgresType.timestamptzArray) { value in
            value.map { bigEndian($0.since2000) }
        }
    }

    /// Encodes a one-dimensional array in binary (`array_recv` in PostgreSQL's arrayfuncs.c).
    ///
    /// - Parameters:
    ///   - element: the OID of the element type.
    ///   - type: the OID of the array type.
    ///   - encode: the bytes of one element; `nil` for NULL.
    private static func array<T>(_ values: [T], of element: UInt32, as type: UInt32, _ encode: (T) -> [UInt8]?) -> Self
    {
        var bytes: [UInt8] = []
        let dimensions: Int32 = values.isEmpty ? 0 : 1
        bytes.appendBigEndian(dimensions)
        let mayHoldNulls: Int32 = 1
        bytes.appendBigEndian(mayHoldNulls)
        bytes.appendBigEndian(element)
        if !values.isEmpty {
            bytes.appendBigEndian(Int32(values.count))
            let lowerBound: Int32 = 1
            bytes.appendBigEndian(lowerBound)
            for value in values {
                if let encoded = encode(value) {
                    bytes.appendBigEndian(Int32(encoded.count))
                    bytes.append(contentsOf: encoded)
                } else {
                    bytes.appendBigEndian(Int32(-1))
                }
            }
        }
        return Self(type: type, bytes: bytes)
    }

    private static func bigEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}

extension PostgresParameter: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
}
