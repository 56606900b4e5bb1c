import Foundation
import Modeling
import Testing

@Suite struct ModelBundleTests {
    private let json = """
        {"name":"hrd_win_prob","version":"7","objective":"race_softmax",
        "featureSetVersion":1,"featureSetHash":"0123456789abcdef",
        "featureNames":["gpr","runs"],"calibration":{"x":[0.1,0.5],"y":[0.05,0.6]},
        "blends":[
        {"a":0,"b":1.1,"bError":0.02,"unconstrainedA":-0.2,"unconstrainedB":1.2,
        "unconstrainedAError":0.1,"unconstrainedBError":0.1,"races":900,"lead":0},
        {"a":0.3,"b":0.8,"aError":0.1,"bError":0.1,"unconstrainedA":0.3,"unconstrainedB":0.8,
        "unconstrainedAError":0.1,"unconstrainedBError":0.1,"races":900,"lead":3600}],
        "placeExponents":[0.81,0.65,0.5],
        "trainedFrom":{"number":17000},"trainedThrough":{"number":20000},"races":1000,"rows":12000,
        "parameters":{"seed":"11"},"metrics":{"oof_log_loss":2.17},"libraries":{"lightgbm":"4.6.0"},
        "models":["tree\\nversion=v4","tree\\n香港/é"]}
        """

    private func bundle() throws -> ModelBundle {
        var bundle = try ModelBundle(bytes: Array(json.utf8))
        bundle.metrics["third"] = 1 / 3.0
        return bundle
    }

    @Test func `decodes its own bytes to an equal bundle`() throws {
        let bundle = try bundle()
        let bytes = try bundle.bytes()
        let again = try ModelBundle(bytes: bytes, sha256: ModelBundle.sha256(bytes))
        #expect(again == bundle)
        let second = try again.bytes()
        #expect(second == bytes, "equal bundles have equal bytes")
        #expect(again.blends[0].aError == nil && again.blends[1].aError == 0.1)
        #expect(again.models[1] == "tree\n香港/é")
    }

    @Test(arguments: [
        (#""y":[0.05,0.6]"#, #""y":[0.05,5.6]"#), (#""y":[0.05,0.6]"#, #""y":[0.6,0.05]"#),
        (#""x":[0.1,0.5]"#, #""x":[0.5,0.1]"#), (#""x":[0.1,0.5]"#, #""x":[0.5,0.5]"#), (#""x":[0.1,0.5]"#, #""x":[]"#),
    ])
    func `rejects a calibration that is no rising curve of probabilities`(_ part: String, _ other: String) {
        let bytes = Array(json.replacingOccurrences(of: part, with: other).utf8)
        let error = #expect(throws: ModelingError.self) { try ModelBundle(bytes: bytes) }
        #expect(error?.message.contains("hrd_win_prob 7 is incomplete") == true)
    }

    @Test func `rejects any truncation`() throws {
        let bytes = try bundle().bytes()
        let accepted = (0..<bytes.count).filter { (try? ModelBundle(bytes: Array(bytes.prefix($0)))) != nil }
        #expect(accepted.isEmpty, "accepted \(accepted.prefix(3)) bytes of \(bytes.count)")
        #expect(throws: ModelingError.self) { try ModelBundle(bytes: Array(bytes.dropLast())) }
    }

    @Test func `rejects bytes that do not match the registered digest`() throws {
        let bytes = try bundle().bytes()
        let recorded = ModelBundle.sha256(bytes)
        for index in [0, bytes.count / 2, bytes.count - 1] {
            var altered = bytes
            altered[index] ^= 1
            #expect(throws: ModelingError.self) { try ModelBundle(bytes: altered, sha256: recorded) }
        }
        #expect(throws: ModelingError.self) { try ModelBundle(bytes: bytes, sha256: String(repeating: "0", count: 64)) }
        #expect(throws: ModelingError.self) { try ModelBundle(bytes: bytes, sha256: "") }
    }

    /// FIPS 180-2, appendix B.1.
    @Test func `hashes with SHA-256`() {
        #expect(
            ModelBundle.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }

    @Test func `rejects an incomplete bundle`() throws {
        func broken(_ change: (inout ModelBundle) -> Void) throws -> [UInt8] {
            var copy = try bundle()
            change(&copy)
            return try copy.bytes()
        }
        let noModels = try broken { $0.models = [] }
        let noExponents = try broken { $0.placeExponents = [1] }
        #expect(throws: ModelingError.self) { try ModelBundle(bytes: noModels) }
        #expect(throws: ModelingError.self) { try ModelBundle(bytes: noExponents) }
        #expect(throws: ModelingError.self) { try ModelBundle(bytes: Array("{}".utf8)) }
        #expect(throws: ModelingError.self) { try ModelBundle(bytes: Array("not a bundle".utf8)) }
    }

    @Test func `selects the blend of the nearest lead`() throws {
        var bundle = try bundle()
        #expect(bundle.blend(lead: 0)?.lead == 0)
        #expect(bundle.blend(lead: 30)?.lead == 0)
        #expect(bundle.blend(lead: 3600)?.lead == 3600)
        #expect(bundle.blend(lead: 86_400)?.lead == 3600)
        #expect(bundle.blend(lead: -60)?.lead == 0)
        bundle.blends = []
        #expect(bundle.blend(lead: 600) == nil)
    }
}
