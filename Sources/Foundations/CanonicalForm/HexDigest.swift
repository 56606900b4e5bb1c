import Crypto
import Foundation

/// SHA-256 in lower-case hexadecimal.
public enum HexDigest {
    /// - Parameter bytes: how many bytes of the digest to keep, from the start.
    /// - Returns: two hexadecimal digits for each byte kept.
    public static func sha256(_ data: some DataProtocol, bytes: Int = 32) -> String {
        String(decoding: SHA256.hash(data: data).prefix(bytes).flatMap(digits), as: UTF8.self)
    }

    /// The two hexadecimal digits of a byte.
    static func digits(_ byte: UInt8) -> [UInt8] { [alphabet[Int(byte >> 4)], alphabet[Int(byte & 15)]] }

    private static let alphabet = Array("0123456789abcdef".utf8)

    public static func sha256(_ text: String, bytes: Int = 32) -> String { sha256(Data(text.utf8), bytes: bytes) }
}
