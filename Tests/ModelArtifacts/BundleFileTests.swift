import Foundation
import ModelArtifacts
import Modeling
import ModelingStore
import Testing

@Suite struct BundleFileTests {
    private let folder = NSTemporaryDirectory() + "bundles-" + UUID().uuidString

    private func bundle() throws -> ModelBundle {
        let json = """
            {"name":"m","version":"1","objective":"binary","featureSetVersion":1,"featureSetHash":"x",
             "featureNames":["a"],"calibration":{"x":[0.1],"y":[0.1]},"blends":[],"placeExponents":[1,1,1],
             "trainedFrom":{"number":1},"trainedThrough":{"number":2},"races":1,"rows":2,"parameters":{},"metrics":{},
             "libraries":{},"models":["tree"]}
            """
        return try ModelBundle(bytes: Array(json.utf8))
    }

    @Test func `reads what was written and rejects missing, truncated and unverified files`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try BundleFile.write(bundle(), to: folder)
        #expect(try BundleFile.read(folder, name: "m", version: "1") == bundle())
        #expect(throws: StoreError.self) { try BundleFile.read(folder, name: "m", version: "2") }
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        try data.dropLast().write(to: URL(fileURLWithPath: path))
        #expect(throws: ModelingError.self) { try BundleFile.read(folder, name: "m", version: "1") }
        try FileManager.default.removeItem(atPath: path + ".sha256")
        #expect(throws: StoreError.self) { try BundleFile.read(folder, name: "m", version: "1") }
    }

    @Test func `rejects names that escape the folder`() throws {
        for name in ["../m", "a/b", "", ".."] {
            #expect(throws: ModelingError.self) { try BundleFile.read(folder, name: name, version: "1") }
        }
    }
}
