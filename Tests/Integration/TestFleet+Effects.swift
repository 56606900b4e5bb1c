import Kafka
import Postgres
import Servers

/// The effects of a fleet.
extension TestFleet {
    /// The number of rows in `modeling.signals`, and a checksum of them without serial ids and processing times.
    func checksum() async throws -> (rows: Int, md5: String) {
        let row = try await pool.query(
            """
            SELECT count(*) AS n,
                   coalesce(md5(string_agg(t::text, E'\\n' ORDER BY as_of, race_id, horse_id, model_id)), '') AS sum
              FROM (SELECT as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place,
                           best_odds_win, best_odds_src, ew_places, ew_fraction, edge_win, edge_ew, kelly_fraction,
                           stake_units, liquidity_ok, reasons_json, p_model, p_market, blended, origin, payload
                      FROM modeling.signals) t
            """
        )[0]
        return (try row.get("n"), try row.get("sum"))
    }

    /// Every message of a topic.
    func messages(_ topic: String) async throws -> [KafkaMessage] {
        let consumer = try await KafkaConsumer(
            Servers.stack.kafkaProperties.merging(["group.id": Servers.uniqueName("reader")]) { $1 }
        )
        let counts = try await KafkaAdmin(["bootstrap.servers": Servers.stack.bootstrapServers]).topics()
        let assignment = (0..<(counts[prefix + topic] ?? 0)).map { TopicPartition(prefix + topic, $0) }
        var expected: Int64 = 0
        for partition in assignment { expected += try await consumer.watermarks(partition).high }
        try await consumer.assign(Dictionary(uniqueKeysWithValues: assignment.map { ($0, nil) }))
        var messages: [KafkaMessage] = []
        try await wait {
            messages += try await consumer.poll(limit: 1000, timeout: .milliseconds(200))
            return messages.count >= expected
        }
        try await consumer.close()
        return messages
    }

    func deadLetters() async throws -> [KafkaMessage] { try await messages("dead.letters") }
}
