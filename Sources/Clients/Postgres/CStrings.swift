/// Calls `body` with a NULL-terminated array of C strings. The array is valid only during the call.
func withCStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    withBytes(strings.map { Array($0.utf8) + [0] } + [nil], body)
}

/// Calls `body` with one pointer per value, NULL for `nil`, followed by a NULL. The pointers are valid only during the
/// call.
func withBytes<R>(_ values: [[UInt8]?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    var buffer: [UInt8] = []
    var offsets: [Int?] = []
    for value in values {
        offsets.append(value == nil ? nil : buffer.count)
        buffer.append(contentsOf: value ?? [])
    }
    // An empty value at the end needs an address too.
    buffer.append(0)
    return buffer.withUnsafeBytes { bytes in
        var pointers = offsets.map { offset in
            offset.map { UnsafePointer(bytes.baseAddress!.advanced(by: $0).assumingMemoryBound(to: CChar.self)) }
        }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
