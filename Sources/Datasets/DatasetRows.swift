import Parquet
import Racing

/// Races read back from the parts of a data set, in the order of the parts: what a model learns from.
public struct DatasetRows: Sendable {
    public struct Race: Sendable, Equatable {
        public let raceID: Int64
        public let day: CalendarDay
        public let rows: Range<Int>
    }
    public private(set) var featureNames: [String] = []
    /// Row-major, one row per starter; NaN is missing.
    public private(set) var values: [Float] = []
    public private(set) var races: [Race] = []
    public private(set) var runners: [Int64] = []
    /// 0: ran, no position.
    public private(set) var positions: [Int16] = []

    public init() {}

    public mutating func reserve(rows: Int, features: Int) {
        values.reserveCapacity(rows * features)
        runners.reserveCapacity(rows)
        positions.reserveCapacity(rows)
    }

    /// Appends a part's races of a range of days. Races that cannot be learnt from (no winner, fewer than two starters) are left out, as they are
    /// where the races come from a form book.
    ///
    /// - Parameter hash: of the feature set that the rows must be of; nil: whatever the first part has.
    /// - Throws: `ParquetError` where the file cannot be read, or is not a part of that feature set.
    public mutating func append(_ path: String, featureSetHash hash: String?, from first: CalendarDay, through last: CalendarDay) throws(ParquetError)
    {
        let reader = try ParquetReader(path)
        let labels = Set(DatasetFile.labels.map(\.name))
        let names = reader.names.filter { !labels.contains($0) }
        let found = reader.metadata["giddyup.feature_set_hash"]
        if let hash, found != hash { throw ParquetError(path, "its features are of set \(found ?? "unknown"), and \(hash) is asked for") }
        guard featureNames.isEmpty || featureNames == names else { throw ParquetError(path, "its columns are not those of the parts before it") }
        featureNames = names
        guard case .int64(let ids) = try reader.column("race_id").values, case .date(let days) = try reader.column("race_date").values,
            case .int64(let horses) = try reader.column("runner_id").values
        else { throw ParquetError(path, "race_id, race_date or runner_id has another type than a data set's") }
        let position = try reader.column("position")
        guard case .int64(let places) = position.values else { throw ParquetError(path, "position is not a column of whole numbers") }
        // one column at a time, so that a part is never in memory twice
        let base = values.count
        var (kept, row): ([Int], Int) = ([], 0)
        while row < ids.count {
            let end = ids[row...].firstIndex { $0 != ids[row] } ?? ids.count
            let field = (row..<end).map { position.isValid?[$0] == false ? Int16(0) : Int16(clamping: places[$0]) }
            guard field.allSatisfy({ $0 >= 0 }) else { throw ParquetError(path, "race \(ids[row]) has a position below 0") }
            let day = CalendarDay(days[row])
            if first <= day, day <= last, field.count > 1, field.contains(1) {
                races.append(Race(raceID: ids[row], day: day, rows: positions.count..<positions.count + field.count))
                positions += field
                runners += horses[row..<end]
                kept += row..<end
            }
            row = end
        }
        values.append(contentsOf: repeatElement(.nan, count: kept.count * names.count))
        for (offset, name) in names.enumerated() {
            let column = try reader.column(name)
            guard case .float(let numbers) = column.values else { throw ParquetError(path, "\(name) is not a column of single-precision numbers") }
            for (index, row) in kept.enumerated() where column.isValid?[row] ?? true {
                values[base + index * names.count + offset] = numbers[row]
            }
        }
    }
}
