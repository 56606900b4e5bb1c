import Racing
import Testing

@Suite struct FinishTests {
    @Test func `reads positions and dead heats`() throws {
        for (raw, position) in [
            ("1", 1), ("3", 3), ("14", 14), ("40", 40), ("5 DH", 5), ("1 DH", 1), ("2DH", 2), ("12 dh", 12),
        ] {
            let finish = try Finish(raw)
            #expect(finish == .position(position), "\(raw)")
            #expect(finish.position == position)
            #expect(finish.isStarter)
        }
    }

    /// The codes of non-finishers in the Hong Kong and rpscrape files.
    @Test func `counts non-finishers as unplaced starters`() throws {
        let mishaps = ["F", "UR", "BD", "RO", "SU", "REF", "RR", "FE", "TNP", "ur"]
        for raw in ["PU", "DSQ", "DNF", "DISQ", "pu"] + mishaps {
            let finish = try Finish(raw)
            #expect(finish == (mishaps.contains(raw) ? .mishap : .unplaced), "\(raw)")
            #expect(finish.isStarter, "\(raw) started")
            #expect(finish.position == nil)
        }
    }

    @Test func `excludes withdrawn runners from the field`() throws {
        for raw in ["NR", "WV", "WV-A", "WX", "WX-A", "WXNR"] {
            let finish = try Finish(raw)
            #expect(finish == .withdrawn, "\(raw)")
            #expect(!finish.isStarter)
            #expect(finish.position == nil)
        }
    }

    @Test func `rejects unknown codes`() {
        for raw in ["", "0", "-1", "ZZ", "1st", "3 XX", "DH", "1.5"] {
            #expect(throws: RacingError.self, "\"\(raw)\"") { try Finish(raw) }
        }
    }
}
