import DevStack
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

/// Data sets as an operator builds them: through the fleet, by several builders.
@Suite struct DatasetTests {
    private struct Outcome: Decodable { let built, unchanged, empty, rows: Int }

    private func build(_ fleet: TestFleet, _ extra: String...) async throws -> Outcome {
        let text = try await fleet.giddyup(["dataset", "build", "--from", "2025-03-10", "--to", "2025-12-31", "--json"] + extra)
        let json = try #require(text.firstIndex(of: "{").map { text[$0...] })
        return try JSONDecoder().decode(Outcome.self, from: Data(json.utf8))
    }

    private func prepare(_ fleet: TestFleet) async throws {
        try await fleet.giddyup("migrate")
        try await fleet.giddyup("topics", "apply")
        try await fleet.giddyup("simulate", "--small", "--seasons", "1", "--seed", "5")
    }

    private func withRoot(_ body: (TestFleet, String) async throws -> Void) async throws {
        try await TestFleet.with { fleet async throws in
            var environment = fleet.environment
            let root = fleet.folder + "/artifacts"
            environment["ARTIFACT_ROOT"] = root
            try await body(TestFleet(environment: environment, databaseURL: fleet.databaseURL, prefix: fleet.prefix, folder: fleet.folder), root)
        }
    }

    @Test func onlyWhatChangedIsBuiltAgain() async throws {
        try await withRoot { fleet, root async throws in
            try await prepare(fleet)
            let builders = try (0..<2).map { _ in try fleet.start("feature-builder") }
            let first = try await build(fleet)
            // whole months, though the first day is in the middle of one
            #expect(first.built == 10 && first.unchanged == 0)
            let starters: Int = try await fleet.pool.query(
                "SELECT count(*) AS n FROM racing.runners WHERE race_date >= '2025-03-01' AND pos_raw <> 'NR'")[0].get("n")
            #expect(first.rows == starters && starters > 5000)
            let again = try await build(fleet)
            #expect(again.built == 0 && again.unchanged == 10)

            // a corrected result changes its own month and what follows it
            try await fleet.pool.query(
                "UPDATE racing.runners SET ovr_btn = ovr_btn + 1 WHERE race_date = (SELECT max(race_date) FROM racing.runners WHERE race_date < '2025-11-15') AND pos_raw = '2'"
            )
            // by the manifest: a request of before may be delivered again and build a part first
            func made() async throws -> [String: String] {
                let rows = try await fleet.pool.query("SELECT part, built_at::text AS at FROM modeling.dataset_parts")
                return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get("part", as: String.self), try $0.get("at", as: String.self)) })
            }
            let known = try await made()
            let corrected = try await build(fleet)
            let remade = try await made()
            #expect(corrected.built + corrected.unchanged == 10 && remade.count == 10)
            #expect(remade.filter { known[$0.key] != $0.value }.keys.sorted() == ["2025-11", "2025-12"])
            let files = try FileManager.default.contentsOfDirectory(atPath: root + "/datasets/ability")
            #expect(files.count == 10, "parts that were replaced are gone, and no temporary file is left: \(files)")

            // older than what the builders look for by themselves
            try await fleet.pool.query(
                "UPDATE racing.runners SET ovr_btn = ovr_btn + 1 WHERE race_date = (SELECT max(race_date) FROM racing.runners WHERE race_date < '2025-10-15') AND pos_raw = '2'"
            )
            _ = try await build(fleet)
            let older = try await made()
            #expect(older.filter { remade[$0.key] != $0.value }.keys.sorted() == ["2025-10", "2025-11", "2025-12"])

            // a part that was lost is built again, the same
            let lost = try #require(files.sorted().first)
            let before = try Data(contentsOf: URL(fileURLWithPath: root + "/datasets/ability/" + lost))
            try FileManager.default.removeItem(atPath: root + "/datasets/ability/" + lost)
            let mended = try await build(fleet)
            #expect(mended.built == 1 && mended.unchanged == 9)
            #expect(try Data(contentsOf: URL(fileURLWithPath: root + "/datasets/ability/" + lost)) == before)
            #expect(try await build(fleet, "--force").built == 10)
            let letters = try await fleet.messages("dead.letters", partitions: 12)
            #expect(letters.isEmpty)
            for builder in builders { #expect(await builder.stop() == 0) }
        }
    }

    /// What a worker builds of one request, through Kafka and Postgres, is the row of the data set, bit for bit.
    @Test func theWorkerBuildsTheRowsOfTheDataSet() async throws {
        try await withRoot { fleet, root async throws in
            try await prepare(fleet)
            _ = try await build(fleet)
            var rows: [Int64: [UInt32]] = [:]
            for file in try FileManager.default.contentsOfDirectory(atPath: root + "/datasets/ability") {
                let reader = try ParquetReader(root + "/datasets/ability/" + file)
                #expect(reader.metadata["giddyup.feature_set_hash"] == FeatureSet.ability1.hash)
                guard case .int64(let runners) = try reader.column("runner_id").values else { throw TestFleet.Failed(description: "no runners") }
                for runner in runners { rows[runner] = [] }
                for name in FeatureSet.ability1.names {
                    let column = try reader.column(name)
                    guard case .float(let values) = column.values else { throw TestFleet.Failed(description: "\(name) is no column of floats") }
                    for (index, runner) in runners.enumerated() {
                        rows[runner]?.append(column.isValid?[index] == false ? Float.nan.bitPattern : values[index].bitPattern)
                    }
                }
            }
            let entries = try await fleet.pool.withConnection {
                try await RaceDiary.read(from: #require(CalendarDay("2025-03-01")), through: #require(CalendarDay("2025-12-31")), $0).entries
            }
            let producer = try KafkaProducer(await Servers.stack.kafkaProperties)
            _ = try await producer.send(
                try entries.map { entry in
                    var request = RaceRequest()
                    (request.raceID, request.raceDay) = (entry.key.raceID, entry.key.day.number)
                    request.asOf = entry.off.advanced(bySeconds: -600).microseconds
                    (request.models, request.origin, request.revision) = ([ModelReference()], .backfill, 1)
                    return try request.record(prefix: fleet.prefix)
                })
            let builder = try fleet.start("feature-builder")
            var messages: [KafkaMessage] = []
            try await fleet.wait {
                messages = try await fleet.messages("race.features.backfill", partitions: 24)
                return Set(messages.map(\.key)).count == entries.count
            }
            #expect(await builder.stop() == 0)
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

    @Test(.enabled(if: Python.isThere, "no Python libraries: ./setup --reference")) func pyarrowAndPolarsReadTheParts() async throws {
        try await withRoot { fleet, root async throws in
            try await prepare(fleet)
            let outcome = try await build(fleet)
            let printed = try await Python.run(
                """
                import sys, glob, json, polars as pl, pyarrow.parquet as pq, pyarrow.dataset as ds
                files = sorted(glob.glob(sys.argv[1] + "/*.parquet"))
                one = pq.ParquetFile(files[0])
                group = one.metadata.row_group(0)
                column = group.column(one.schema_arrow.get_field_index("speed1"))
                polars = pl.scan_parquet(files)
                print(json.dumps({
                    "pyarrow": ds.dataset(files).count_rows(), "polars": polars.select(pl.len()).collect().item(),
                    "nulls": int(pq.read_table(files[0])["speed1"].null_count), "statistics": int(column.statistics.null_count),
                    "nan": int(polars.select(pl.col("speed1").is_nan().sum()).collect().item()), "zstd": column.compression == "ZSTD",
                    "hash": one.metadata.metadata[b"giddyup.feature_set_hash"].decode(), "winners": polars.filter(pl.col("position") == 1).select(pl.len()).collect().item(),
                    "date": str(polars.select(pl.col("race_date").min()).collect().item())}))
                """, root + "/datasets/ability")
            struct Read: Decodable {
                let pyarrow, polars, nulls, statistics, nan, winners: Int
                let zstd: Bool
                let hash, date: String
            }
            let read = try JSONDecoder().decode(Read.self, from: Data(printed.utf8))
            #expect(read.pyarrow == outcome.rows && read.polars == outcome.rows)
            #expect(read.nulls > 0 && read.statistics == read.nulls && read.nan == 0, "missing is null, not NaN")
            #expect(read.zstd && read.hash == FeatureSet.ability1.hash && read.winners > 500 && read.date.hasPrefix("2025-03"))
        }
    }
}
