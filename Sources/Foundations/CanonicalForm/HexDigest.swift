import Crypto
import Foundation

/// SHA-256 in lower-case hexadecimal.
public enum HexDigest {
    /// - Parameter bytes: how many bytes of the digest to keep, from the start.
    /// - Returns: two hexadecimal digits for each byte kept.
    public static func sha256(_ data: some DataProtocol, bytes: Int = 32) -> String {
        SHA256.hash(data: data).prefix(bytes).map { String(format: "%02x", $0) }.joined()
    }

    public static func sha256(_ text: String, bytes: Int = 32) -> String { sha256(Data(text.utf8), bytes: bytes) }
}
