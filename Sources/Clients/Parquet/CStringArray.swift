/// Strings as C strings. `pointers` is valid as long as this object lives.
final class CStringArray {
    private let buffers: [UnsafeMutablePointer<CChar>]
    let pointers: [UnsafePointer<CChar>?]

    init(_ strings: [String]) {
        buffers = strings.map { string in
            let bytes = Array(string.utf8CString)
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            buffer.initialize(from: bytes, count: bytes.count)
            return buffer
        }
        pointers = buffers.map { UnsafePointer($0) }
    }

    deinit { buffers.forEach { $0.deallocate() } }
}
