/// The headgear of a horse, read from its declaration.
public enum Headgear {
    /// A parsed headgear declaration.
    public struct Worn: Sendable, Equatable {
        public let isAny: Bool
        public let isFirstTime: Bool
        public let codes: HeadgearCodes

        public init(_ declared: String?) {
            isAny = Headgear.isWorn(declared)
            isFirstTime = Headgear.isFirstTime(declared)
            codes = HeadgearCodes(declared)
        }
    }

    /// Whether an item is worn for the first time. Hong Kong ("B1/TT") and Britain ("b1", "v1t") mark it with a 1.
    public static func isFirstTime(_ declared: String?) -> Bool { declared?.contains("1") ?? false }

    /// Whether any item is worn. A trailing "-" marks an item that was taken off.
    public static func isWorn(_ declared: String?) -> Bool {
        guard let declared else { return false }
        return declared.split(separator: "/").contains { !$0.hasSuffix("-") && !$0.isEmpty }
    }
}
