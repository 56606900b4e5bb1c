import Foundation

/// A self-signed certificate for 127.0.0.1, made by `openssl`.
public struct SelfSignedCertificate: Sendable {
    public let certificate: String
    public let key: String

    public static let program = "/usr/bin/openssl"
    public static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: program) }

    public struct Failed: Error, CustomStringConvertible { public let description: String }

    /// - Parameter folder: where the two files are written.
    public init(_ name: String, in folder: String) throws {
        certificate = "\(folder)/\(name).crt"
        key = "\(folder)/\(name).key"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: "openssl made no certificate \(name)") }
    }
}
