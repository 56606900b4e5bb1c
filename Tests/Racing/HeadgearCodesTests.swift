import Racing
import Testing

@Suite struct HeadgearCodesTests {
    private func values(_ declared: String?) -> [String: Double] {
        let codes = HeadgearCodes(declared)
        let values = HeadgearCodes.names.enumerated().map { ($1, codes.state($0).value) }
        return Dictionary(uniqueKeysWithValues: values.filter { $0.1 != 0 })
    }

    @Test(
        arguments: [
            ("B1/TT/XB-", ["B": 2, "TT": 1, "XB": -1]), ("CP2", ["CP": 3]), ("BO/SR", ["SR": 1]), ("", [:]),
            // Britain's letters.
            ("tp1", ["TT": 1, "CP": 2]), ("e/sp", ["CP": 1]), ("htb", ["H": 1, "TT": 1, "B": 1]),
        ] as [(String, [String: Double])]
    )
    func `reads each kind`(declared: String, expected: [String: Double]) {
        #expect(values(declared) == expected, "\(declared)")
    }

    @Test func `flags changes of any kind, known or not`() {
        let codes = HeadgearCodes("BO-/TT")
        #expect(codes.isAnyOff && codes.isAnyChanged && !codes.isAnyAgain)
        #expect(HeadgearCodes("V2").isAnyAgain && !HeadgearCodes("V").isAnyChanged)
        #expect(HeadgearCodes(nil).bits == 0)
    }
}
