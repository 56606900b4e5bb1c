import Racing

/// One run of a horse's past, as later days may read it. A book keeps each horse's runs beside one another, oldest first.
struct PastRun: Sendable {
    var course: Int64 = 0
    var jockey: Int64 = 0
    var furlongs: Double = .nan
    var day: Int32 = 0
    var classBonus: Float = .nan
    var pounds: Float = .nan
    var officialRating: Float = .nan
    /// Position as a share of the field, 0 first to 1 last; a run without a position counts as last.
    var positionShare: Float = 1
    /// Lengths behind the winner, scaled to 6 furlongs, at most 20; a run without a position counts as 20.
    var beaten: Float = 20
    /// As `RunFigures`.
    var speed: Float = .nan
    var speedForDay: Float = .nan
    var rating: Float = .nan
    /// As `OnlineRatings` left it after the day.
    var online: Float = .nan
    /// As `AdjustedLengths` left them after the day.
    var lengths: Float = .nan
    var lengthsSlow: Float = .nan
    var position: Int16 = 0
    var distanceBand: UInt8 = RaceFacts.missingBand
    var going: UInt8 = RaceFacts.missingBand
    var surface: UInt8 = RaceFacts.missingBand

    var isWin: Bool { position == 1 }
    var isPlace: Bool { position >= 1 && position <= 3 }
}

/// A horse's runs before a horizon. It points into the book that it was asked of, which must outlive it: counting references to the book for each of
/// a few million starters cost a quarter of the time.
struct HorsePast {
    private let runs: UnsafePointer<PastRun>
    private let range: Range<Int>

    init(_ runs: UnsafePointer<PastRun>, _ range: Range<Int>) {
        self.runs = runs
        self.range = range
    }

    var count: Int { range.count }
    /// The newest run.
    var last: PastRun? { range.isEmpty ? nil : runs[range.upperBound - 1] }
    /// The newest but one.
    var beforeLast: PastRun? { range.count < 2 ? nil : runs[range.upperBound - 2] }
    var first: PastRun? { range.isEmpty ? nil : runs[range.lowerBound] }

    @inline(__always) func oldestFirst(_ body: (borrowing PastRun) -> Void) { for index in range { body(runs[index]) } }

    /// The mean over those of the last `count` runs that have the number; NaN where none has.
    @inline(__always) func mean(_ count: Int, _ value: (borrowing PastRun) -> Float) -> Float {
        var (sum, known): (Float, Float) = (0, 0)
        for index in newest(count) {
            let number = value(runs[index])
            guard !number.isNaN else { continue }
            sum += number
            known += 1
        }
        return known > 0 ? sum / known : .nan
    }

    /// The highest of the last `count` runs; NaN where none has the number.
    @inline(__always) func highest(_ count: Int, _ value: (borrowing PastRun) -> Float) -> Float {
        var best = Float.nan
        for index in newest(count) {
            let number = value(runs[index])
            if !number.isNaN, !(best >= number) { best = number }
        }
        return best
    }

    private func newest(_ count: Int) -> ReversedCollection<Range<Int>> {
        (max(range.lowerBound, range.upperBound - count)..<range.upperBound).reversed()
    }
}
