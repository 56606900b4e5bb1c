/// Dense numbers for ids, in the order in which they were first seen. Open addressing with linear probing: ids are looked up some ten million times
/// when a long history is read, and a dictionary's keyed hash costs more there than everything that is done with the answer.
struct SlotTable: Sendable {
    /// A slot plus one; 0 is an empty place.
    private var places: [Int32]
    private var keys: [Int64]
    private var mask: Int
    private(set) var count = 0

    init(expecting capacity: Int = 0) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        places = [Int32](repeating: 0, count: size)
        keys = [Int64](repeating: 0, count: size)
        mask = size - 1
    }

    /// The slot of `key`, or -1.
    func find(_ key: Int64) -> Int32 {
        var place = Self.start(key) & mask
        while places[place] != 0 {
            if keys[place] == key { return places[place] - 1 }
            place = (place + 1) & mask
        }
        return -1
    }

    /// The slot of `key`, a new one where it was not known.
    mutating func insert(_ key: Int64) -> Int32 {
        var place = Self.start(key) & mask
        while places[place] != 0 {
            if keys[place] == key { return places[place] - 1 }
            place = (place + 1) & mask
        }
        count += 1
        keys[place] = key
        places[place] = Int32(count)
        if count * 2 > places.count { grow() }
        return Int32(count - 1)
    }

    private mutating func grow() {
        let old = zip(keys, places).filter { $0.1 != 0 }
        places = [Int32](repeating: 0, count: places.count * 2)
        keys = [Int64](repeating: 0, count: places.count)
        mask = places.count - 1
        for (key, slot) in old {
            var place = Self.start(key) & mask
            while places[place] != 0 { place = (place + 1) & mask }
            (keys[place], places[place]) = (key, slot)
        }
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014), so that ids that follow one another do not crowd.
    private static func start(_ key: Int64) -> Int {
        var z = UInt64(bitPattern: key) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 32)) &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: z >> 17)
    }
}
