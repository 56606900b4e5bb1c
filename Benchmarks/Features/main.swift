import Datasets
import Dispatch
import Expectations
import Features
import Foundation
import Postgres
import Racing
import RacingStore
import Synchronization

// Reads the form book from DATABASE_URL, writes every month as Parquet with one thread for each core, builds single
// races as live does, and prints one line of JSON.
//
// Usage: bench-features FOLDER [RUNS]

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
func seconds(since start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start) / .seconds(1) }

func fail(_ message: String, exitCode: Int32 = 1) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(exitCode)
}

/// Writes every month of a form book as a part.
///
/// - Returns: the rows and bytes written.
func writeParts(_ book: FormBook, _ set: FeatureSet, _ suite: ExpectationSuite, to folder: String)
    -> (rows: Int, bytes: Int)
{
    guard book.raceCount > 0 else { return (0, 0) }
    let months = DatasetMonth.covering(book.race(0).day, book.race(book.raceCount - 1).day)
        .filter { !book.raceNumbers(from: $0.first, through: $0.last).isEmpty }
    let progress = Mutex<(rows: Int, bytes: Int, next: Int)>((0, 0, 0))
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
        while true {
            let next = progress.withLock { state in
                defer { state.next += 1 }
                return state.next
            }
            guard next < months.count else { return }
            let month = months[next]
            do {
                let file = try DatasetFile.write(
                    month,
                    book,
                    set,
                    source: book.sourceDigest(before: month.next.first),
                    suite: suite,
                    to: "\(folder)/\(month).parquet"
                )
                progress.withLock { $0 = ($0.rows + file.rows, $0.bytes + file.bytes, $0.next) }
            } catch {
                fail("\(month): \(error)")
            }
        }
    }
    return progress.withLock { ($0.rows, $0.bytes) }
}

/// Builds about 5000 races one by one, as live does.
///
/// - Returns: the seconds of each build, sorted.
func buildSingleRaces(_ book: FormBook, _ set: FeatureSet) -> [Double] {
    stride(from: 0, to: book.raceCount, by: max(1, book.raceCount / 5000)).map { number in
        let race = book.race(number)
        let field = Array(book.runners(number))
        let start = ContinuousClock.now
        let matrix = set.build(race, field, book: book, horizon: race.day)
        precondition(matrix.rows == field.count)
        return seconds(since: start)
    }.sorted()
}

let arguments = CommandLine.arguments
guard arguments.count > 1, let url = ProcessInfo.processInfo.environment["DATABASE_URL"] else {
    fail("usage: DATABASE_URL=... bench-features FOLDER [RUNS [SET]]", exitCode: 64)
}
let folder = arguments[1]
let runs = arguments.count > 2 ? Int(arguments[2]) ?? 1 : 1
let pool = PostgresPool(url, applicationName: "bench-features")
guard let set = FeatureSet.all[arguments.count > 3 ? Int(arguments[3]) ?? 0 : FeatureSet.latest.version] else {
    fail("unknown feature set \(arguments[3])", exitCode: 64)
}
let suite = try ExpectationSuite(file: "expectations/part.json")
var reads: [Double] = []
var builds: [Double] = []
var totals: [Double] = []
var written = (rows: 0, bytes: 0)
var liveSeconds: [Double] = []
for _ in 0..<runs {
    let start = ContinuousClock.now
    let book = try await FormBookReader.read(pool).book
    reads.append(seconds(since: start))
    let buildStart = ContinuousClock.now
    written = writeParts(book, set, suite, to: folder)
    builds.append(seconds(since: buildStart))
    totals.append(seconds(since: start))
    liveSeconds = buildSingleRaces(book, set)
}
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let result: [String: Any] = [
    "rows": written.rows, "set": set.version, "features": set.features.count, "runs": runs, "read_s": median(reads),
    "build_and_write_s": median(builds), "total_s": median(totals), "rows_per_s": Double(written.rows) / median(totals),
    "rss_mb": Double(usage.ru_maxrss) / 1024, "parquet_mb": Double(written.bytes) / 1e6,
    "live_p50_us": liveSeconds[liveSeconds.count / 2] * 1e6,
    "live_p99_us": liveSeconds[liveSeconds.count * 99 / 100] * 1e6,
]
print(String(decoding: try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys]), as: UTF8.self))
