import Datasets
import Dispatch
import Expectations
import Features
import Foundation
import Postgres
import Racing
import RacingStore
import Synchronization

// Reads the form book from DATABASE_URL, writes every month as Parquet on as many threads as there are cores, then builds single races, and prints
// one line of JSON. Usage: bench-features FOLDER [RUNS]

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
func seconds(_ since: ContinuousClock.Instant) -> Double { (ContinuousClock.now - since) / .seconds(1) }

let arguments = CommandLine.arguments
guard arguments.count > 1, let url = ProcessInfo.processInfo.environment["DATABASE_URL"] else {
    FileHandle.standardError.write(Data("usage: DATABASE_URL=... bench-features FOLDER [RUNS]\n".utf8))
    exit(64)
}
let (folder, runs) = (arguments[1], arguments.count > 2 ? Int(arguments[2]) ?? 1 : 1)
let pool = PostgresPool(url, applicationName: "bench-features")
let set = FeatureSet.ability1
let suite = try ExpectationSuite(file: "expectations/part.json")
var (reads, builds, totals): ([Double], [Double], [Double]) = ([], [], [])
var (rows, bytes) = (0, 0)
var lives: [Double] = []
for _ in 0..<runs {
    let start = ContinuousClock.now
    let book = try await FormBookReader.read(pool).book
    reads.append(seconds(start))
    let building = ContinuousClock.now
    let days = (0..<book.raceCount).lazy.map { book.race($0).day }
    let months = (days.first.flatMap { first in days.last.map { DatasetMonth.covering(first, $0) } } ?? [])
        .filter { !book.raceNumbers(from: $0.first, through: $0.last).isEmpty }
    let done = Mutex<(rows: Int, bytes: Int, next: Int)>((0, 0, 0))
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
        while true {
            let next = done.withLock { state in
                defer { state.next += 1 }
                return state.next
            }
            guard next < months.count else { return }
            let month = months[next]
            do {
                let file = try DatasetFile.write(
                    month, book, set, source: book.sourceDigest(before: month.next.first), suite: suite, to: "\(folder)/\(month).parquet")
                done.withLock { $0 = ($0.rows + file.rows, $0.bytes + file.bytes, $0.next) }
            } catch {
                FileHandle.standardError.write(Data("\(month): \(error)\n".utf8))
                exit(1)
            }
        }
    }
    (rows, bytes) = done.withLock { ($0.rows, $0.bytes) }
    builds.append(seconds(building))
    totals.append(seconds(start))
    lives = stride(from: 0, to: book.raceCount, by: max(1, book.raceCount / 5000)).map { number in
        let (race, field) = (book.race(number), Array(book.runners(number)))
        let start = ContinuousClock.now
        let matrix = set.build(race, field, book: book, horizon: race.day)
        precondition(matrix.rows == field.count)
        return seconds(start)
    }.sorted()
}
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let result: [String: Any] = [
    "rows": rows, "features": set.features.count, "runs": runs, "read_s": median(reads), "build_and_write_s": median(builds),
    "total_s": median(totals), "rows_per_s": Double(rows) / median(totals), "rss_mb": Double(usage.ru_maxrss) / 1024,
    "parquet_mb": Double(bytes) / 1e6, "live_p50_us": lives[lives.count / 2] * 1e6, "live_p99_us": lives[lives.count * 99 / 100] * 1e6,
]
print(String(decoding: try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys]), as: UTF8.self))
