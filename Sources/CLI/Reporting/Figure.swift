import Foundation

/// Formats numbers the same way on every page and on the terminal.
///
/// A value that is not finite becomes "-", and an unknown standard error "?".
public enum Figure {
    /// Returns a log loss in nats, or a value of that scale: four decimals.
    public static func loss(_ value: Double) -> String { fixed(value, decimals: 4) }

    /// Returns a log loss with its standard error, such as "1.9869 ± 0.0102".
    public static func loss(_ value: Double, error: Double?) -> String { "\(loss(value)) ± \(unsigned(error, 4))" }

    /// Returns a number with a fixed number of decimals.
    public static func fixed(_ value: Double, decimals: Int) -> String { text(value, "%.\(decimals)f") }

    /// Returns a number with its sign, such as "+0.0031".
    public static func signed(_ value: Double, decimals: Int = 4) -> String { text(value, "%+.\(decimals)f") }

    /// Returns a number with its sign and its standard error, such as "+0.0031 ± 0.0012".
    public static func signed(_ value: Double, error: Double?, decimals: Int = 4) -> String {
        "\(signed(value, decimals: decimals)) ± \(unsigned(error, decimals))"
    }

    /// Returns a share as a percentage: 0.123 is "12.3%".
    public static func percent(_ share: Double, decimals: Int = 1) -> String { text(share * 100, "%.\(decimals)f%%") }

    /// Returns a share as a percentage with its sign: 0.123 is "+12.3%".
    public static func signedPercent(_ share: Double, decimals: Int = 1) -> String {
        text(share * 100, "%+.\(decimals)f%%")
    }

    /// Returns a share as a percentage with its sign and its standard error, such as "+2.1% ± 0.8%".
    public static func signedPercent(_ share: Double, error: Double?, decimals: Int = 1) -> String {
        let error = error.flatMap { $0.isFinite ? percent($0, decimals: decimals) : nil } ?? "?"
        return "\(signedPercent(share, decimals: decimals)) ± \(error)"
    }

    /// Returns decimal odds in three or more significant digits: "1.25", "12.5" or "125".
    public static func odds(_ odds: Double) -> String { fixed(odds, decimals: odds >= 100 ? 0 : odds >= 10 ? 1 : 2) }

    /// Returns an edge as a percentage with its sign, without decimals from 100% on.
    public static func edge(_ edge: Double) -> String { signedPercent(edge, decimals: abs(edge) < 1 ? 1 : 0) }

    /// Returns a stake in units: two decimals.
    public static func units(_ stake: Double) -> String { fixed(stake, decimals: 2) }

    /// A time span in its largest fitting unit, such as "7 min".
    public static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(max(0, seconds))) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86_400)) days"
        }
    }

    /// Four significant digits.
    public static func short(_ value: Double) -> String { text(value, "%.4g") }

    private static func unsigned(_ error: Double?, _ decimals: Int) -> String {
        error.flatMap { $0.isFinite ? fixed($0, decimals: decimals) : nil } ?? "?"
    }

    private static func text(_ value: Double, _ format: String) -> String {
        value.isFinite ? String(format: format, value) : "-"
    }
}
