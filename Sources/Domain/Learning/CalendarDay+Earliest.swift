import Racing

extension CalendarDay {
    /// A day before any race.
    static let earliest = CalendarDay(-700_000)
}
