/// Off times for Hong Kong's files, which have none.
///
/// The rule is documented, not observed: a weekday meeting at Happy Valley, and a Wednesday meeting at Sha Tin, is at night and its first
/// race is off at 18:45; every other meeting starts at 13:00; races follow 30 minutes apart.
public enum HongKongMeeting {
    public static func off(course: String, day: CalendarDay, race: Int) -> WallTime? {
        let isNight = course == "HV" ? day.weekday <= 5 : day.weekday == 3
        let first = isNight ? 18 * 3600 + 45 * 60 : 13 * 3600
        return WallTime(seconds: first + (race - 1) * 1800)
    }
}
