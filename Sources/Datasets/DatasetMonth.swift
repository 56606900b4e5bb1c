import Racing

/// A calendar month, which is what a part of a data set holds.
public struct DatasetMonth: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let year: Int
    public let month: Int

    /// - Parameter text: as 2024-07.
    public init?(_ text: String) {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 7, numbers.count == 2, numbers[0].count == 4, let year = Int(numbers[0]), let month = Int(numbers[1]),
            CalendarDay(year: year, month: month, day: 1) != nil
        else { return nil }
        (self.year, self.month) = (year, month)
    }

    public init(_ day: CalendarDay) { (year, month) = (day.components.year, day.components.month) }

    private init(year: Int, month: Int) { (self.year, self.month) = (year, month) }

    public var next: DatasetMonth { month == 12 ? DatasetMonth(year: year + 1, month: 1) : DatasetMonth(year: year, month: month + 1) }
    public var first: CalendarDay { CalendarDay(year: year, month: month, day: 1) ?? CalendarDay(0) }
    public var last: CalendarDay { next.first.advanced(by: -1) }

    /// The months that a range of days touches.
    public static func covering(_ first: CalendarDay, _ last: CalendarDay) -> [DatasetMonth] {
        Array(sequence(first: DatasetMonth(first)) { $0.next }.prefix { $0.first <= last })
    }

    public static func < (a: Self, b: Self) -> Bool { (a.year, a.month) < (b.year, b.month) }
    public var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }
}
