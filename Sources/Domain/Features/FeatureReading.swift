import Foundation

/// A known value of one feature of a runner, with phrases for wording it.
struct FeatureReading {
    /// The value; never NaN.
    let value: Double
    /// The runner's other features.
    let runner: ReasonWords

    /// The number of starters.
    var fieldSize: Int { runner.fieldSize }
    var isPositive: Bool { value > 0 }
    /// The value without its fraction.
    var whole: Int { Self.int(value) }
    /// The value to one decimal; without a decimal if it is whole or at least 100.
    var number: String { Self.number(value) }
    /// The absolute value, formatted as `number`.
    var magnitude: String { Self.number(abs(value)) }
    /// The value to one decimal, always with its sign.
    var signed: String { String(format: "%+.1f", value) }
    /// A share or rate, as "15 %".
    var percent: String { Self.percent(value) }
    /// The absolute value of a share, as "15 %".
    var magnitudePercent: String { Self.percent(abs(value)) }
    /// The percentage of the field behind a position given as a share, 0 first to 1 last.
    var percentBehind: String { Self.percent(1 - value) }

    /// Another feature of the runner as a whole number; "?" if it is missing.
    func count(of name: String) -> String { runner.value(of: name).map { String(Self.int(Double($0))) } ?? "?" }

    /// Two other features of the runner, as "won 3 of 9".
    func wins(_ wins: String, of runs: String) -> String { "won \(count(of: wins)) of \(count(of: runs))" }

    /// A signed difference, as "4 lb less"; `same` if it is 0, "no more" by default.
    func difference(_ unit: String, above: String, below: String, same: String? = nil) -> String {
        value == 0 ? same ?? "no \(above)" : "\(magnitude) \(unit) \(isPositive ? above : below)"
    }

    /// A speed figure in tenths of a second per furlong, against par.
    var speedAgainstPar: String { "\(speedDifference) than par" }

    /// A speed in tenths of a second per furlong, positive if faster.
    var speedDifference: String { "\(magnitude) tenths a furlong \(value >= 0 ? "faster" : "slower")" }

    /// Lengths against the rivals, positive if better.
    var lengthsAgainstRivals: String { "\(magnitude) lengths \(value >= 0 ? "better" : "worse") than its rivals" }

    /// A share of the field, positive if ahead of its middle.
    var shareFromMiddle: String {
        "\(Self.percent(abs(value))) of the field \(value >= 0 ? "ahead of" : "behind") the middle"
    }

    /// The whole part of a value. A message may hold values that no runner has, so it is limited to what `Int` holds.
    static func int(_ value: Double) -> Int { Int(min(max(value, -1e15), 1e15)) }

    private static func number(_ value: Double) -> String {
        abs(value) >= 100 || value == value.rounded() ? String(int(value.rounded())) : String(format: "%.1f", value)
    }

    private static func percent(_ value: Double) -> String { "\(int((value * 100).rounded())) %" }
}
