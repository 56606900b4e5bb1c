import Racing

/// Dense numbers for the groups of races that runs are compared within.
struct RunGroups {
    /// A group number for each race.
    struct Grouping {
        let numbers: [Int]
        let count: Int

        fileprivate init(_ races: [RaceFacts], _ key: (RaceFacts) -> Key) {
            var numberOfKey: [Key: Int] = [:]
            numbers = races.map { race in
                let key = key(race)
                if let number = numberOfKey[key] { return number }
                let number = numberOfKey.count
                numberOfKey[key] = number
                return number
            }
            count = numberOfKey.count
        }
    }

    fileprivate struct Key: Hashable {
        let course: Int64
        var metres: Int32 = 0
        var distanceBand: UInt8 = 0
        var surface: UInt8 = 0
        var going: UInt8 = 0
    }

    /// By course, distance, surface and going.
    let goingPar: Grouping
    /// By course, distance and surface.
    let par: Grouping
    /// By course, distance band and going.
    let context: Grouping
    /// By course and surface.
    let track: Grouping

    init(_ races: [RaceFacts]) {
        goingPar = Grouping(races) {
            Key(course: $0.course, metres: $0.metres, surface: $0.surface, going: $0.going)
        }
        par = Grouping(races) { Key(course: $0.course, metres: $0.metres, surface: $0.surface) }
        context = Grouping(races) { Key(course: $0.course, distanceBand: $0.distanceBand, going: $0.going) }
        track = Grouping(races) { Key(course: $0.course, surface: $0.surface) }
    }
}
