import Betting
import ModelingStore

/// The places that an exchange's place market paid, inferred from the result.
struct ExchangePlaces {
    private let race: RaceOutcome

    init(_ race: RaceOutcome) { self.race = race }

    static let unknown = """
        how many places the exchange's market had is not known: \
        record the bet again with the same --ref, odds and time, and with --places
        """

    /// The number of places of the market; `nil` if the result does not determine it.
    ///
    /// Places are fixed by the runners declared when the market opened, some of whom may be missing from the result.
    /// With 8 to 11 starters there were three, unless the field had lost many.
    var count: Int? {
        (8...11).contains(race.starters.count) && race.results.count < 12 ? 3 : nil
    }

    /// The share of the stake that is paid at full odds on a runner that the market paid: below 1 for a dead heat for
    /// the last place.
    ///
    /// - Throws: `BettingError` if the flags do not determine how many places the tied runners shared.
    func paidShare(of result: StoredResult) throws(BettingError) -> Double {
        let paid = race.results.filter { $0.placePaid == true }
        let last = paid.compactMap(\.outcome.position).max() ?? 0
        let tied = race.starters.count { $0.outcome.position == last }
        let lastFilled = last + tied - 1
        // If more runners were paid than finished up to the tie, the tie was not for the last place.
        guard result.outcome.position == last, tied > 1, paid.count <= lastFilled else { return 1 }
        // Markets have at least two places from five starters.
        if lastFilled <= 2, race.starters.count >= 5 { return 1 }
        // The flags are the same whether each of the tied runners filled a place or they shared the last one. A market
        // that paid further down than three had more places.
        guard let places = count, last <= places else {
            throw BettingError("a dead heat for the last place paid: \(Self.unknown)")
        }
        return min(1, Double(places - last + 1) / Double(tied))
    }
}
