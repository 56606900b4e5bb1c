import Foundation
import Glibc
import Kafka

/// The control socket of the development broker: one request per line, one answer per line ("ok", or "error: ...").
///
/// It offers what the mock cluster's protocol lacks: `create NAME PARTITIONS`, and `down` and `up` for its only broker.
public enum BrokerControl {
    /// Serves requests on a Unix socket at `path`, on its own threads, until the process ends.
    public static func serve(_ cluster: KafkaMockCluster, at path: String) throws(DevStackError) {
        unlink(path)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard try connectOrBind(listener, path, bind), listen(listener, 16) == 0 else {
            throw DevStackError("cannot listen on \(path): \(String(cString: strerror(errno)))")
        }
        let acceptor = Thread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { continue }
                Thread.detachNewThread {
                    defer { close(client) }
                    _ = send(answer(receive(client), cluster) + "\n", to: client)
                }
            }
        }
        acceptor.name = "broker.control"
        acceptor.start()
    }

    static func answer(_ request: String, _ cluster: KafkaMockCluster) -> String {
        let words = request.split(whereSeparator: \.isWhitespace)
        do throws(KafkaError) {
            switch words.first {
            case "create" where words.count == 3:
                guard let partitions = Int32(words[2]), partitions > 0 else {
                    return "error: \"\(words[2])\" is not a number of partitions"
                }
                try cluster.createTopic(String(words[1]), partitions: partitions)
            case "down" where words.count == 1: try cluster.setBroker(up: false)
            case "up" where words.count == 1: try cluster.setBroker(up: true)
            default: return "error: unknown request \"\(request.trimmingCharacters(in: .whitespacesAndNewlines))\""
            }
            return "ok"
        } catch { return "error: \(error)" }
    }

    /// Sends one request and waits for the answer.
    ///
    /// - Throws: `DevStackError` if nothing listens at `path`, or if the answer is not "ok".
    public static func request(_ line: String, at path: String) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue(label: "broker.control").async {
                continuation.resume(with: Result { try requestBlocking(line, at: path) })
            }
        }
    }

    private static func requestBlocking(_ line: String, at path: String) throws(DevStackError) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard try connectOrBind(descriptor, path, connect) else {
            throw DevStackError("the dev broker does not answer at \(path): \(String(cString: strerror(errno)))")
        }
        guard send(line + "\n", to: descriptor) else { throw DevStackError("the dev broker closed the connection") }
        let answer = receive(descriptor).trimmingCharacters(in: .whitespacesAndNewlines)
        if answer != "ok" { throw DevStackError("\"\(line)\": \(answer.isEmpty ? "no answer" : answer)") }
    }

    /// Suppresses SIGPIPE: a closed peer must not end this process.
    private static func send(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    private static func receive(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private static func connectOrBind(
        _ descriptor: Int32,
        _ path: String,
        _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(DevStackError) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8CString)
        guard bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else {
            throw DevStackError("the socket's path is too long: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            bytes.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
