/// Exponential backoff between retries. Jitter avoids a thundering herd.
struct Backoff {
    private var attempt = 0
    let first: Duration
    let longest: Duration

    init(first: Duration = .milliseconds(100), longest: Duration = .seconds(10)) {
        self.first = first
        self.longest = longest
    }

    /// The next delay: between half and all of `first` doubled once for each earlier call, at most `longest`.
    mutating func next() -> Duration {
        let doubled = first * (1 << min(attempt, 16))
        attempt += 1
        return min(doubled, longest) * Double.random(in: 0.5...1)
    }
}
