import Foundation
import ModelingStore
import Modelling
import Testing
import Workers

@Suite struct BundleFileTests {
    private let folder = NSTemporaryDirectory() + "bundles-" + UUID().uuidString

    private func bundle() throws -> ModelBundle {
        let json = """
            {"name":"m","version":"1","objective":"binary","featureSetVersion":1,"featureSetHash":"x","featureNames":["a"],
             "calibration":{"x":[0.1],"y":[0.1]},"blends":[],"placeExponents":[1,1,1],"trainedFrom":{"number":1},"trainedThrough":{"number":2},
             "races":1,"rows":2,"parameters":{},"metrics":{},"libraries":{},"models":["tree"]}
            """
        return try ModelBundle(bytes: Array(json.utf8))
    }

    @Test func whatIsWrittenIsReadAndNothingElse() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try BundleFile.write(bundle(), to: folder)
        #expect(try BundleFile.read(folder, name: "m", version: "1") == bundle())
        #expect(throws: StoreError.self) { try BundleFile.read(folder, name: "m", version: "2") }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.dropLast().write(to: URL(fileURLWithPath: path))
        #expect(throws: ModellingError.self) { try BundleFile.read(folder, name: "m", version: "1") }
        try FileManager.default.removeItem(atPath: path + ".sha256")
        #expect(throws: StoreError.self) { try BundleFile.read(folder, name: "m", version: "1") }
    }

    @Test func aNameLeadsNowhereElse() throws {
        for name in ["../m", "a/b", "", ".."] {
            #expect(throws: ModellingError.self) { try BundleFile.read(folder, name: name, version: "1") }
        }
    }
}
