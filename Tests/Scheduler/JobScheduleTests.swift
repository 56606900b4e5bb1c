import Foundation
import Racing
import Scheduler
import Testing

@Suite struct JobScheduleTests {
    private let madrid = TimeZone(identifier: "Europe/Madrid")!
    private func at(_ text: String) -> Instant { Instant(text)! }

    @Test func `refits are due on the first day of their months, for a day`() {
        let jobs = JobSchedule()
        func due(_ text: String) -> Instant? { jobs.refit(at: at(text), in: madrid) }
        #expect(due("2026-04-01T02:59:59Z") == nil, "05:00 in Madrid is 03:00 UTC in summer")
        #expect(due("2026-04-01T03:00:00Z") == at("2026-04-01T03:00:00Z"))
        #expect(due("2026-04-02T02:59:00Z") == at("2026-04-01T03:00:00Z"), "after an outage")
        #expect(due("2026-04-02T03:00:00Z") == nil)
        #expect(due("2026-05-01T04:00:00Z") == nil, "May is not one of the months")
        #expect(due("2026-01-01T04:00:00Z") == at("2026-01-01T04:00:00Z"), "05:00 in Madrid is 04:00 UTC in winter")
    }

    @Test func `deletions are due each day, through both clock changes`() {
        let jobs = JobSchedule()
        func due(_ text: String) -> Instant? { jobs.prune(at: at(text), in: madrid) }
        #expect(due("2026-03-29T12:00:00Z") == at("2026-03-29T02:00:00Z"))
        #expect(due("2026-03-30T01:59:00Z") == at("2026-03-29T02:00:00Z"))
        #expect(due("2026-10-25T12:00:00Z") == at("2026-10-25T03:00:00Z"))
        #expect(JobSchedule.never.prune(at: at("2026-10-25T12:00:00Z"), in: madrid) == nil)
        #expect(JobSchedule.never.refit(at: at("2026-04-01T12:00:00Z"), in: madrid) == nil)
    }

    @Test func `drift is due each day`() {
        let jobs = JobSchedule()
        #expect(jobs.drift(at: at("2026-03-29T12:00:00Z"), in: madrid) == at("2026-03-29T04:00:00Z"))
        #expect(JobSchedule.never.drift(at: at("2026-03-29T12:00:00Z"), in: madrid) == nil)
    }
}
