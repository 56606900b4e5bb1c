import Racing

/// Which runs before a day a form book holds; travels with every message built from it.
public struct BookFingerprint: Sendable, Hashable, Codable {
    /// The last day before the horizon on which a run it holds took place; 0 for none.
    public let throughDay: CalendarDay
    public let runs: Int

    public init(throughDay: CalendarDay, runs: Int) {
        self.throughDay = throughDay
        self.runs = runs
    }
}

/// The races that a form book holds: what batch building goes through.
extension FormBook {
    private var races: [RaceFacts] { storage.history.races }
    private var raceStarts: [Int32] { storage.history.starts }

    public var raceCount: Int { races.count }
    public var runCount: Int { storage.history.runners.count }

    /// Races by number, in the order (race date, race id), of a range of days.
    public func raceNumbers(from first: CalendarDay, through last: CalendarDay) -> Range<Int> {
        let start = position(first)
        return start..<max(start, position(last.advanced(by: 1)))
    }

    /// The first race on or after a day.
    private func position(_ day: CalendarDay) -> Int {
        var (low, high) = (0, races.count)
        while low < high {
            let middle = (low + high) / 2
            if races[middle].day < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    public func race(_ number: Int) -> RaceFacts { races[number] }
    /// The starters of a race.
    public func runners(_ number: Int) -> ArraySlice<RunnerFacts> { storage.history.runners[Int(raceStarts[number])..<Int(raceStarts[number + 1])] }
    /// The results of a race, in the order of its runners: labels for training, never an input of a feature.
    public func labels(_ number: Int) -> ArraySlice<PastResult> { storage.history.results[Int(raceStarts[number])..<Int(raceStarts[number + 1])] }

    public func races(from first: CalendarDay, through last: CalendarDay) -> [(race: RaceFacts, runners: [RunnerFacts])] {
        raceNumbers(from: first, through: last).map { (races[$0], Array(runners($0))) }
    }

    public func labels(of raceID: Int64, on day: CalendarDay) -> [PastResult] {
        raceNumbers(from: day, through: day).first { races[$0].raceID == raceID }.map { Array(labels($0)) } ?? []
    }

    /// The same for every book that holds the same past, whatever it holds of later days.
    public func fingerprint(before horizon: CalendarDay) -> BookFingerprint {
        let end = position(horizon)
        return BookFingerprint(throughDay: end > 0 ? races[end - 1].day : CalendarDay(0), runs: Int(raceStarts[end]))
    }

    /// Of all races, runners and results before `horizon`: what is built from them needs no building again while this is the same.
    public func sourceDigest(before horizon: CalendarDay) -> String {
        let end = position(horizon)
        return (end > 0 ? storage.digests[end - 1] : SourceDigest()).text
    }

    public var fingerprint: BookFingerprint {
        BookFingerprint(throughDay: races.last?.day ?? CalendarDay(0), runs: storage.history.runners.count)
    }
}
