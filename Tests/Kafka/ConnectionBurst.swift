import Glibc

/// Connections to a port of loopback that are opened at once.
final class ConnectionBurst {
    private let descriptors: [Int32]

    init(_ count: Int, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        let loopback: UInt32 = 0x7F00_0001
        address.sin_addr.s_addr = loopback.bigEndian
        descriptors = (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return descriptor
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    /// How many are connected. Waits up to a second for one that is not.
    var connected: Int {
        var connected = 0
        for descriptor in descriptors {
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&request, 1, 1000) == 1, request.revents == Int16(POLLOUT) else { break }
            connected += 1
        }
        return connected
    }
}
