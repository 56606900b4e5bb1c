/// Assumed off times for the Hong Kong files, which have none.
///
/// Night meetings start at 18:45: Monday to Friday at Happy Valley, Wednesday at Sha Tin. All other meetings start at
/// 13:00. Races follow every 30 minutes. The rule is an assumption and not checked against published off times.
public enum HongKongMeeting {
    /// Returns the assumed off time of a race.
    ///
    /// - Parameters:
    ///   - course: `HV` for Happy Valley or `ST` for Sha Tin.
    ///   - day: The day of the meeting.
    ///   - race: The race number within the meeting, from 1.
    /// - Returns: `nil` if the off would be after midnight.
    public static func off(course: String, day: CalendarDay, race: Int) -> WallTime? {
        let isNight = course == "HV" ? day.weekday <= 5 : day.weekday == 3
        let first = isNight ? 18 * 3600 + 45 * 60 : 13 * 3600
        return WallTime(seconds: first + (race - 1) * 1800)
    }
}
