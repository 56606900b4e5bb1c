import Features
import Racing

extension TrainingSet {
    /// The first day to train on.
    ///
    /// The first year of a long history only fills the form book: its own rows have too little history.
    ///
    /// - Parameters:
    ///   - first: the requested day; `nil` selects it by the length of the history.
    ///   - oldest: the day of the oldest race; `nil` if there is none.
    /// - Returns: `nil` if there is no race up to `last`.
    public static func firstDay(
        _ first: CalendarDay?,
        oldest: CalendarDay?,
        through last: CalendarDay
    ) -> CalendarDay? {
        guard let oldest, oldest <= last else { return nil }
        return first ?? oldest.advanced(by: min(365, last.days(since: oldest) / 4))
    }
}

extension FormBook {
    /// The first day to train on, by `TrainingSet.firstDay` of this book's races.
    public func firstTrainingDay(from first: CalendarDay?, through last: CalendarDay) -> CalendarDay? {
        TrainingSet.firstDay(
            first,
            oldest: raceNumbers(from: .earliest, through: last).first.map { race($0).day },
            through: last
        )
    }
}
