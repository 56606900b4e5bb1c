import Racing
import Testing

@Suite struct HongKongMeetingTests {
    private func off(_ course: String, _ day: String, _ race: Int) throws -> String? {
        HongKongMeeting.off(course: course, day: try #require(CalendarDay(day)), race: race)?.description
    }

    @Test func `starts night meetings at 18:45`() throws {
        #expect(try off("HV", "2025-07-16", 1) == "18:45", "Happy Valley on a Wednesday")
        #expect(try off("HV", "2025-07-14", 1) == "18:45", "Happy Valley on a Monday")
        #expect(try off("ST", "2025-07-16", 1) == "18:45", "Sha Tin on a Wednesday")
    }

    @Test func `starts day meetings at 13:00`() throws {
        #expect(try off("ST", "2025-07-13", 1) == "13:00", "Sha Tin on a Sunday")
        #expect(try off("ST", "2025-07-15", 1) == "13:00", "Sha Tin on a Tuesday, a holiday")
        #expect(try off("HV", "2025-07-12", 1) == "13:00", "Happy Valley on a Saturday")
    }

    @Test func `spaces races by half an hour`() throws {
        #expect(try off("ST", "2025-07-13", 3) == "14:00")
        #expect(try off("ST", "2025-07-13", 11) == "18:00")
        #expect(try off("HV", "2025-07-16", 9) == "22:45")
    }

    @Test func `returns nil for an off after midnight`() throws {
        #expect(try off("HV", "2025-07-16", 20) == nil)
    }
}
