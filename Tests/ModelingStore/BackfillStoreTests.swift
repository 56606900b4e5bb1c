import ModelingStore
import Postgres
import Racing
import RacingStore
import Testing

@Suite struct BackfillStoreTests {
    @Test func `assigns distinct revisions to concurrent runs`() async throws {
        try await withModelingDatabase { pool async throws in
            let revisions = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await pool.withConnection {
                            try await BackfillStore.insert(
                                from: CalendarDay(1),
                                through: CalendarDay(2),
                                modelID: 1,
                                beforeOff: 0,
                                races: 1,
                                $0
                            ).revision
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(revisions.sorted() == Array(1...8))
        }
    }

    /// A backfill never replaces live rows, so it must not wait for them to become its own.
    @Test func `counts a race with a live signal as finished`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.query(
                """
                INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, origin, revision) VALUES
                    (to_timestamp(1000), 1, 1, 1, 'live', 1), (to_timestamp(1000), 2, 1, 1, 'backfill', 7),
                    (to_timestamp(1000), 3, 1, 1, 'backfill', 6), (to_timestamp(999), 4, 1, 1, 'backfill', 7)
                """
            )
            let requests = (1...5).map { (raceID: Int64($0), asOf: Instant(microseconds: 1_000_000_000)) }
            let unfinished = try await pool.withConnection {
                try await BackfillStore.readUnfinished(requests, revision: 7, modelID: 1, $0)
            }
            #expect(unfinished.map(\.raceID) == [3, 4, 5])
        }
    }
}
