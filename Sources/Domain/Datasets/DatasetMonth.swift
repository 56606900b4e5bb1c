import Racing

/// A calendar month. Each part of a data set holds one.
public struct DatasetMonth: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let year: Int
    public let month: Int

    /// - Parameter text: year and month, such as "2024-07".
    public init?(_ text: String) {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 7, numbers.count == 2, numbers[0].count == 4, let year = Int(numbers[0]),
            let month = Int(numbers[1]),
            CalendarDay(year: year, month: month, day: 1) != nil
        else { return nil }
        self.init(year: year, month: month)
        // `Int` reads a sign, and the part's file is named by the description.
        guard description == text else { return nil }
    }

    /// The month that a day is in.
    public init(_ day: CalendarDay) {
        let components = day.components
        self.init(year: components.year, month: components.month)
    }

    private init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    public var next: DatasetMonth {
        month == 12 ? DatasetMonth(year: year + 1, month: 1) : DatasetMonth(year: year, month: month + 1)
    }
    public var first: CalendarDay { CalendarDay(year: year, month: month, day: 1) ?? CalendarDay(0) }
    public var last: CalendarDay { next.first.advanced(by: -1) }

    /// The months of a range of days, in order.
    public static func covering(_ first: CalendarDay, _ last: CalendarDay) -> [DatasetMonth] {
        Array(sequence(first: DatasetMonth(first)) { $0.next }.prefix { $0.first <= last })
    }

    public static func < (a: Self, b: Self) -> Bool { (a.year, a.month) < (b.year, b.month) }
    public var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }
}
