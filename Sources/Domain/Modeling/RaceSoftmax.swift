import Foundation

/// The conditional logit within each race: p_i = e^(s_i) / sum of e^(s_j).
public enum RaceSoftmax {
    /// The probabilities of one race.
    public static func probabilities(_ scores: some Collection<Double>) -> [Double] {
        guard let top = scores.max() else { return [] }
        let powers = scores.map { exp($0 - top) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// The probabilities of all rows, race by race.
    public static func probabilities(_ scores: [Double], _ races: [TrainingRace]) -> [Double] {
        var result = scores
        for race in races {
            let top = scores[race.rows].max() ?? 0
            var sum = 0.0
            for row in race.rows {
                result[row] = exp(scores[row] - top)
                sum += result[row]
            }
            for row in race.rows { result[row] /= sum }
        }
        return result
    }
}

/// The values divided by their sum within each race.
public func normalised(_ values: [Double], _ races: [TrainingRace]) -> [Double] {
    var result = values
    for race in races {
        let sum = values[race.rows].reduce(0, +)
        for row in race.rows { result[row] = values[row] / sum }
    }
    return result
}
