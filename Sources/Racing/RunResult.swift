/// What is known of a run only after the race.
public struct RunResult: Sendable, Equatable {
    public var finish: Finish
    /// Lengths behind the winner.
    public var beatenLengths: Double?
    public var seconds: Double?

    public init(finish: Finish, beatenLengths: Double? = nil, seconds: Double? = nil) {
        self.finish = finish
        self.beatenLengths = beatenLengths
        self.seconds = seconds
    }
}
