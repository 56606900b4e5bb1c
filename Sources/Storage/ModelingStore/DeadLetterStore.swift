import Postgres

/// Reads and writes `modeling.dead_letter_actions`: which dead letters were redriven or dropped.
public enum DeadLetterStore {
    public enum Action: String, Sendable, Codable { case redriven, dropped }

    /// Where the message was that failed.
    public struct Key: Sendable, Hashable {
        public let topic: String
        public let partition: Int32
        public let offset: Int64

        public init(topic: String, partition: Int32, offset: Int64) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
        }
    }

    public struct Entry: Sendable, Equatable {
        public let action: Action
        public let at: PostgresInstant
    }

    /// Records an action on letters. A later action replaces an earlier one.
    public static func record(
        _ action: Action,
        _ keys: [Key],
        by whom: String,
        _ connection: PostgresConnection
    ) async throws {
        guard !keys.isEmpty else { return }
        try await connection.query(
            """
            INSERT INTO modeling.dead_letter_actions (topic, partition, message_offset, action, by_whom)
            SELECT topic, partition, message_offset, $4, $5
              FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS k(topic, partition, message_offset)
            ON CONFLICT (topic, partition, message_offset) DO UPDATE SET
                   action = excluded.action, by_whom = excluded.by_whom, at = now()
            """,
            [
                .texts(keys.map(\.topic)),
                .ints(keys.map { Int64($0.partition) }),
                .ints(keys.map(\.offset)),
                .text(action.rawValue),
                .text(whom),
            ]
        )
    }

    /// How many letters were redriven or dropped.
    public static func countClosed(_ connection: PostgresConnection) async throws -> Int {
        try await connection.query("SELECT count(*) AS n FROM modeling.dead_letter_actions")[0].get("n")
    }

    /// Reads all actions.
    public static func read(_ connection: PostgresConnection) async throws -> [Key: Entry] {
        var entries: [Key: Entry] = [:]
        for row in try await connection.query(
            "SELECT topic, partition, message_offset, action, at FROM modeling.dead_letter_actions"
        ) {
            let name: String = try row.get("action")
            guard let action = Action(rawValue: name) else {
                throw StoreError(.invalid, "modeling.dead_letter_actions has the action \"\(name)\"")
            }
            let key = Key(
                topic: try row.get("topic"),
                partition: Int32(clamping: try row.get("partition", as: Int.self)),
                offset: try row.get("message_offset")
            )
            entries[key] = Entry(action: action, at: try row.get("at"))
        }
        return entries
    }
}
