import Racing

/// A horse's runs before a horizon.
///
/// It points into the book that it comes from, and the book must outlive it. Counting references to the book for each
/// of a few million starters took a quarter of the build time.
struct HorsePast {
    private let runs: UnsafePointer<PastRun>
    private let forms: UnsafePointer<RunForm>
    private let range: Range<Int>

    init(_ runs: UnsafePointer<PastRun>, _ forms: UnsafePointer<RunForm>, _ range: Range<Int>) {
        self.runs = runs
        self.forms = forms
        self.range = range
    }

    var count: Int { range.count }
    /// The newest run.
    var last: PastRun? { range.isEmpty ? nil : runs[range.upperBound - 1] }
    /// The second newest run.
    var beforeLast: PastRun? { range.count < 2 ? nil : runs[range.upperBound - 2] }
    var first: PastRun? { range.isEmpty ? nil : runs[range.lowerBound] }

    /// The form of the `age`-th last run, 1 for the last; `nil` if there are fewer.
    func form(_ age: Int) -> RunForm? { range.count < age ? nil : forms[range.upperBound - age] }

    /// The `age`-th last run, 1 for the last; `nil` if there are fewer.
    func run(_ age: Int) -> PastRun? { range.count < age ? nil : runs[range.upperBound - age] }

    /// Calls `body` with every run and its form, oldest first.
    @inline(__always) func forms(_ body: (borrowing PastRun, borrowing RunForm) -> Void) {
        for index in range { body(runs[index], forms[index]) }
    }

    /// Calls `body` with the forms of the last `count` runs, newest first.
    @inline(__always) func newestForms(_ count: Int, _ body: (borrowing RunForm) -> Void) {
        for index in newest(count) { body(forms[index]) }
    }

    /// The number of runs in the `count` days before a day.
    func runs(inLast count: Int32, before day: Int32) -> Int {
        var runsInTime = 0
        for index in range.reversed() {
            guard runs[index].day >= day - count else { break }
            runsInTime += 1
        }
        return runsInTime
    }

    @inline(__always) func oldestFirst(_ body: (borrowing PastRun) -> Void) { for index in range { body(runs[index]) } }

    /// The mean over the last `count` runs, without missing values; NaN if all are missing.
    @inline(__always) func mean(_ count: Int, _ value: (borrowing PastRun) -> Float) -> Float {
        var sum: Float = 0
        var known: Float = 0
        for index in newest(count) {
            let number = value(runs[index])
            guard !number.isNaN else { continue }
            sum += number
            known += 1
        }
        return known > 0 ? sum / known : .nan
    }

    /// The highest value of the last `count` runs; NaN if all are missing.
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
