/// Fractional odds as published by bookmakers: 16/1, 100/30, EvensF.
///
/// A trailing F, J or C marks a favourite, joint favourite or co-favourite and is ignored.
public enum FractionalOdds {
    /// Converts fractional odds.
    ///
    /// - Returns: Decimal odds, stake included; `nil` if the text is malformed.
    public static func decimal(_ text: String) -> Double? {
        var words = Substring(text)
        if let last = words.last, "FJC".contains(last) { words = words.dropLast() }
        if ["evens", "evs", "ev"].contains(words.lowercased()) { return 2 }
        let parts = words.split(separator: "/", omittingEmptySubsequences: false)
        // Far larger numbers than any bookmaker's would round the odds to 1.
        guard parts.count == 2, let over = Int(parts[0]), let under = Int(parts[1]),
            (1...100_000).contains(over), (1...100_000).contains(under)
        else { return nil }
        return Double(over) / Double(under) + 1
    }
}

/// Weights as published, in stones and pounds: 8-12.
public enum StonesPounds {
    /// Converts a weight.
    ///
    /// - Returns: Pounds; `nil` if the text is malformed.
    public static func pounds(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let stones = Int(parts[0]), let pounds = Int(parts[1]),
            (1..<100).contains(stones), (0..<14).contains(pounds)
        else { return nil }
        return stones * 14 + pounds
    }
}

/// Distances as published, in miles, furlongs and yards: 2m3½f, 1m½f, 5f, 1m110y.
public enum PublishedDistance {
    public static let fractions: [Character: Double] = ["¼": 0.25, "½": 0.5, "¾": 0.75]

    /// Furlongs per unit.
    private static let units: [Character: Double] = ["m": 8, "f": 1, "y": 1 / 220]

    /// Converts a distance.
    ///
    /// - Returns: Furlongs; `nil` if the text is malformed or the distance is 0.
    public static func furlongs(_ text: String) -> Double? {
        var total = 0.0
        var number = 0.0
        var hasNumber = false
        for character in text {
            if let digit = character.wholeNumberValue, character.isASCII {
                number = number * 10 + Double(digit)
                hasNumber = true
            } else if let fraction = fractions[character] {
                number += fraction
                hasNumber = true
            } else if let scale = units[character], hasNumber {
                total += number * scale
                number = 0
                hasNumber = false
            } else {
                return nil
            }
        }
        return hasNumber || total <= 0 || !total.isFinite ? nil : total
    }
}

/// Beaten lengths as published, in words, fractions or decimals: nk, shd, 1¼, 0.75. A dead heat is 0.
public enum PublishedLengths {
    /// The customary values of the words (British Horseracing Authority, "distances between horses").
    private static let words = [
        "dht": 0.0, "nse": 0.05, "nose": 0.05, "shd": 0.1, "sh hd": 0.1, "sht-hd": 0.1, "hd": 0.2, "head": 0.2,
        "snk": 0.25, "nk": 0.3, "neck": 0.3, "dist": 30,
    ]

    /// Converts a beaten distance.
    ///
    /// - Returns: Lengths; `nil` if the text is malformed.
    public static func lengths(_ text: String) -> Double? {
        let lower = text.lowercased()
        if let value = words[lower] { return value }
        if let fraction = lower.last.flatMap({ PublishedDistance.fractions[$0] }) {
            let whole = lower.dropLast()
            return whole.isEmpty ? fraction : number(whole).map { $0 + fraction }
        }
        return number(lower)
    }

    private static func number(_ text: some StringProtocol) -> Double? {
        Double(text).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
}

/// Race times as published: 1:54.79, 4:3.50, 59.98.
public enum PublishedTime {
    /// Converts a race time.
    ///
    /// - Returns: Seconds; `nil` if the text is malformed.
    public static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let seconds = Double(parts[parts.count - 1]), seconds.isFinite,
            seconds >= 0
        else { return nil }
        guard parts.count == 2 else { return seconds }
        guard let minutes = Int(parts[0]), minutes >= 0, seconds < 60 else { return nil }
        return Double(minutes) * 60 + seconds
    }
}
