import Glibc

/// How many connections to a listening socket may wait to be accepted.
enum ListenBacklog {
    /// Raises the backlog of the sockets of this process that listen on `ports` to the system's limit.
    ///
    /// librdkafka's mock broker listens with a backlog of 5. Beyond it the kernel drops connection attempts, and each
    /// is repeated after 1, 2 and 4 seconds, so that a dozen clients that start at once seem to find no broker.
    /// `listen(2)` may be called again on a listening socket.
    static func raise(ports: Set<UInt16>) {
        for socket in sockets(listeningOn: ports) { listen(socket, Int32.max) }
    }

    /// The sockets of this process that listen on `ports`, over IPv4.
    private static func sockets(listeningOn ports: Set<UInt16>) -> [Int32] {
        openDescriptors().filter { isListening($0) && port(of: $0).map(ports.contains) == true }
    }

    private static func openDescriptors() -> [Int32] {
        guard let directory = opendir("/proc/self/fd") else { return [] }
        defer { closedir(directory) }
        var descriptors: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 } + [] }
            if let descriptor = Int32(String(decoding: name, as: UTF8.self)) { descriptors.append(descriptor) }
        }
        return descriptors
    }

    private static func isListening(_ socket: Int32) -> Bool {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value == 1
    }

    private static func port(of socket: Int32) -> UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        guard code == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        return UInt16(bigEndian: address.sin_port)
    }
}
