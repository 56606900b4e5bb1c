import Foundation
import Racing
import Testing

@Suite struct PublishedFormatsTests {
    @Test(arguments: [
        ("16/1", 17.0), ("EvensF", 2), ("evs", 2), ("30/100F", 1.3), ("100/30", 4.333333333333333), ("9/4J", 3.25),
        ("5/2C", 3.5),
    ])
    func `reads fractional odds`(_ text: String, _ odds: Double) {
        #expect(FractionalOdds.decimal(text).map { abs($0 - odds) < 1e-12 } == true)
    }

    @Test(arguments: ["", "F", "1", "0/1", "1/0", "a/b", "1/2/3", "-1/2", "16-1", "3/922337203685477580"])
    func `rejects malformed odds`(_ text: String) {
        #expect(FractionalOdds.decimal(text) == nil)
    }

    @Test(arguments: [("8-12", 124), ("9-0", 126), ("11-13", 167)])
    func `reads weights in stones and pounds`(_ text: String, _ pounds: Int) {
        #expect(StonesPounds.pounds(text) == pounds)
    }

    @Test(arguments: ["8-14", "8", "8-", "-8", "8-1-2", "x-1", "0-5", "9223372036854775807-0"])
    func `rejects malformed weights`(_ text: String) {
        #expect(StonesPounds.pounds(text) == nil)
    }

    @Test(arguments: [
        ("5f", 5.0), ("1m", 8), ("2m3½f", 19.5), ("1m½f", 8.5), ("1m110y", 8.5), ("4m2f", 34), ("7¼f", 7.25),
    ])
    func `reads distances`(_ text: String, _ furlongs: Double) {
        #expect(PublishedDistance.furlongs(text) == furlongs)
    }

    @Test(arguments: ["", "m", "5", "5x", "f5", "½", "1m5", "-5f", "0f", String(repeating: "9", count: 310) + "m"])
    func `rejects malformed distances`(_ text: String) {
        #expect(PublishedDistance.furlongs(text) == nil)
    }

    @Test(arguments: [
        ("nk", 0.3), ("shd", 0.1), ("HD", 0.2), ("nse", 0.05), ("dht", 0), ("½", 0.5), ("1¼", 1.25), ("2.75", 2.75),
        ("dist", 30),
    ])
    func `reads beaten lengths`(_ text: String, _ lengths: Double) {
        #expect(PublishedLengths.lengths(text) == lengths)
    }

    @Test(arguments: ["", "-1", "far", "nan", "x½", "nan½", "inf½", "-2½"])
    func `rejects malformed beaten lengths`(_ text: String) {
        #expect(PublishedLengths.lengths(text) == nil)
    }

    @Test(arguments: [("1:54.79", 114.79), ("4:3.50", 243.5), ("59.98", 59.98), ("0:59.98", 59.98)])
    func `reads race times`(_ text: String, _ seconds: Double) {
        #expect(PublishedTime.seconds(text).map { abs($0 - seconds) < 1e-9 } == true)
    }

    @Test(arguments: ["", "1:60", "-1", "1:2:3", "a:1", "-1:5"])
    func `rejects malformed race times`(_ text: String) {
        #expect(PublishedTime.seconds(text) == nil)
    }
}
