/// Where a horse was in the field during a race, and what it did late: known only after the race.
///
/// `racing.runners.comment` holds Hong Kong's positions at each call ("8 7 9 3"), or Britain's words ("Held up in rear
/// - stayed on well").
public enum RunningStyle: Sendable, Equatable {
    /// The positions at the first call and at the last call before the finish.
    case calls(first: Int16, middle: Int16)
    /// The early position as a share of the field, 0 leading to 1 last, and the late gain as a share of the field,
    /// positive if it passed rivals; NaN if the comment does not say.
    case words(early: Float, gain: Float)
    case unknown

    public init(_ comment: String?) {
        guard let comment, !comment.isEmpty else {
            self = .unknown
            return
        }
        guard comment.contains(where: \.isLetter) else {
            let calls = comment.split(separator: " ").compactMap { Int16($0) }.filter { $0 > 0 }
            self = calls.count >= 2 ? .calls(first: calls[0], middle: calls[calls.count - 2]) : .unknown
            return
        }
        let words = RaceComment(comment)
        let early = words.earlyShare
        let gain = words.lateGain
        self = early == nil && gain == nil ? .unknown : .words(early: early ?? .nan, gain: gain ?? .nan)
    }

    /// The early position as a share of the field, 0 leading to 1 last; NaN if unknown.
    public func early(fieldSize: Int) -> Double {
        switch self {
        case .calls(let first, _): Self.share(first, fieldSize)
        case .words(let early, _): Double(early)
        case .unknown: .nan
        }
    }

    /// The position before the finish as a share of the field; NaN if unknown.
    public func middle(fieldSize: Int) -> Double {
        if case .calls(_, let middle) = self { Self.share(middle, fieldSize) } else { .nan }
    }

    /// What the horse gained late, as a share of the field; NaN if unknown.
    ///
    /// - Parameter finish: its finishing position as a share of the field.
    public func gain(fieldSize: Int, finish: Double) -> Double {
        switch self {
        case .calls: middle(fieldSize: fieldSize) - finish
        case .words(_, let gain): Double(gain)
        case .unknown: .nan
        }
    }

    private static func share(_ position: Int16, _ fieldSize: Int) -> Double {
        (Double(position) - 1) / Double(max(fieldSize - 1, 1))
    }
}
