import Postgres

/// The ids of a horse's sire and damsire.
struct Bloodline: Sendable {
    let sire: Int64?
    let damsire: Int64?
}

/// Reads an id for each sire and damsire: a hash of its name, because `racing.bloodlines` has none and an index on
/// damsires is not ours to add.
enum BloodlineReader {
    /// - Returns: the ids by bloodline id.
    static func read(_ connection: PostgresConnection) async throws -> [Int64: Bloodline] {
        var bloodlines: [Int64: Bloodline] = [:]
        try await connection.copyOut(
            "SELECT blood_id, hashtextextended(sire, 0), hashtextextended(damsire, 0) FROM racing.bloodlines"
        ) { row in
            let id = try row.required(row.int8(), "blood_id")
            bloodlines[id] = Bloodline(sire: try row.int8(), damsire: try row.int8())
        }
        return bloodlines
    }
}
