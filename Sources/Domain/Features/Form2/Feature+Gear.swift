import Racing

extension Feature {
    /// Headgear on the card, kind by kind.
    static let gear: [Feature] =
        HeadgearCodes.names.enumerated().map { kind, code in
            let name = kinds[kind]
            return Feature(
                "gear_\(code.lowercased())",
                .gear,
                "code",
                "\(name): 1 worn, 2 first time, 3 back on, -1 taken off",
                reads: "card"
            ) {
                $0.headgear.state(kind).value
            } words: {
                switch $0.whole {
                case 1: "wears \(name)"
                case 2: "wears \(name) for the first time"
                case 3: "wears \(name) again"
                case -1: "without \(name), worn last time"
                default: "no \(name)"
                }
            }
        } + [
            Feature("gear_off", "headgear taken off") { $0.headgear.isAnyOff },
            Feature("gear_again", "headgear put back on") { $0.headgear.isAnyAgain },
            Feature("gear_changed", "headgear changed") { $0.headgear.isAnyChanged },
        ]

    private static let kinds = [
        "blinkers", "a tongue tie", "a visor", "a hood", "cheekpieces", "a cross-noseband", "a pacifier with cowls",
        "a shadow roll", "cowls", "ear plugs", "a pacifier", "half cowls",
    ]

    private init(_ name: String, _ meaning: String, _ flag: @escaping @Sendable (borrowing StarterForm) -> Bool) {
        self.init(
            name,
            .gear,
            "flag",
            meaning,
            reads: "card",
            form: { flag($0) ? 1 : 0 },
            words: { $0.isPositive ? meaning : "no \(meaning)" }
        )
    }
}
