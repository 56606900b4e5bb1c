/// The OIDs of the built-in types that this module reads and writes (PostgreSQL's `pg_type.dat`).
enum PostgresType {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let date: UInt32 = 1082
    static let timestamp: UInt32 = 1114
    static let timestamptz: UInt32 = 1184
    static let jsonb: UInt32 = 3802
    static let int8Array: UInt32 = 1016
    static let float8Array: UInt32 = 1022
    static let textArray: UInt32 = 1009
    static let text: UInt32 = 25
    static let dateArray: UInt32 = 1182
    static let timestamptzArray: UInt32 = 1185

    /// Whether a type's binary format is its text.
    static func isText(_ oid: UInt32) -> Bool {
        // In order: text, varchar, bpchar, name, json, "char", unknown.
        [25, 1043, 1042, 19, 114, 18, 705].contains(oid)
    }
}
