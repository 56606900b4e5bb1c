/// Odds as bookmakers publish them: 16/1, 100/30, EvensF; a trailing F, J or C marks a favourite, joint or co-favourite.
public enum FractionalOdds {
    /// - Returns: decimal odds, stake included; nil where it is no such text.
    public static func decimal(_ text: String) -> Double? {
        var words = Substring(text)
        if let last = words.last, "FJC".contains(last) { words = words.dropLast() }
        if ["evens", "evs", "ev"].contains(words.lowercased()) { return 2 }
        let parts = words.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let over = Int(parts[0]), let under = Int(parts[1]), over > 0, under > 0 else { return nil }
        return Double(over) / Double(under) + 1
    }
}

/// Weights in stones and pounds: 8-12.
public enum StonesPounds {
    public static func pounds(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let stones = Int(parts[0]), let pounds = Int(parts[1]), stones > 0, (0..<14).contains(pounds) else { return nil }
        return stones * 14 + pounds
    }
}

/// Distances in miles and furlongs: 2m3½f, 1m½f, 5f, 1m110y.
public enum PublishedDistance {
    public static let fractions: [Character: Double] = ["¼": 0.25, "½": 0.5, "¾": 0.75]

    private static let units: [Character: Double] = ["m": 8, "f": 1, "y": 1 / 220]

    /// - Returns: furlongs.
    public static func furlongs(_ text: String) -> Double? {
        var (total, number, hasNumber) = (0.0, 0.0, false)
        for letter in text {
            if let digit = letter.wholeNumberValue, letter.isASCII {
                number = number * 10 + Double(digit)
                hasNumber = true
            } else if let fraction = fractions[letter] {
                number += fraction
                hasNumber = true
            } else if let scale = units[letter], hasNumber {
                total += number * scale
                (number, hasNumber) = (0, false)
            } else {
                return nil
            }
        }
        return hasNumber || total <= 0 ? nil : total
    }
}

/// Lengths in words and fractions: nk, shd, 1¼, 0.75; a dead heat is 0.
public enum PublishedLengths {
    /// The usual parts of a length (British Horseracing Authority, "distances between horses").
    private static let words = [
        "dht": 0.0, "nse": 0.05, "nose": 0.05, "shd": 0.1, "sh hd": 0.1, "sht-hd": 0.1, "hd": 0.2, "head": 0.2, "snk": 0.25, "nk": 0.3, "neck": 0.3,
        "dist": 30,
    ]

    public static func lengths(_ text: String) -> Double? {
        let lower = text.lowercased()
        if let known = words[lower] { return known }
        if let fraction = lower.last.flatMap({ PublishedDistance.fractions[$0] }) {
            let whole = lower.dropLast()
            return whole.isEmpty ? fraction : Double(whole).map { $0 + fraction }
        }
        guard let number = Double(lower), number.isFinite, number >= 0 else { return nil }
        return number
    }
}

/// Times of races: 1:54.79, 4:3.50, 59.98.
public enum PublishedTime {
    /// - Returns: seconds.
    public static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let seconds = Double(parts[parts.count - 1]), seconds.isFinite, seconds >= 0 else { return nil }
        guard parts.count == 2 else { return seconds }
        guard let minutes = Int(parts[0]), minutes >= 0, seconds < 60 else { return nil }
        return Double(minutes) * 60 + seconds
    }
}
