/// A Swift type that can be decoded from a non-NULL field in PostgreSQL's binary format.
public protocol PostgresDecodable {
    /// Decodes one field.
    ///
    /// - Parameters:
    ///   - bytes: the field's content.
    ///   - type: the OID of its type.
    /// - Returns: `nil` if this Swift type cannot represent `type` without loss.
    static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Self?
}

extension Int64: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Int64? {
        switch type {
        case PostgresType.int8: bytes.bigEndian(Int64.self)
        case PostgresType.int4: Int64(bytes.bigEndian(Int32.self))
        case PostgresType.int2: Int64(bytes.bigEndian(Int16.self))
        default: nil
        }
    }
}

extension Int: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Int? {
        Int64.decode(bytes, type: type).map(Int.init)
    }
}

extension Double: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Double? {
        switch type {
        case PostgresType.float8: Double(bitPattern: bytes.bigEndian(UInt64.self))
        case PostgresType.float4: Double(Float(bitPattern: bytes.bigEndian(UInt32.self)))
        case PostgresType.int4: Double(bytes.bigEndian(Int32.self))
        case PostgresType.int2: Double(bytes.bigEndian(Int16.self))
        default: nil
        }
    }
}

extension Bool: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Bool? {
        type == PostgresType.bool ? bytes[0] != 0 : nil
    }
}

extension String: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> String? {
        if PostgresType.isText(type) { return String(decoding: bytes, as: UTF8.self) }
        // A jsonb field is a version byte, then the JSON text.
        if type == PostgresType.jsonb { return String(decoding: bytes.dropFirst(), as: UTF8.self) }
        return nil
    }
}

extension PostgresDate: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> PostgresDate? {
        type == PostgresType.date ? PostgresDate(daysSince2000: bytes.bigEndian(Int32.self)) : nil
    }
}

extension PostgresInstant: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> PostgresInstant? {
        type == PostgresType.timestamptz ? PostgresInstant(since2000: bytes.bigEndian(Int64.self)) : nil
    }
}

extension Array: PostgresDecodable where Element == UInt8 {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> [UInt8]? {
        type == PostgresType.bytea ? Array(bytes) : nil
    }
}
