private let lengths = "lengths at 6f"

extension Feature {
    /// What suits the horse: its mean residual under the conditions of the race.
    static let suitability: [Feature] = [
        Feature("suits_surface", "on the surface", .suitability, reads: horse, shrunkBy: 3) { $0.suitability.surface },
        Feature("suits_distance", "at about the distance", .suitability, reads: horse, shrunkBy: 3) {
            $0.suitability.distance
        },
        Feature("suits_course", "at the course", .suitability, reads: horse, shrunkBy: 3) { $0.suitability.course },
        Feature("suits_track", "at the course, surface and distance", .suitability, reads: horse, shrunkBy: 3) {
            $0.suitability.courseAndDistance
        },
        Feature("suits_jockey", "with the jockey", .suitability, reads: horse, shrunkBy: 3) { $0.suitability.jockey },
    ]

    /// The form of the connections: mean residuals of their runners, which fade with time.
    static let connections: [Feature] = [
        Feature("jockey_form_30", "the jockey's mounts, half-life 30 days", .connections, reads: jockeys, shrunkBy: 20)
        {
            $0.connections.jockey30
        },
        Feature(
            "jockey_form_180",
            "the jockey's mounts, half-life 180 days",
            .connections,
            reads: jockeys,
            shrunkBy: 40
        ) {
            $0.connections.jockey180
        },
        Feature(
            "trainer_form_30",
            "the trainer's runners, half-life 30 days",
            .connections,
            reads: trainers,
            shrunkBy: 20
        ) {
            $0.connections.trainer30
        },
        Feature(
            "trainer_form_180",
            "the trainer's runners, half-life 180 days",
            .connections,
            reads: trainers,
            shrunkBy: 40
        ) {
            $0.connections.trainer180
        },
        Feature(
            "pair_form",
            "jockey and trainer together, half-life 700 days",
            .connections,
            reads: "the past of jockey and trainer together",
            shrunkBy: 25
        ) {
            $0.connections.pair
        },
        Feature(
            "jockey_track_form",
            "the jockey's mounts at the course and surface, half-life 700 days",
            .connections,
            reads: jockeys,
            shrunkBy: 40
        ) {
            $0.connections.jockeyAtTrack
        },
        Feature(
            "trainer_distance_form",
            "the trainer's runners at about the distance, half-life 900 days",
            .connections,
            reads: trainers,
            shrunkBy: 40
        ) {
            $0.connections.trainerAtDistance
        },
        Feature(
            "sire_surface_form",
            "the sire's runners on the surface",
            .connections,
            reads: "the past of the sire's runners",
            shrunkBy: 30
        ) {
            $0.connections.sireOnSurface
        },
        Feature(
            "sire_distance_form",
            "the sire's runners at about the distance",
            .connections,
            reads: "the past of the sire's runners",
            shrunkBy: 30
        ) {
            $0.connections.sireAtDistance
        },
        Feature(
            "damsire_distance_form",
            "the damsire's runners at about the distance",
            .connections,
            reads: "the past of the damsire's runners",
            shrunkBy: 40
        ) {
            $0.connections.damsireAtDistance
        },
    ]

    /// The worth of the stall.
    static let stalls: [Feature] = [
        Feature(
            "stall_lengths",
            .stalls,
            lengths,
            "mean residual from this stall and its neighbours, shrunk by 60 runs",
            reads: "past races of the course, surface and distance",
            noun: "the worth of the stall"
        ) {
            $0.drawLengths
        } words: {
            "this stall is worth \($0.signed) lengths"
        }
    ]

    private static let horse = "the horse's past"
    private static let jockeys = "the jockey's past"
    private static let trainers = "the trainer's past"

    /// Defines a mean residual under some condition.
    private init(
        _ name: String,
        _ condition: String,
        _ group: Group,
        reads: String,
        shrunkBy runs: Int,
        _ value: @escaping @Sendable (borrowing StarterForm) -> Double
    ) {
        self.init(
            name,
            group,
            lengths,
            "mean lengths over what the ratings led one to expect, shrunk by \(runs) runs: \(condition)",
            reads: reads,
            form: value,
            words: { "\($0.signed) lengths against expectation: \(condition)" }
        )
    }
}
