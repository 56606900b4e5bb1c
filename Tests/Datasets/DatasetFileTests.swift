import Datasets
import Expectations
import Features
import Foundation
import Parquet
import Racing
import Testing

@Suite struct DatasetFileTests {
    /// Sixty races of the same five horses on consecutive days; the fifth horse never has a position.
    ///
    /// - Parameter beaten: the beaten lengths in the race at index 40.
    private func book(beaten: Double = 2) -> FormBook {
        func day(_ number: Int32) -> CalendarDay { CalendarDay(19_700 + number) }
        return FormBook(
            (0..<60).map { index -> (RaceFacts, [(RunnerFacts, PastResult)]) in
                let race = RaceFacts(
                    raceID: Int64(index + 1),
                    day: day(Int32(index)),
                    course: 1,
                    pattern: nil,
                    raceClass: "Class 4",
                    furlongs: 6,
                    metres: 1207,
                    going: "Good",
                    surface: "Turf"
                )
                return (
                    race,
                    (1...5).map { horse in
                        (
                            RunnerFacts(
                                runnerID: Int64(index * 10 + horse),
                                horse: Int64(horse),
                                trainer: 1,
                                jockey: nil,
                                draw: horse,
                                age: 4,
                                pounds: 120,
                                officialRating: nil,
                                headgear: nil
                            ),
                            PastResult(
                                RunResult(
                                    finish: horse == 5 ? .unplaced : .position(horse),
                                    beatenLengths: index == 40 ? beaten : Double(horse - 1),
                                    seconds: nil
                                )
                            )
                        )
                    }
                )
            }
        )
    }

    private let suite: ExpectationSuite

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        suite = try ExpectationSuite(file: root + "/expectations/part.json")
    }

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "dataset-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func `a part holds what a live build returns`() throws {
        let book = book()
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let month = DatasetMonth(book.race(0).day).next
        let file = try DatasetFile.write(month, book, .ability1, source: "x", suite: suite, to: folder + "/a.parquet")
        let numbers = book.raceNumbers(from: month.first, through: month.last)
        #expect(file.races == numbers.count && file.rows == numbers.count * 5 && file.races > 20)
        let reader = try ParquetReader(folder + "/a.parquet")
        #expect(
            reader.names == ["race_id", "race_date", "runner_id", "horse_id", "position"] + FeatureSet.ability1.names
        )
        #expect(reader.metadata["giddyup.source"] == "x" && reader.metadata["giddyup.part"] == month.description)
        let position = try reader.column("position")
        #expect(position.isValid?.count { !$0 } == file.races, "position is null for a run without one")
        var expected: [[UInt32]] = Array(repeating: [], count: FeatureSet.ability1.names.count)
        for number in numbers {
            let matrix = FeatureSet.ability1.build(
                book.race(number),
                book.runners(number),
                book: book,
                horizon: book.race(number).day
            )
            for row in 0..<matrix.rows {
                for (column, value) in matrix.row(row).enumerated() { expected[column].append(value.bitPattern) }
            }
        }
        for (column, name) in FeatureSet.ability1.names.enumerated() {
            let read = try reader.column(name)
            guard case .float(let values) = read.values else { throw ParquetError(name, "no floats") }
            for row in values.indices {
                let isMissing = read.isValid?[row] == false
                #expect(
                    isMissing
                        ? Float(bitPattern: expected[column][row]).isNaN
                        : values[row].bitPattern == expected[column][row],
                    "\(name) \(row)"
                )
            }
        }
        // Writing the part again gives the same bytes.
        #expect(
            try DatasetFile.write(month, book, .ability1, source: "x", suite: suite, to: folder + "/b.parquet").sha256
                == file.sha256
        )
    }

    @Test func `the source digest covers the past only`() {
        let a = book()
        let b = book(beaten: 7)
        let changed = a.race(40).day
        #expect(a.sourceDigest(before: changed) == b.sourceDigest(before: changed))
        #expect(a.sourceDigest(before: changed.advanced(by: 1)) != b.sourceDigest(before: changed.advanced(by: 1)))
        #expect(a.sourceDigest(before: changed.advanced(by: 1)) != a.sourceDigest(before: changed))
        #expect(a.sourceDigest(before: changed).count == 32)
    }

    @Test func `a cancelled or failed write leaves no file`() throws {
        let book = book()
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: CancellationError.self) {
            try DatasetFile.write(
                DatasetMonth(book.race(0).day),
                book,
                .ability1,
                source: "x",
                suite: suite,
                to: folder + "/a.parquet",
                isCancelled: { true }
            )
        }
        #expect(throws: ParquetError.self) {
            try DatasetFile.write(
                DatasetMonth(book.race(0).day),
                book,
                .ability1,
                source: "x",
                suite: suite,
                to: folder + "/missing/a.parquet"
            )
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
}
