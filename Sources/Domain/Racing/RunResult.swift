/// The facts about a run that are known only after the race.
public struct RunResult: Sendable, Equatable {
    public var finish: Finish
    /// Lengths behind the winner; `nil` if unknown.
    public var beatenLengths: Double?
    /// The finishing time in seconds; `nil` if unknown.
    public var seconds: Double?
    public var style: RunningStyle

    public init(
        finish: Finish,
        beatenLengths: Double? = nil,
        seconds: Double? = nil,
        style: RunningStyle = .unknown
    ) {
        self.finish = finish
        self.beatenLengths = beatenLengths
        self.seconds = seconds
        self.style = style
    }
}
