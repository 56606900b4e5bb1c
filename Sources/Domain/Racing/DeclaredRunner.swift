/// A declared runner of a race card.
public struct DeclaredRunner: Sendable, Equatable {
    public var runnerID: Int64
    public var horseID: Int64
    public var trainerID: Int64?
    public var jockeyID: Int64?
    public var sireID: Int64?
    public var damsireID: Int64?
    public var horseName: String
    public var trainerName: String?
    public var jockeyName: String?
    /// The saddlecloth number.
    public var number: Int?
    public var draw: Int?
    /// Age in years.
    public var age: Int?
    /// Weight carried, in pounds.
    public var pounds: Int?
    /// Headgear codes as published.
    public var headgear: String?
    /// The official rating before the race, in pounds.
    public var officialRating: Int?

    public init(
        runnerID: Int64,
        horseID: Int64,
        trainerID: Int64? = nil,
        jockeyID: Int64? = nil,
        sireID: Int64? = nil,
        damsireID: Int64? = nil,
        horseName: String = "",
        trainerName: String? = nil,
        jockeyName: String? = nil,
        number: Int? = nil,
        draw: Int? = nil,
        age: Int? = nil,
        pounds: Int? = nil,
        headgear: String? = nil,
        officialRating: Int? = nil
    ) {
        self.runnerID = runnerID
        self.horseID = horseID
        self.trainerID = trainerID
        self.jockeyID = jockeyID
        self.sireID = sireID
        self.damsireID = damsireID
        self.horseName = horseName
        self.trainerName = trainerName
        self.jockeyName = jockeyName
        self.number = number
        self.draw = draw
        self.age = age
        self.pounds = pounds
        self.headgear = headgear
        self.officialRating = officialRating
    }
}
