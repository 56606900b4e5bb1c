/// Growing waits between tries, with jitter, so that a fleet does not knock all at once.
struct Backoff {
    private var attempt = 0
    let first: Duration
    let longest: Duration

    init(first: Duration = .milliseconds(100), longest: Duration = .seconds(10)) {
        self.first = first
        self.longest = longest
    }

    mutating func next() -> Duration {
        let doubled = first * (1 << min(attempt, 16))
        attempt += 1
        return min(doubled, longest) * Double.random(in: 0.5...1)
    }
}
