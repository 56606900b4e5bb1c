/// The mark of a replayed message, which its outputs inherit.
public enum Replayed {
    /// Names the original message: TOPIC/PARTITION/OFFSET.
    public static let header = "replay-of"
    /// The number of the replay, `modeling.replays.replay_id`.
    public static let idHeader = "replay-id"
}
