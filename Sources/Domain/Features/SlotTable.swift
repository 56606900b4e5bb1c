/// Dense numbers for ids, in the order in which the ids were first inserted.
///
/// Open addressing with linear probing. Reading a long history looks up about ten million ids, and there the keyed hash
/// of `Dictionary` would cost more than all other work on them.
struct SlotTable: Sendable {
    /// A key and its slot side by side: a lookup in a table larger than the cache costs one miss.
    private struct Bucket {
        var key: Int64 = 0
        /// -1 if the bucket is empty.
        var slot: Int32 = -1
    }

    private var buckets: [Bucket]
    private var mask: Int
    private(set) var count = 0

    init(expecting capacity: Int = 0) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        buckets = [Bucket](repeating: Bucket(), count: size)
        mask = size - 1
    }

    /// Returns the slot of `key`, or -1.
    func find(_ key: Int64) -> Int32 {
        buckets.withUnsafeBufferPointer { buckets in
            var bucket = Self.hash(key) & mask
            while buckets[bucket].slot >= 0, buckets[bucket].key != key { bucket = (bucket + 1) & mask }
            return buckets[bucket].slot
        }
    }

    /// Returns the slot of `key`, after adding the key if it is new.
    mutating func insert(_ key: Int64) -> Int32 {
        var bucket = Self.hash(key) & mask
        while buckets[bucket].slot >= 0 {
            if buckets[bucket].key == key { return buckets[bucket].slot }
            bucket = (bucket + 1) & mask
        }
        let slot = Int32(count)
        buckets[bucket] = Bucket(key: key, slot: slot)
        count += 1
        if count * 2 > buckets.count { grow() }
        return slot
    }

    private mutating func grow() {
        let old = buckets
        buckets = [Bucket](repeating: Bucket(), count: old.count * 2)
        mask = buckets.count - 1
        for entry in old where entry.slot >= 0 {
            var bucket = Self.hash(entry.key) & mask
            while buckets[bucket].slot >= 0 { bucket = (bucket + 1) & mask }
            buckets[bucket] = entry
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
