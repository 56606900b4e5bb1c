import CanonicalForm
import Foundation
import Testing

/// JSONEncoder is the oracle.
@Suite struct JSONWriterTests {
    private struct Inner: Encodable {
        let number: Double
        let text: String
    }
    private struct Outer: Encodable {
        let empty: [String]
        let inner: [Inner]
        let texts: [String]
    }

    private static let numbers: [Double] = [
        0, -0.0, 1, -5, 0.1, 1e15, 1e16, 123456789012345680, 1e-5, 1.5e-7, 1e300, .leastNonzeroMagnitude, 1.0 / 3, -2.5,
        100,
        .greatestFiniteMagnitude,
    ]

    @Test func `writes the same bytes as the encoder`() throws {
        let controls = (0..<0x22).map { String(UnicodeScalar(UInt8($0))) }
        let texts = controls + ["", "a/b", #"back\slash"#, "naïve", "通勝", "🏇", "\u{7F}", "\u{2028}"]
        let inner = zip(Self.numbers, texts).map { Inner(number: $0, text: $1) }
        var writer = JSONWriter()
        try writer.object { writer in
            writer.key("empty")
            writer.strings([])
            writer.key("inner")
            try writer.array { writer in
                for value in inner {
                    try writer.object { writer in
                        writer.key("number")
                        try writer.number(value.number)
                        writer.key("text")
                        writer.string(value.text)
                    }
                }
            }
            writer.key("texts")
            writer.strings(texts)
        }
        #expect(writer.text == (try CanonicalJSON.text(Outer(empty: [], inner: inner, texts: texts))))
    }

    @Test func `rejects numbers that JSON does not have`() {
        for value in [Double.nan, .infinity, -.infinity] {
            var writer = JSONWriter()
            #expect(throws: JSONWriter.NotFinite.self) { try writer.number(value) }
        }
    }

    /// FIPS 180-2, appendix B.1.
    @Test func `digests are hexadecimal SHA-256`() {
        #expect(
            HexDigest.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(HexDigest.sha256("abc", bytes: 3) == "ba7816")
    }
}
