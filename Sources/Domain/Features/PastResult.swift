import Racing

/// The result of a past run in compact form. Position 0 means "ran, no position"; missing numbers are NaN.
public struct PastResult: Sendable, Equatable {
    public let position: Int16
    /// Whether the horse was out of the race by a mishap.
    let isMishap: Bool
    /// Lengths behind the winner.
    let lengths: Double
    /// The finishing time in seconds.
    let time: Double
    let style: RunningStyle

    /// `lengths` and `time` as feature set 1 reads them: it was defined on 32 bits.
    public var beatenLengths: Float { Float(lengths) }
    public var seconds: Float { Float(time) }

    public init(_ result: RunResult) {
        position = Int16(clamping: result.finish.position ?? 0)
        lengths = result.beatenLengths ?? .nan
        isMishap = result.finish == .mishap
        // A time of 0 or less is an error in the source.
        time = result.seconds.map { $0 > 0 ? $0 : .nan } ?? .nan
        style = result.style
    }

    var isWin: Bool { position == 1 }
    var isPlace: Bool { position >= 1 && position <= 3 }
}
