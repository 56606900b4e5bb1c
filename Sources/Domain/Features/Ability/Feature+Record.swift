extension Feature {
    static let record: [Feature] = [
        Feature("runs", .record, "runs", "career runs") {
            Float($0.record.career.runs)
        } words: {
            $0.wins("wins", of: "runs")
        },
        Feature("wins", .record, "wins", "career wins") {
            Float($0.record.career.wins)
        } words: {
            $0.wins("wins", of: "runs")
        },
        Feature("win_rate", .record, "rate", "career wins, shrunk by 8 runs") {
            $0.record.career.winRate(shrunkBy: 8)
        } words: {
            $0.wins("wins", of: "runs")
        },
        Feature("place_rate", .record, "rate", "career places, shrunk by 8 runs") {
            $0.record.career.placeRate(shrunkBy: 8)
        } words: {
            $0.wins("wins", of: "runs")
        },
        Feature("runs_365", .record, "runs", "runs in 365 days") {
            Float($0.record.year.runs)
        } words: {
            "ran \($0.whole) times in the last year"
        },
        Feature("win_rate_365", .record, "rate", "wins in 365 days, shrunk by 8 runs") {
            $0.record.year.winRate(shrunkBy: 8)
        } words: {
            "ran \($0.count(of: "runs_365")) times in the last year, wins at \($0.percent)"
        },
        Feature("place_rate_365", .record, "rate", "places in 365 days, shrunk by 8 runs") {
            $0.record.year.placeRate(shrunkBy: 8)
        } words: {
            "ran \($0.count(of: "runs_365")) times in the last year, places at \($0.percent)"
        },
        Feature("course_runs", .record, "runs", "runs at the course") {
            Float($0.record.atCourse.runs)
        } words: {
            "\($0.wins("course_wins", of: "course_runs")) at the course"
        },
        Feature("course_wins", .record, "wins", "wins at the course") {
            Float($0.record.atCourse.wins)
        } words: {
            "\($0.wins("course_wins", of: "course_runs")) at the course"
        },
        Feature("course_place_rate", .record, "rate", "places at the course, shrunk by 5 runs") {
            $0.record.atCourse.placeRate(shrunkBy: 5)
        } words: {
            "\($0.wins("course_wins", of: "course_runs")) at the course"
        },
        Feature("distance_runs", .record, "runs", "runs at about the distance") {
            Float($0.record.atDistance.runs)
        } words: {
            "\($0.wins("distance_wins", of: "distance_runs")) at about the distance"
        },
        Feature("distance_wins", .record, "wins", "wins at about the distance") {
            Float($0.record.atDistance.wins)
        } words: {
            "\($0.wins("distance_wins", of: "distance_runs")) at about the distance"
        },
        Feature("distance_place_rate", .record, "rate", "places at about the distance, shrunk by 5 runs") {
            $0.record.atDistance.placeRate(shrunkBy: 5)
        } words: {
            "\($0.wins("distance_wins", of: "distance_runs")) at about the distance"
        },
        Feature("going_place_rate", .record, "rate", "places on the going, shrunk by 5 runs") {
            $0.record.onGoing.placeRate(shrunkBy: 5)
        } words: {
            "places at \($0.percent) on such going"
        },
        Feature("surface_runs", .record, "runs", "runs on the surface") {
            Float($0.record.onSurface.runs)
        } words: {
            "ran \($0.count(of: "surface_runs")) times on the surface"
        },
        Feature("surface_place_rate", .record, "rate", "places on the surface, shrunk by 5 runs") {
            $0.record.onSurface.placeRate(shrunkBy: 5)
        } words: {
            "ran \($0.count(of: "surface_runs")) times on the surface"
        },
    ]
}
