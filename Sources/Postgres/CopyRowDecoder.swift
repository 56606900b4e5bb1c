/// Reads the fields of one COPY row in order. Binary COPY carries no types, so the caller names the column's own.
///
/// Not copyable, so that it cannot outlive the row it points into.
public struct CopyRowDecoder: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private var offset: Int
    private var left = 0
    private let query: String

    init(_ bytes: UnsafeRawBufferPointer, skipping: Int, query: String) {
        self.bytes = bytes
        self.offset = skipping
        self.query = query
    }

    /// - Returns: false at the end of this message, or of the stream.
    mutating func beginRow() throws(PostgresError) -> Bool {
        guard left == 0 else { throw PostgresError(.decoding, "\(left) fields of the row were not read", query: query) }
        guard offset + 2 <= bytes.count else { return false }
        let count = bytes.bigEndian(Int16.self, at: offset)
        offset += 2
        left = max(0, Int(count))
        return count >= 0
    }

    private mutating func next() throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard left > 0 else { throw PostgresError(.decoding, "the row has fewer fields than were asked for", query: query) }
        left -= 1
        let length = Int(bytes.bigEndian(Int32.self, at: offset))
        offset += 4
        guard length >= 0 else { return nil }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }

    private mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(PostgresError) -> T? {
        guard let field = try next() else { return nil }
        guard field.count == MemoryLayout<T>.size else {
            throw PostgresError(.decoding, "a field of \(field.count) bytes is not \(T.self)", query: query)
        }
        return field.bigEndian(T.self)
    }

    public mutating func int2() throws(PostgresError) -> Int16? { try integer(Int16.self) }
    public mutating func int4() throws(PostgresError) -> Int32? { try integer(Int32.self) }
    public mutating func int8() throws(PostgresError) -> Int64? { try integer(Int64.self) }
    public mutating func float8() throws(PostgresError) -> Double? { try integer(UInt64.self).map { Double(bitPattern: $0) } }
    public mutating func bool() throws(PostgresError) -> Bool? { try integer(UInt8.self).map { $0 != 0 } }
    public mutating func date() throws(PostgresError) -> PostgresDate? { try integer(Int32.self).map { PostgresDate(daysSince2000: $0) } }
    public mutating func timestamptz() throws(PostgresError) -> PostgresInstant? {
        try integer(Int64.self).map { PostgresInstant(since2000: $0) }
    }
    public mutating func text() throws(PostgresError) -> String? { try next().map { String(decoding: $0, as: UTF8.self) } }

    /// A value that the caller knows cannot be NULL.
    @inlinable public func required<T>(_ value: T?, _ column: String) throws(PostgresError) -> T {
        guard let value else { throw isNull(column) }
        return value
    }

    @usableFromInline func isNull(_ column: String) -> PostgresError { PostgresError(.decoding, "column \"\(column)\" is NULL", query: query) }
}
