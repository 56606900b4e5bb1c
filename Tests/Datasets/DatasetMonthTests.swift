import Datasets
import Racing
import Testing

@Suite struct DatasetMonthTests {
    @Test func `lists the months of a range of days`() throws {
        let first = try #require(CalendarDay("2023-11-30"))
        let last = try #require(CalendarDay("2024-02-01"))
        #expect(DatasetMonth.covering(first, last).map(\.description) == ["2023-11", "2023-12", "2024-01", "2024-02"])
        let february = try #require(DatasetMonth("2024-02"))
        #expect("\(february.first)" == "2024-02-01" && "\(february.last)" == "2024-02-29")
        #expect(DatasetMonth.covering(first, first).count == 1)
    }

    @Test(arguments: [
        "2024-13", "2024-00", "24-01", "2024-1", "2024-1-", "2024/01", "", "2024-01-01", "-024-01", "+024-01",
        "2024-+1",
    ])
    func `rejects malformed months`(_ text: String) {
        #expect(DatasetMonth(text) == nil)
    }

    @Test func `accepts only names that are safe as folders`() {
        for name in ["ability", "a-b_C9"] { #expect(DatasetName.isValid(name)) }
        for name in ["", "..", "a/b", "a b", "é", String(repeating: "a", count: 65)] {
            #expect(!DatasetName.isValid(name), "\(name)")
        }
    }
}
