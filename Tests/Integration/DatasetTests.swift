import Features
import Foundation
import Kafka
import Messages
import Parquet
import Postgres
import Racing
import RacingStore
import Reference
import Servers
import Testing

/// Builds data sets as an operator does: through the fleet, with several builders.
@Suite(.timeLimit(.minutes(20))) struct DatasetTests {
    private struct Outcome: Decodable { let built, unchanged, empty, rows: Int }

    private func build(_ fleet: TestFleet, _ options: String = "") async throws -> Outcome {
        try await fleet.json(Outcome.self, "dataset build --from 2025-03-10 --to 2025-12-31 \(options)")
    }

    /// Runs `body` with a fleet and the folder of the data set's parts.
    private func withFleet(_ body: (TestFleet, _ folder: String) async throws -> Void) async throws {
        try await TestFleet.with(.simulated(seed: 5)) { fleet async throws in
            let root = fleet.folder + "/artifacts"
            try await body(fleet.setting(["ARTIFACT_ROOT": root]), root + "/datasets/ability")
        }
    }

    // MARK: Incremental builds

    @Test func `builds only the parts that changed`() async throws {
        try await withFleet { fleet, folder async throws in
            let builders = try (0..<2).map { _ in try fleet.start("feature-builder") }
            try await buildsWholeMonths(fleet)
            let files = try await rebuildsFromTheMonthOfACorrection(fleet, folder)
            try await rebuildsALostPart(#require(files.min()), fleet, folder)
            #expect(try await build(fleet, "--force").built == 10)
            #expect(try await fleet.deadLetters().isEmpty)
            for builder in builders { #expect(await builder.stop() == 0) }
        }
    }

    /// The first day is in the middle of its month.
    private func buildsWholeMonths(_ fleet: TestFleet) async throws {
        let first = try await build(fleet)
        #expect(first.built == 10 && first.unchanged == 0)
        let starters: Int = try await fleet.pool.query(
            "SELECT count(*) AS n FROM racing.runners WHERE race_date >= '2025-03-01' AND pos_raw <> 'NR'"
        )[0].get("n")
        #expect(first.rows == starters && starters > 5000)
        let second = try await build(fleet)
        #expect(second.built == 0 && second.unchanged == 10)
    }

    /// - Returns: the files of the parts.
    private func rebuildsFromTheMonthOfACorrection(_ fleet: TestFleet, _ folder: String) async throws -> [String] {
        let original = try await buildTimes(fleet)
        try await correctAResult(before: "2025-11-15", fleet)
        let corrected = try await build(fleet)
        let november = try await buildTimes(fleet)
        #expect(corrected.built + corrected.unchanged == 10 && november.count == 10)
        #expect(november.filter { original[$0.key] != $0.value }.keys.sorted() == ["2025-11", "2025-12"])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files.count == 10, "replaced parts and temporary files are deleted: \(files)")

        // This correction is older than those that a builder polls for.
        try await correctAResult(before: "2025-10-15", fleet)
        _ = try await build(fleet)
        let october = try await buildTimes(fleet)
        #expect(october.filter { november[$0.key] != $0.value }.keys.sorted() == ["2025-10", "2025-11", "2025-12"])
        return files
    }

    private func rebuildsALostPart(_ file: String, _ fleet: TestFleet, _ folder: String) async throws {
        let lost = URL(fileURLWithPath: folder + "/" + file)
        let bytes = try Data(contentsOf: lost)
        let before = try await buildTimes(fleet)
        try FileManager.default.removeItem(at: lost)
        _ = try await build(fleet)
        let after = try await buildTimes(fleet)
        #expect(after.count { before[$0.key] != $0.value } == 1)
        #expect(try Data(contentsOf: lost) == bytes)
    }

    /// The build time of each part from the manifest. A redelivered request may have built a part before the command's
    /// own request, so the command's counts are not enough.
    private func buildTimes(_ fleet: TestFleet) async throws -> [String: String] {
        let rows = try await fleet.pool.query("SELECT part, built_at::text AS at FROM modeling.dataset_parts")
        return Dictionary(
            uniqueKeysWithValues: try rows.map {
                (try $0.get("part", as: String.self), try $0.get("at", as: String.self))
            }
        )
    }

    private func correctAResult(before day: String, _ fleet: TestFleet) async throws {
        try await fleet.pool.query(
            """
            UPDATE racing.runners SET ovr_btn = ovr_btn + 1
             WHERE race_date = (SELECT max(race_date) FROM racing.runners WHERE race_date < '\(day)')
               AND pos_raw = '2'
            """
        )
    }

    // MARK: Equality with the live path

    @Test func `the feature-builder builds the rows of the data set, bit for bit`() async throws {
        try await withFleet { fleet, folder async throws in
            _ = try await build(fleet)
            let rows = try readRows(folder)
            let messages = try await requestEveryRace(fleet)
            var compared = 0
            for message in messages {
                for runner in try RaceFeatures(serializedBytes: try #require(message.value)).runners {
                    let row = try #require(rows[runner.runnerID])
                    let values = runner.features.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
                    #expect(values == row, "runner \(runner.runnerID)")
                    compared += 1
                }
            }
            #expect(compared >= rows.count && rows.count > 5000)
        }
    }

    /// The bit patterns of each runner's features, by `runner_id`.
    private func readRows(_ folder: String) throws -> [Int64: [UInt32]] {
        var rows: [Int64: [UInt32]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let reader = try ParquetReader(folder + "/" + file)
            #expect(reader.metadata["giddyup.feature_set_hash"] == FeatureSet.latest.hash)
            guard case .int64(let runners) = try reader.column("runner_id").values else {
                throw FleetError("\(file): runner_id is not an int64 column")
            }
            for runner in runners { rows[runner] = [] }
            for name in FeatureSet.latest.names {
                let column = try reader.column(name)
                guard case .float(let values) = column.values else {
                    throw FleetError("\(file): \(name) is not a float column")
                }
                for (index, runner) in runners.enumerated() {
                    let isMissing = column.isValid?[index] == false
                    rows[runner]?.append(isMissing ? Float.nan.bitPattern : values[index].bitPattern)
                }
            }
        }
        return rows
    }

    /// Requests the features of each race ten minutes before its off.
    private func requestEveryRace(_ fleet: TestFleet) async throws -> [KafkaMessage] {
        let races = try await fleet.pool.withConnection {
            try await RaceCalendar.read(
                from: #require(CalendarDay("2025-03-01")),
                through: #require(CalendarDay("2025-12-31")),
                $0
            ).races
        }
        let requests = try races.map { race in
            var request = RaceRequest()
            request.raceID = race.key.raceID
            request.raceDay = race.key.day.number
            request.asOf = race.off.advanced(bySeconds: -600).microseconds
            request.models = [.reading(.latest)]
            request.origin = .backfill
            request.revision = 1
            return try request.record(prefix: fleet.prefix)
        }
        _ = try await KafkaProducer(Servers.stack.kafkaProperties).send(requests)
        let builder = try fleet.start("feature-builder")
        var messages: [KafkaMessage] = []
        try await fleet.wait {
            messages = try await fleet.messages("race.features.backfill")
            return Set(messages.map(\.key)).count == races.count
        }
        #expect(await builder.stop() == 0)
        return messages
    }

    // MARK: Other readers

    @Test(.enabled(if: Python.isInstalled, "no Python libraries: ./setup --reference"))
    func `pyarrow and Polars read the parts`() async throws {
        struct Read: Decodable {
            let pyarrow, polars, nulls, statistics, nan, winners: Int
            let zstd: Bool
            let hash, date: String
        }
        try await withFleet { fleet, folder async throws in
            let outcome = try await build(fleet)
            let printed = try await Python.run(Self.readParts, folder)
            let read = try JSONDecoder().decode(Read.self, from: Data(printed.utf8))
            #expect(read.pyarrow == outcome.rows && read.polars == outcome.rows)
            #expect(read.nulls > 0 && read.statistics == read.nulls && read.nan == 0, "missing is null, not NaN")
            #expect(read.zstd && read.hash == FeatureSet.latest.hash)
            #expect(read.winners > 500 && read.date.hasPrefix("2025-03"))
        }
    }

    private static let readParts = """
        import sys, glob, json, polars as pl, pyarrow.parquet as pq, pyarrow.dataset as ds
        files = sorted(glob.glob(sys.argv[1] + "/*.parquet"))
        first = pq.ParquetFile(files[0])
        column = first.metadata.row_group(0).column(first.schema_arrow.get_field_index("speed1"))
        parts = pl.scan_parquet(files)
        print(json.dumps({
            "pyarrow": ds.dataset(files).count_rows(),
            "polars": parts.select(pl.len()).collect().item(),
            "nulls": int(pq.read_table(files[0])["speed1"].null_count),
            "statistics": int(column.statistics.null_count),
            "nan": int(parts.select(pl.col("speed1").is_nan().sum()).collect().item()),
            "zstd": column.compression == "ZSTD",
            "hash": first.metadata.metadata[b"giddyup.feature_set_hash"].decode(),
            "winners": parts.filter(pl.col("position") == 1).select(pl.len()).collect().item(),
            "date": str(parts.select(pl.col("race_date").min()).collect().item())}))
        """
}
