/// A Swift type that can be decoded from a non-NULL field in PostgreSQL's binary format.
public protocol PostgresDecodable {
    /// Decodes one field.
    ///
    /// - Parameters:
    ///   - bytes: the field's content.
    ///   - type: the OID of its type.
    /// - Returns: `nil` if this Swift type cannot represent `type` without loss, or the field has another size.
    static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Self?
}

extension Int64: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Int64? {
        switch type {
        case PostgresType.int8: bytes.wholeBigEndian(Int64.self)
        case PostgresType.int4: bytes.wholeBigEndian(Int32.self).map(Int64.init)
        case PostgresType.int2: bytes.wholeBigEndian(Int16.self).map(Int64.init)
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
        case PostgresType.float8: bytes.wholeBigEndian(UInt64.self).map { Double(bitPattern: $0) }
        case PostgresType.float4: bytes.wholeBigEndian(UInt32.self).map { Double(Float(bitPattern: $0)) }
        case PostgresType.int4: bytes.wholeBigEndian(Int32.self).map(Double.init)
        case PostgresType.int2: bytes.wholeBigEndian(Int16.self).map(Double.init)
        default: nil
        }
    }
}

extension Bool: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> Bool? {
        type == PostgresType.bool ? bytes.wholeBigEndian(UInt8.self).map { $0 != 0 } : nil
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
        type == PostgresType.date ? bytes.wholeBigEndian(Int32.self).map(PostgresDate.init(daysSince2000:)) : nil
    }
}

extension PostgresInstant: PostgresDecodable {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> PostgresInstant? {
        guard type == PostgresType.timestamptz else { return nil }
        return bytes.wholeBigEndian(Int64.self).map(PostgresInstant.init(since2000:))
    }
}

extension Array: PostgresDecodable where Element == UInt8 {
    public static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> [UInt8]? {
        type == PostgresType.bytea ? Array(bytes) : nil
    }
}
