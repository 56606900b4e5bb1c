import Racing
import Testing

@Suite struct DistanceTests {
    @Test func `gives pounds per length at the boundaries`() {
        let table: [(Double, Double)] = [
            (4, 4.0), (4.99, 4.0), (5, 3.8), (6, 3.8), (6.49, 3.8), (6.5, 3.0), (8, 3.0), (9.49, 3.0), (9.5, 2.5),
            (12, 2.5), (12.49, 2.5), (12.5, 2.0), (20, 2.0), (34, 2.0),
        ]
        for (furlongs, pounds) in table {
            #expect(Distance.poundsPerLength(furlongs: furlongs) == pounds, "\(furlongs)f")
        }
    }

    @Test func `converts metres to furlongs`() {
        let fourteenHundred = 1400 / Distance.metresPerFurlong
        let twoThousand = 2000 / Distance.metresPerFurlong
        #expect(abs(fourteenHundred - 6.96) < 0.005)
        #expect(abs(twoThousand - 9.94) < 0.005)
        #expect(Distance.poundsPerLength(furlongs: fourteenHundred) == 3.0)
        #expect(Distance.poundsPerLength(furlongs: twoThousand) == 2.5)
    }

    @Test func `limits metres to what the table holds`() {
        #expect([5.96, 17].map(Distance.metres) == [1199, 3420])
        #expect([-1, .nan, 1e300, .infinity].map(Distance.metres) == [0, 0, Int(Int32.max), Int(Int32.max)])
    }

    @Test func `has seven bands that rise with the distance`() {
        let bands = stride(from: 4.0, through: 20, by: 0.25).map { Distance.band(furlongs: $0) }
        #expect(bands == bands.sorted())
        #expect(Set(bands).count == 7)
    }
}
