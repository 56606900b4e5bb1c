/// A British race comment, read for the early position and the late effort.
///
/// The shares are judgements of what the words say about the place in the field; unknown words say nothing.
struct RaceComment {
    private let words: [Substring]

    init(_ comment: String) {
        let text = comment.lowercased().prefix { $0 != "(" }
        words = text.split { !$0.isLetter && !$0.isNumber && $0 != "'" }
    }

    /// Phrases that place a horse, 0 leading to 1 last.
    private static let places: Phrases = table([
        "made all": 0, "made most": 0, "made virtually all": 0, "made nearly all": 0, "set pace": 0, "led": 0,
        "soon led": 0.05, "with leader": 0.1, "with leaders": 0.1, "disputed": 0.1, "pressed leader": 0.1,
        "pressed leaders": 0.15, "chased leader": 0.15, "chased clear leader": 0.15, "chased winner": 0.15,
        "tracked leader": 0.15, "tracked winner": 0.15, "tracking leader": 0.15, "prominent": 0.2, "close up": 0.2,
        "tracked leaders": 0.25, "tracking leaders": 0.25, "tracked leading": 0.25, "chased leaders": 0.25,
        "chasing leaders": 0.25, "chased leading": 0.25, "settled behind leader": 0.15,
        "settled behind leaders": 0.25, "held up behind leaders": 0.35, "in touch": 0.4, "settled in touch": 0.4,
        "midfield": 0.5, "mid division": 0.5, "in touch in midfield": 0.5, "in touch towards rear": 0.7,
        "held up in touch": 0.6, "held up in midfield": 0.55, "held up in mid": 0.55, "waited with in midfield": 0.55,
        "rear of mid": 0.65, "held up": 0.75, "waited with": 0.75, "towards rear": 0.85, "held up towards rear": 0.85,
        "in rear": 0.9, "held up in rear": 0.9, "waited with in rear": 0.9, "behind": 0.9, "behind leader": 0.2,
        "behind leaders": 0.3, "behind leading": 0.3, "behind winner": 0.2, "always behind": 0.9,
        "held up in last": 0.95, "in last": 0.95, "detached": 1,
    ])

    /// Phrases for the finish, as shares of the field gained.
    private static let efforts: Phrases = table([
        "stayed on": 0.15, "stayed on well": 0.2, "stayed on strongly": 0.25, "stayed on same pace": 0,
        "ran on": 0.15, "ran on well": 0.2, "ran on strongly": 0.25, "kept on": 0.1, "kept on well": 0.15,
        "kept on same pace": 0, "kept on one pace": 0, "quickened clear": 0.2, "drew clear": 0.2, "forged clear": 0.2,
        "one pace": 0, "same pace": 0, "no impression": 0, "unable to quicken": -0.05, "no extra": -0.1,
        "outpaced": -0.15, "lost place": -0.25, "struggling": -0.25, "weakened": -0.25, "faded": -0.25,
        "soon beaten": -0.25, "weakened quickly": -0.35, "dropped out": -0.35, "tailed off": -0.4,
    ])

    private typealias Phrases = [Substring: [(phrase: [Substring], share: Float)]]

    /// By the first word, longer phrases first: "held up in touch" is not "held up".
    private static func table(_ shares: KeyValuePairs<String, Float>) -> Phrases {
        let phrases = shares.map { (phrase: $0.key.split(separator: " "), share: $0.value) }
        return Dictionary(grouping: phrases.sorted { $0.phrase.count > $1.phrase.count }) { $0.phrase[0] }
    }

    /// The first phrase that places the horse early in the race: "led over 2f out" tells of the finish, "led until 2f
    /// out" of the start.
    var earlyShare: Float? {
        var start = 0
        while start < words.count {
            guard let place = match(Self.places, at: start) else {
                start += 1
                continue
            }
            start += place.phrase.count
            if !isLate(from: start) { return place.share }
        }
        return nil
    }

    /// The last phrase for the finish.
    var lateGain: Float? {
        var start = 0
        var gain: Float?
        while start < words.count {
            if let effort = match(Self.efforts, at: start) {
                gain = effort.share
                start += effort.phrase.count
            } else {
                start += 1
            }
        }
        return gain
    }

    private func match(_ table: Phrases, at start: Int) -> (phrase: [Substring], share: Float)? {
        table[words[start]]?.first { words[start...].starts(with: $0.phrase) }
    }

    /// Whether the words after a phrase say that it happened late.
    private func isLate(from start: Int) -> Bool {
        for word in words[start...].prefix(3) {
            if ["to", "until", "till", "for", "and", "early"].contains(word) { return false }
            if ["out", "final", "furlong", "inside", "last", "close"].contains(word) { return true }
        }
        return false
    }
}
