import Racing

/// The result of a past run in compact form. Position 0 means "ran, no position"; missing numbers are NaN.
public struct PastResult: Sendable, Equatable {
    public let position: Int16
    public let beatenLengths: Float
    public let seconds: Float

    public init(_ result: RunResult) {
        position = Int16(clamping: result.finish.position ?? 0)
        beatenLengths = result.beatenLengths.map(Float.init) ?? .nan
        // A time of 0 or less is an error in the source.
        seconds = result.seconds.map { $0 > 0 ? Float($0) : .nan } ?? .nan
    }

    var isWin: Bool { position == 1 }
    var isPlace: Bool { position >= 1 && position <= 3 }
}
