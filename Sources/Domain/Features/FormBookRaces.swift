import Racing

/// The races of a form book, for batch building.
extension FormBook {
    private var races: [RaceFacts] { storage.history.races }
    private var raceStarts: [Int32] { storage.history.starts }

    public var raceCount: Int { races.count }
    public var runCount: Int { storage.history.runners.count }

    /// The numbers of the races in a range of days, in the order (race date, race id).
    public func raceNumbers(from first: CalendarDay, through last: CalendarDay) -> Range<Int> {
        let start = position(first)
        return start..<max(start, position(last.advanced(by: 1)))
    }

    /// The first race on or after a day.
    private func position(_ day: CalendarDay) -> Int { races.indices.partitionPoint { races[$0].day < day } }

    public func race(_ number: Int) -> RaceFacts { races[number] }

    /// The starters of a race.
    public func runners(_ number: Int) -> ArraySlice<RunnerFacts> {
        storage.history.runners[Int(raceStarts[number])..<Int(raceStarts[number + 1])]
    }

    /// The results of a race, in the order of its runners. They are labels for training; no feature may read them.
    public func labels(_ number: Int) -> ArraySlice<PastResult> {
        storage.history.results[Int(raceStarts[number])..<Int(raceStarts[number + 1])]
    }

    public func races(from first: CalendarDay, through last: CalendarDay) -> [(race: RaceFacts, runners: [RunnerFacts])]
    {
        raceNumbers(from: first, through: last).map { (races[$0], Array(runners($0))) }
    }

    /// The results of a race by its id; empty if the book has no such race on that day.
    public func labels(of raceID: Int64, on day: CalendarDay) -> [PastResult] {
        raceNumbers(from: day, through: day).first { races[$0].raceID == raceID }.map { Array(labels($0)) } ?? []
    }

    /// The fingerprint of the runs before `horizon`. It does not depend on later runs in the book.
    public func fingerprint(before horizon: CalendarDay) -> BookFingerprint {
        let end = position(horizon)
        return BookFingerprint(throughDay: end > 0 ? races[end - 1].day : CalendarDay(0), runs: Int(raceStarts[end]))
    }

    /// The digest of all races, runners and results before `horizon`. Data sets are up to date as long as it is
    /// unchanged.
    public func sourceDigest(before horizon: CalendarDay) -> String {
        let end = position(horizon)
        return (end > 0 ? storage.digests[end - 1] : SourceDigest()).text
    }

    public var fingerprint: BookFingerprint {
        BookFingerprint(throughDay: races.last?.day ?? CalendarDay(0), runs: storage.history.runners.count)
    }
}
