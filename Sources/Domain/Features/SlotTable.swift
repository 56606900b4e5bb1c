/// Dense numbers for ids, in the order in which the ids were first inserted.
///
/// Open addressing with linear probing. Reading a long history looks up about ten million ids, and there the keyed hash
/// of `Dictionary` would cost more than all other work on them.
struct SlotTable: Sendable {
    /// The slot plus one in each bucket; 0 means that the bucket is empty.
    private var buckets: [Int32]
    private var keys: [Int64]
    private var mask: Int
    private(set) var count = 0

    init(expecting capacity: Int = 0) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        buckets = [Int32](repeating: 0, count: size)
        keys = [Int64](repeating: 0, count: size)
        mask = size - 1
    }

    /// Returns the slot of `key`, or -1.
    func find(_ key: Int64) -> Int32 {
        var bucket = Self.hash(key) & mask
        while buckets[bucket] != 0 {
            if keys[bucket] == key { return buckets[bucket] - 1 }
            bucket = (bucket + 1) & mask
        }
        return -1
    }

    /// Returns the slot of `key`, after adding the key if it is new.
    mutating func insert(_ key: Int64) -> Int32 {
        var bucket = Self.hash(key) & mask
        while buckets[bucket] != 0 {
            if keys[bucket] == key { return buckets[bucket] - 1 }
            bucket = (bucket + 1) & mask
        }
        count += 1
        keys[bucket] = key
        buckets[bucket] = Int32(count)
        if count * 2 > buckets.count { grow() }
        return Int32(count - 1)
    }

    private mutating func grow() {
        let old = zip(keys, buckets).filter { $0.1 != 0 }
        buckets = [Int32](repeating: 0, count: buckets.count * 2)
        keys = [Int64](repeating: 0, count: buckets.count)
        mask = buckets.count - 1
        for (key, slot) in old {
            var bucket = Self.hash(key) & mask
            while buckets[bucket] != 0 { bucket = (bucket + 1) & mask }
            keys[bucket] = key
            buckets[bucket] = slot
        }
    }

    /// Multiply and shift, as in the finaliser of SplitMix64 (Steele, Lea and Flood 2014): consecutive ids do not
    /// cluster.
    private static func hash(_ key: Int64) -> Int {
        var z = UInt64(bitPattern: key) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 32)) &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: z >> 17)
    }
}
