import Features
import Foundation

/// What a feature says of a runner, in words that a racing person reads, with the value.
package struct ReasonWords {
    private let values: [String: Float]
    private let field: Int

    /// - Parameters:
    ///   - features: of the runner, in the order of the set.
    ///   - field: starters.
    package init(_ features: [Float], _ set: FeatureSet, field: Int) {
        values = Dictionary(uniqueKeysWithValues: zip(set.names, features))
        self.field = field
    }

    /// The feature that a comparison within the race is of; any other is its own.
    package static func base(_ name: String) -> String {
        for suffix in ["_rank", "_diff", "_z"] where name.hasSuffix(suffix) { return String(name.dropLast(suffix.count)) }
        return name
    }

    /// - Parameter name: as `base` gives it.
    package func words(_ name: String) -> String {
        guard let value = known(name) else { return "\(Self.nouns[name] ?? name.replacingOccurrences(of: "_", with: " ")): not known" }
        let text = sentence(name, Double(value))
        guard let rank = known(name + "_rank") else { return text }
        return "\(text), \(Self.ordinal(Double(rank) * Double(field))) of \(field)"
    }

    private func known(_ name: String) -> Float? { values[name].flatMap { $0.isNaN ? nil : $0 } }
    private func count(_ name: String) -> String { known(name).map { String(Int($0)) } ?? "?" }

    private func sentence(_ name: String, _ v: Double) -> String {
        switch name {
        case "field_size": return "\(Int(v)) runners"
        case "furlongs": return "over \(Self.number(v)) furlongs"
        case "going": return "on \(Self.goings[min(max(Int(v), 0), 4)]) going"
        case "class_bonus", "course", "surface": return "this class of race, course and surface"
        case "draw_number", "draw_share": return "drawn \(count("draw_number")) of \(field)"
        case "draw_bias": return "this part of the draw has won \(Self.number(v)) times its share"
        case "pounds": return "carries \(Int(v)) lb"
        case "pounds_over_field": return "carries \(Self.more(v, "lb", "more", "less")) than the field's mean"
        case "official_rating": return "officially rated \(Int(v))"
        case "age": return "\(Int(v)) years old"
        case "headgear_first": return v > 0 ? "headgear for the first time" : "no first-time headgear"
        case "headgear": return v > 0 ? "wears headgear" : "wears no headgear"
        case "days_since": return "last ran \(Int(v)) days ago"
        case "days_career": return "first ran \(Int(v)) days ago"
        case "position1": return "beat \(Self.percent(1 - v)) of its field last time"
        case "position2": return "beat \(Self.percent(1 - v)) of its field the time before last"
        case "position_mean3": return "beat \(Self.percent(1 - v)) of its fields in the last 3 runs"
        case "beaten1": return v <= 0 ? "won last time" : "beaten \(Self.number(v)) lengths last time"
        case "beaten_mean3": return "beaten \(Self.number(v)) lengths on average in the last 3 runs"
        case "pounds_change": return "carries \(Self.more(v, "lb", "more", "less")) than last time"
        case "rating_change": return "rated \(Self.more(v, "lb", "higher", "lower")) than last time"
        case "rating_over_best_win": return "rated \(Self.more(v, "lb", "above", "below", same: "the same as")) its highest winning mark"
        case "class_change": return v == 0 ? "in the same class as last time" : v > 0 ? "up in class" : "down in class"
        case "distance_change":
            return abs(v) < 0.05
                ? "at the same distance as last time" : "\(Self.number(abs(v))) furlongs \(v > 0 ? "further" : "shorter") than last time"
        case "same_jockey": return v > 0 ? "ridden by the same jockey as last time" : "another jockey than last time"
        case "runs", "wins", "win_rate", "place_rate": return "won \(count("wins")) of \(count("runs"))"
        case "runs_365": return "ran \(Int(v)) times in the last year"
        case "win_rate_365": return "ran \(count("runs_365")) times in the last year, wins at \(Self.percent(v))"
        case "place_rate_365": return "ran \(count("runs_365")) times in the last year, places at \(Self.percent(v))"
        case "course_runs", "course_wins", "course_place_rate": return "won \(count("course_wins")) of \(count("course_runs")) at the course"
        case "distance_runs", "distance_wins", "distance_place_rate":
            return "won \(count("distance_wins")) of \(count("distance_runs")) at about the distance"
        case "going_place_rate": return "places at \(Self.percent(v)) on such going"
        case "surface_runs", "surface_place_rate": return "ran \(count("surface_runs")) times on the surface"
        case "speed1", "speed_raw1": return "\(Self.speed(v)) last time"
        case "speed_best3": return "\(Self.speed(v)) at its best in the last 3 runs"
        case "speed_mean5": return "\(Self.speed(v)) on average in the last 5 runs"
        case "speed_trend": return "last run \(Self.number(abs(v))) tenths a furlong \(v >= 0 ? "faster" : "slower") than its mean of 5"
        case "gpr": return "performance rating \(Self.signed(v)) lb"
        case "gpr_se": return "performance rating known to \(Self.number(v)) lb"
        case "gpr1": return "last run rated \(Self.signed(v)) lb"
        case "online_horse": return "rating by its results \(Self.signed(v))"
        case "online_jockey": return "jockey's rating by results \(Self.signed(v))"
        case "online_trainer": return "trainer's rating by results \(Self.signed(v))"
        case "online_strength": return "horse, jockey and trainer together rated \(Self.signed(v)) at the weight"
        case "lengths": return "\(Self.number(abs(v))) lengths \(v >= 0 ? "better" : "worse") than its rivals of late, at the weight"
        case "lengths_slow": return "\(Self.number(abs(v))) lengths \(v >= 0 ? "better" : "worse") than its rivals over time, at the weight"
        case "pair_runs": return "jockey and trainer together \(Int(v)) times"
        case "pair_win_rate": return "jockey and trainer together win at \(Self.percent(v))"
        case "partnership_runs": return "the jockey has ridden it \(Int(v)) times"
        case "partnership_place_rate": return "places at \(Self.percent(v)) with the jockey"
        case "sire_share": return "the sire's runners finish \(Self.middle(v))"
        default: return person(name, v)
        }
    }

    /// The trainer's and the jockey's features, which have the same names after who it is.
    private func person(_ name: String, _ v: Double) -> String {
        for who in ["trainer", "jockey"] where name.hasPrefix(who) {
            switch name.dropFirst(who.count) {
            case "_win_rate_14": return "\(who) wins at \(Self.percent(v)) in two weeks"
            case "_win_rate_90": return "\(who) wins at \(Self.percent(v)) in three months"
            case "_win_rate_365": return "\(who) wins at \(Self.percent(v)) in a year"
            case "_win_rate": return "\(who) wins at \(Self.percent(v)) in all"
            case "_place_rate": return "\(who) places at \(Self.percent(v)) in all"
            case "_share_365": return "\(who)'s \(who == "jockey" ? "rides" : "runners") finish \(Self.middle(v)) in a year"
            case "_runs_90": return "\(who) had \(Int(v)) \(who == "jockey" ? "rides" : "runners") in three months"
            default: break
            }
        }
        return "\(name.replacingOccurrences(of: "_", with: " ")) \(Self.number(v))"
    }

    private static let goings = ["fast", "good to firm", "good", "soft", "heavy"]
    private static let nouns = [
        "days_since": "the last run", "official_rating": "the official rating", "gpr": "the performance rating",
        "online_horse": "the rating by its results",
        "lengths": "lengths against its rivals", "lengths_slow": "lengths against its rivals", "speed1": "the last run's speed",
        "speed_best3": "its best speed", "speed_mean5": "its mean speed", "sire_share": "the sire",
    ]

    /// - Parameter rank: 1 is the highest value; between two where they are shared.
    static func ordinal(_ rank: Double) -> String {
        let half = (rank * 2).rounded() / 2
        let (whole, isShared) = (Int(half), half != half.rounded(.down))
        let suffix = (11...13).contains(whole % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][whole % 10] ?? "th"
        return (isShared ? "joint " : "") + (whole == 1 ? "highest" : "\(whole)\(suffix) highest")
    }

    private static func number(_ v: Double) -> String { abs(v) >= 100 || v == v.rounded() ? String(Int(v.rounded())) : String(format: "%.1f", v) }
    private static func signed(_ v: Double) -> String { String(format: "%+.1f", v) }
    private static func percent(_ v: Double) -> String { "\(Int((v * 100).rounded())) %" }
    private static func speed(_ v: Double) -> String { "\(number(abs(v))) tenths a furlong \(v >= 0 ? "faster" : "slower") than par" }
    private static func middle(_ v: Double) -> String { "\(percent(abs(v))) of the field \(v >= 0 ? "ahead of" : "behind") the middle" }
    private static func more(_ v: Double, _ unit: String, _ up: String, _ down: String, same: String? = nil) -> String {
        v == 0 ? same ?? "no \(up)" : "\(number(abs(v))) \(unit) \(v > 0 ? up : down)"
    }
}
