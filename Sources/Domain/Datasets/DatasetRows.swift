import Parquet
import Racing

/// Races read back from the parts of a data set, in the order of the parts, for training.
public struct DatasetRows: Sendable {
    public struct Race: Sendable, Equatable {
        public let raceID: Int64
        public let day: CalendarDay
        public let rows: Range<Int>
    }

    public private(set) var featureNames: [String] = []
    /// Row-major, one row for each starter; NaN is missing.
    public private(set) var values: [Float] = []
    public private(set) var races: [Race] = []
    public private(set) var runners: [Int64] = []
    /// 0 for a run without a position.
    public private(set) var positions: [Int16] = []

    public init() {}

    public mutating func reserve(rows: Int, features: Int) {
        values.reserveCapacity(rows * features)
        runners.reserveCapacity(rows)
        positions.reserveCapacity(rows)
    }

    /// Appends a part's races of a range of days. Skips races that a model cannot learn from, as the build from a form
    /// book does: those without a winner or with fewer than two starters.
    ///
    /// - Parameter hash: the required hash of the feature set; `nil` accepts the first part's features.
    /// - Throws: `ParquetError` if the file cannot be read, has another feature set, or is not a part of a data set.
    public mutating func append(
        _ path: String,
        featureSetHash hash: String?,
        from first: CalendarDay,
        through last: CalendarDay
    ) throws(ParquetError) {
        let reader = try ParquetReader(path)
        let labels = Set(DatasetFile.labels.map(\.name))
        let names = reader.names.filter { !labels.contains($0) }
        let found = reader.metadata["giddyup.feature_set_hash"]
        if let hash, found != hash {
            throw ParquetError(
                path,
                "the features are of set \(found ?? "unknown"), \(hash) is required: build the data set again"
            )
        }
        guard featureNames.isEmpty || featureNames == names else {
            throw ParquetError(path, "the columns differ from those of the parts before it: build the data set again")
        }
        featureNames = names
        let kept = try appendRaces(PartLabels(reader, path), path, from: first, through: last)
        try appendValues(reader, path, rows: kept)
    }

    /// Appends the races of a range of days, without their features.
    ///
    /// - Returns: the part's rows that belong to them.
    private mutating func appendRaces(
        _ part: PartLabels,
        _ path: String,
        from first: CalendarDay,
        through last: CalendarDay
    ) throws(ParquetError) -> [Int] {
        let raceIDs = part.raceIDs
        var kept: [Int] = []
        var row = 0
        while row < raceIDs.count {
            let end = raceIDs[row...].firstIndex { $0 != raceIDs[row] } ?? raceIDs.count
            let field = (row..<end).map { part.position($0) }
            guard field.allSatisfy({ $0 >= 0 }) else {
                throw ParquetError(path, "race \(raceIDs[row]) has a position below 0")
            }
            let day = CalendarDay(part.days[row])
            if first <= day, day <= last, field.count > 1, field.contains(1) {
                let rows = positions.count..<positions.count + field.count
                races.append(Race(raceID: raceIDs[row], day: day, rows: rows))
                positions += field
                runners += part.runnerIDs[row..<end]
                kept += row..<end
            }
            row = end
        }
        return kept
    }

    /// Appends the features of some rows of a part, one column at a time, so that a part is never in memory twice.
    private mutating func appendValues(_ reader: borrowing ParquetReader, _ path: String, rows: [Int])
        throws(ParquetError)
    {
        let width = featureNames.count
        let start = values.count
        values.append(contentsOf: repeatElement(.nan, count: rows.count * width))
        for (offset, name) in featureNames.enumerated() {
            let column = try reader.column(name)
            guard case .float(let numbers) = column.values else {
                throw ParquetError(path, "\(name) is not a column of single-precision numbers")
            }
            for (index, row) in rows.enumerated() where column.isValid?[row] ?? true {
                values[start + index * width + offset] = numbers[row]
            }
        }
    }
}

/// The label columns of a part, except the horses.
private struct PartLabels {
    let raceIDs: [Int64]
    let days: [Int32]
    let runnerIDs: [Int64]
    private let positions: [Int64]
    private let hasPosition: [Bool]?

    init(_ reader: borrowing ParquetReader, _ path: String) throws(ParquetError) {
        guard case .int64(let raceIDs) = try reader.column("race_id").values,
            case .date(let days) = try reader.column("race_date").values,
            case .int64(let runnerIDs) = try reader.column("runner_id").values
        else {
            throw ParquetError(path, "race_id, race_date or runner_id has an unexpected type: not a part of a data set")
        }
        let position = try reader.column("position")
        guard case .int64(let positions) = position.values else {
            throw ParquetError(path, "position is not a column of whole numbers")
        }
        self.raceIDs = raceIDs
        self.days = days
        self.runnerIDs = runnerIDs
        self.positions = positions
        hasPosition = position.isValid
    }

    /// The position of a row; 0 if it has none.
    func position(_ row: Int) -> Int16 { hasPosition?[row] == false ? 0 : Int16(clamping: positions[row]) }
}
