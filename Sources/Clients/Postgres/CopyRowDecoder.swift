/// Reads the fields of one COPY row in order.
///
/// Binary COPY sends no type information: call the method that matches the column's type. Each method returns `nil`
/// for NULL and throws `PostgresError` with code `.decoding` if the field's size does not fit the type.
///
/// Noncopyable, so that it cannot outlive the row buffer it points into.
public struct CopyRowDecoder: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private var offset: Int
    private var remainingFields = 0
    private let query: String

    /// - Parameter headerLength: bytes to skip at the start of the buffer.
    package init(_ bytes: UnsafeRawBufferPointer, skipping headerLength: Int, query: String) {
        self.bytes = bytes
        self.offset = headerLength
        self.query = query
    }

    /// Reads the field count of the next row.
    ///
    /// - Returns: `false` at the end of the message or of the stream.
    package mutating func beginRow() throws(PostgresError) -> Bool {
        guard remainingFields == 0 else {
            throw PostgresError(.decoding, "\(remainingFields) fields of the row were not read", query: query)
        }
        guard offset + 2 <= bytes.count else { return false }
        let count = bytes.bigEndian(Int16.self, at: offset)
        offset += 2
        remainingFields = max(0, Int(count))
        return count >= 0
    }

    private mutating func nextField() throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard remainingFields > 0 else {
            throw PostgresError(.decoding, "no fields left in the row; read one field per column", query: query)
        }
        remainingFields -= 1
        guard offset + 4 <= bytes.count else { throw truncated }
        let length = Int(bytes.bigEndian(Int32.self, at: offset))
        offset += 4
        guard length >= 0 else { return nil }
        guard length <= bytes.count - offset else { throw truncated }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }

    private var truncated: PostgresError {
        PostgresError(.decoding, "a row of \(bytes.count) bytes ends within a field", query: query)
    }

    private mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(PostgresError) -> T? {
        guard let field = try nextField() else { return nil }
        guard field.count == MemoryLayout<T>.size else {
            throw PostgresError(.decoding, "cannot decode a field of \(field.count) bytes as \(T.self)", query: query)
        }
        return field.bigEndian(T.self)
    }

    public mutating func int2() throws(PostgresError) -> Int16? { try integer(Int16.self) }
    public mutating func int4() throws(PostgresError) -> Int32? { try integer(Int32.self) }
    public mutating func int8() throws(PostgresError) -> Int64? { try integer(Int64.self) }
    public mutating func float8() throws(PostgresError) -> Double? {
        try integer(UInt64.self).map { Double(bitPattern: $0) }
    }
    public mutating func bool() throws(PostgresError) -> Bool? { try integer(UInt8.self).map { $0 != 0 } }
    public mutating func date() throws(PostgresError) -> PostgresDate? {
        try integer(Int32.self).map { PostgresDate(daysSince2000: $0) }
    }
    public mutating func timestamptz() throws(PostgresError) -> PostgresInstant? {
        try integer(Int64.self).map { PostgresInstant(since2000: $0) }
    }
    public mutating func text() throws(PostgresError) -> String? {
        try nextField().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Unwraps a field that must not be NULL.
    ///
    /// - Parameters:
    ///   - value: a field just read.
    ///   - column: the column's name, for the error message.
    /// - Throws: `PostgresError` with code `.decoding` if the field is NULL.
    @inlinable public func required<T>(_ value: T?, _ column: String) throws(PostgresError) -> T {
        guard let value else { throw nullError(column) }
        return value
    }

    @usableFromInline func nullError(_ column: String) -> PostgresError {
        PostgresError(.decoding, "column \"\(column)\" is NULL", query: query)
    }
}
