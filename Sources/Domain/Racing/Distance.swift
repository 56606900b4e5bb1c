/// Conversions and bands of race distances.
public enum Distance {
    public static let metresPerFurlong = 201.168

    /// Returns a distance in whole metres. Files and tables may hold distances that no race has, so the result is
    /// limited to 0 to `Int32.max`, the range of `racing.races.dist_m`.
    public static func metres(furlongs: Double) -> Int {
        Int(max(0, min((furlongs * metresPerFurlong).rounded(), Double(Int32.max))))
    }

    /// Returns the pounds that one beaten length is worth at a distance in furlongs.
    public static func poundsPerLength(furlongs: Double) -> Double {
        switch furlongs {
        case ..<5: 4.0
        case ..<6.5: 3.8
        case ..<9.5: 3.0
        case ..<12.5: 2.5
        default: 2.0
        }
    }

    /// Returns the distance band, 0 to 6, of a distance in furlongs.
    ///
    /// The upper limits of the bands are 5.5, 6.5, 7.5, 8.5, 9.5 and 12 furlongs, inclusive; the last band is open.
    public static func band(furlongs: Double) -> UInt8 {
        UInt8([5.5, 6.5, 7.5, 8.5, 9.5, 12].count { furlongs > $0 })
    }
}
