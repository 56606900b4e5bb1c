import Postgres

/// Reads an id for each sire.
enum SireReader {
    /// - Returns: the sire's id by bloodline id: the lowest bloodline id with that sire, which stays the same when
    ///   bloodlines are added.
    static func read(_ connection: PostgresConnection) async throws -> [Int64: Int64] {
        var sires: [Int64: Int64] = [:]
        try await connection.copyOut(
            "SELECT blood_id, min(blood_id) OVER (PARTITION BY sire) FROM racing.bloodlines WHERE sire IS NOT NULL"
        ) { row in
            sires[try row.required(row.int8(), "blood_id")] = try row.required(row.int8(), "sire")
        }
        return sires
    }
}
