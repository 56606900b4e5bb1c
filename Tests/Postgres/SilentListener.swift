import Glibc

/// A listening socket whose connections the kernel accepts and nobody answers.
final class SilentListener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        let loopback: UInt32 = 0x7F00_0001
        address.sin_addr.s_addr = loopback.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 8) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        struct ListenFailed: Error {}
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw ListenFailed() }
    }

    deinit { close(descriptor) }
}
