import Racing
import Scheduler
import Testing

@Suite struct ScheduleTests {
    private let schedule = Schedule()
    private func at(_ text: String) -> Instant { Instant(text)! }

    @Test func `runs at 08:00 in Madrid through both clock changes`() {
        #expect(schedule.dailyRun(before: at("2026-03-28T14:00:00Z")) == at("2026-03-28T07:00:00Z"))
        #expect(schedule.dailyRun(before: at("2026-03-29T14:00:00Z")) == at("2026-03-29T06:00:00Z"))
        #expect(schedule.dailyRun(before: at("2026-10-24T14:00:00Z")) == at("2026-10-24T06:00:00Z"))
        #expect(schedule.dailyRun(before: at("2026-10-25T14:00:00Z")) == at("2026-10-25T07:00:00Z"))
        // A Hong Kong day meeting is over before 08:00 in Madrid, so the previous day's run covers it.
        #expect(schedule.dailyRun(before: at("2026-07-05T05:00:00Z")) == at("2026-07-04T06:00:00Z"))
    }

    @Test func `ticks every 10 minutes, and every minute in the last 15`() {
        let off = at("2026-07-04T14:05:00Z")
        let ticks = schedule.ticks(off: off, after: at("2026-07-04T13:25:00Z"), through: at("2026-07-04T15:00:00Z"))
            .map(\.description)
        let expected =
            ["2026-07-04T13:30:00Z", "2026-07-04T13:40:00Z"] + (50...59).map { "2026-07-04T13:\($0):00Z" }
            + (0...5).map { "2026-07-04T14:0\($0):00Z" }
        #expect(ticks == expected)
        #expect(
            schedule.ticks(off: off, after: off, through: at("2026-07-05T00:00:00Z")).isEmpty,
            "nothing after the off"
        )
        #expect(
            schedule.ticks(off: off, after: at("2026-07-03T00:00:00Z"), through: off).first
                == at("2026-07-04T06:00:00Z")
        )
    }

    @Test(arguments: 1...20) func `gives the same ticks however the time is split into windows`(seed: Int) {
        var state = UInt64(seed)
        func below(_ count: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % count
        }
        let start = at("2026-10-24T00:00:00Z").microseconds
        let off = Instant(microseconds: start + below(172_800) * 1_000_000)
        let end = Instant(microseconds: start + 172_800 * 1_000_000)
        let whole = schedule.ticks(off: off, after: Instant(microseconds: start - 90_000_000_000), through: end)
        var parts: [Instant] = []
        var last = Instant(microseconds: start - 90_000_000_000)
        while last < end {
            let next = min(end, Instant(microseconds: last.microseconds + 1 + below(4000) * 1_000_000))
            parts += schedule.ticks(off: off, after: last, through: next)
            last = next
        }
        #expect(parts == whole, "seed \(seed)")
        #expect(Set(whole).count == whole.count)
    }
}
