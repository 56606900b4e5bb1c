/// Writes the fields of one COPY row in order.
///
/// Binary COPY does not cast: call the method that matches the column's type. `nil` writes NULL.
public struct CopyRowEncoder {
    var bytes: [UInt8]
    private var fieldCount: Int16 = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Appends one row: the field count, then the fields that `body` writes.
    mutating func row(_ body: (inout CopyRowEncoder) throws -> Void) throws {
        let start = bytes.count
        bytes.appendBigEndian(Int16(0))
        fieldCount = 0
        try body(&self)
        withUnsafeBytes(of: fieldCount.bigEndian) { bytes.replaceSubrange(start..<start + 2, with: $0) }
    }

    public mutating func int2(_ value: Int16?) { integer(value) }
    public mutating func int4(_ value: Int32?) { integer(value) }
    public mutating func int8(_ value: Int64?) { integer(value) }
    public mutating func float8(_ value: Double?) { integer(value?.bitPattern) }
    public mutating func bool(_ value: Bool?) { integer(value.map { UInt8($0 ? 1 : 0) }) }
    public mutating func date(_ value: PostgresDate?) { integer(value?.daysSince2000) }
    public mutating func timestamptz(_ value: PostgresInstant?) { integer(value.map { $0.since2000 }) }

    /// Writes a `text`, `varchar` or `json` field.
    public mutating func text(_ value: String?) { field(value.map { Array($0.utf8) }) }
    /// Writes a `jsonb` field: the format version (1), then the JSON text.
    public mutating func jsonb(_ value: String?) { field(value.map { [1] + Array($0.utf8) }) }
    public mutating func bytea(_ value: [UInt8]?) { field(value) }

    /// Writes a `time` field.
    ///
    /// - Parameter microseconds: since midnight.
    public mutating func time(microseconds: Int64?) { integer(microseconds) }

    private mutating func integer<T: FixedWidthInteger>(_ value: T?) {
        fieldCount += 1
        guard let value else { return bytes.appendBigEndian(Int32(-1)) }
        bytes.appendBigEndian(Int32(MemoryLayout<T>.size))
        bytes.appendBigEndian(value)
    }

    private mutating func field(_ value: [UInt8]?) {
        fieldCount += 1
        guard let value else { return bytes.appendBigEndian(Int32(-1)) }
        bytes.appendBigEndian(Int32(value.count))
        bytes.append(contentsOf: value)
    }
}
