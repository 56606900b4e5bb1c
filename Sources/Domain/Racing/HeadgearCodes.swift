/// What a card says about each kind of headgear, one kind after the other.
///
/// Hong Kong writes codes divided by "/", each with an ending: "B1/TT/XB-". Britain writes letters: "tp1" is a
/// tongue tie and cheekpieces, the cheekpieces for the first time. A kind that is not among `names` is passed over.
public struct HeadgearCodes: Sendable, Equatable {
    /// Blinkers, tongue tie, visor, hood, cheekpieces, cross-noseband, pacifier with cowls, shadow roll, cowls (one or
    /// both sides), ear plugs, pacifier, and half cowls: Hong Kong's codes.
    public static let names = ["B", "TT", "V", "H", "CP", "XB", "PC", "SR", "CO", "E", "P", "CC"]

    /// The state of one kind of headgear.
    public enum State: UInt64, Sendable {
        case absent = 0
        case worn = 1
        case firstTime = 2
        case again = 3
        case off = 4

        /// The value of the feature: 0 absent, 1 worn, 2 first time, 3 back on, -1 taken off.
        public var value: Double { self == .off ? -1 : Double(rawValue) }

        init(ending: Character?) {
            self =
                switch ending {
                case "1": .firstTime
                case "2": .again
                case "-": .off
                default: .worn
                }
        }
    }

    /// Four bits for each kind, and the three flags above them.
    public private(set) var bits: UInt64 = 0

    private static let flagsAt: UInt64 = 48

    public init(_ declared: String?) {
        guard let declared else { return }
        for (flag, marks) in ["-", "2", "12-"].enumerated() where declared.contains(where: marks.contains) {
            bits |= 1 << (Self.flagsAt + UInt64(flag))
        }
        if declared.contains(where: \.isLowercase) { readLetters(declared) } else { readCodes(declared) }
    }

    /// Whether any item is marked as taken off.
    public var isAnyOff: Bool { flag(0) }
    /// Whether any item is marked as put back on.
    public var isAnyAgain: Bool { flag(1) }
    /// Whether any item is marked as new, put back on, or taken off.
    public var isAnyChanged: Bool { flag(2) }

    private func flag(_ number: UInt64) -> Bool { bits >> (Self.flagsAt + number) & 1 == 1 }

    /// - Parameter kind: an index of `names`.
    public func state(_ kind: Int) -> State { State(rawValue: bits >> (4 * UInt64(kind)) & 0xF) ?? .absent }

    private mutating func readCodes(_ declared: String) {
        for item in declared.split(separator: "/") {
            var code = item
            while let last = code.last, "12-".contains(last) { code.removeLast() }
            set(String(code), State(ending: item.last))
        }
    }

    /// The codes of Britain's letters. Its eye shields are not among `names`: Hong Kong's E is ear plugs.
    private static let letters: [Character: String] = [
        "b": "B", "t": "TT", "v": "V", "h": "H", "p": "CP",
    ]

    private mutating func readLetters(_ declared: String) {
        var pending: String?
        for character in declared {
            if let code = Self.letters[character] {
                set(code, .worn)
                pending = code
            } else if let code = pending, "12-".contains(character) {
                set(code, State(ending: character))
            }
        }
    }

    private mutating func set(_ code: String, _ state: State) {
        guard let kind = Self.names.firstIndex(of: code) else { return }
        let shift = 4 * UInt64(kind)
        bits = bits & ~(0xF << shift) | state.rawValue << shift
    }
}
