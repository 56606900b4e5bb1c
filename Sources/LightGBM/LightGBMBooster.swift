import CLightGBM
import Foundation

/// A trained ensemble.
///
/// Not `Sendable`: LightGBM writes under a shared lock when it predicts (issue 6142), so each task loads one of its own from the model text.
public final class LightGBMBooster {
    let handle: BoosterHandle
    public let featureNames: [String]

    init(handle: BoosterHandle) throws(LightGBMError) {
        do throws(LightGBMError) {
            var classes: Int32 = 0
            try check(LGBM_BoosterGetNumClasses(handle, &classes), "count the classes")
            guard classes == 1 else { throw LightGBMError("load a model", "it has \(classes) classes: only models with one output are used here") }
            featureNames = try Self.names(of: handle)
        } catch {
            LGBM_BoosterFree(handle)
            throw error
        }
        self.handle = handle
    }

    /// - Parameter model: LightGBM's text format, as `text` writes it.
    public convenience init(model: String) throws(LightGBMError) {
        var (iterations, handle): (Int32, BoosterHandle?) = (0, nil)
        // LightGBM reads a truncated file without complaint, so its own end mark is looked for first
        guard model.contains("end of trees") else { throw LightGBMError("load a model", "the text is truncated: it has no \"end of trees\"") }
        try check(LGBM_BoosterLoadModelFromString(model, &iterations, &handle), "load a model")
        guard let handle else { throw LightGBMError("load a model", "no handle") }
        try self.init(handle: handle)
    }

    deinit { LGBM_BoosterFree(handle) }

    public var iterations: Int {
        var count: Int32 = 0
        LGBM_BoosterGetCurrentIteration(handle, &count)
        return Int(count)
    }

    /// The model as text, cut to its first `iterations` trees; nil keeps all.
    public func text(iterations: Int? = nil) throws(LightGBMError) -> String {
        var buffer = [CChar](repeating: 0, count: 1 << 20)
        var length: Int64 = 0
        while true {
            try check(
                LGBM_BoosterSaveModelToString(
                    handle, 0, Int32(iterations ?? -1), C_API_FEATURE_IMPORTANCE_GAIN, Int64(buffer.count), &length, &buffer),
                "save a model")
            if length <= buffer.count { break }
            buffer = [CChar](repeating: 0, count: Int(length))
        }
        return String(decoding: buffer.prefix(Int(length) - 1).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One prediction per row: for `binary` a probability, for a custom objective the raw score.
    public func predict(_ matrix: LightGBMMatrix, threads: Int = 1) throws(LightGBMError) -> [Double] {
        try predict(matrix, C_API_PREDICT_NORMAL, perRow: 1, threads: threads)
    }

    /// TreeSHAP contributions to the raw score, row-major: one per feature and then the expected value.
    public func contributions(_ matrix: LightGBMMatrix, threads: Int = 1) throws(LightGBMError) -> [Double] {
        try predict(matrix, C_API_PREDICT_CONTRIB, perRow: matrix.columns + 1, threads: threads)
    }

    /// Total gain of the splits on each feature.
    public func gain() throws(LightGBMError) -> [Double] {
        var gains = [Double](repeating: 0, count: featureNames.count)
        try check(LGBM_BoosterFeatureImportance(handle, -1, C_API_FEATURE_IMPORTANCE_GAIN, &gains), "read the importances")
        return gains
    }

    private func predict(_ matrix: LightGBMMatrix, _ kind: Int32, perRow: Int, threads: Int) throws(LightGBMError) -> [Double] {
        guard matrix.columns == featureNames.count else {
            throw LightGBMError("predict", "the model has \(featureNames.count) features, the matrix \(matrix.columns)")
        }
        var output = [Double](repeating: 0, count: matrix.rows * perRow)
        guard !output.isEmpty else { return [] }
        var length: Int64 = 0
        try check(
            LGBM_BoosterPredictForMat(
                handle, matrix.values, C_API_DTYPE_FLOAT32, Int32(matrix.rows), Int32(matrix.columns), 1, kind, 0, -1, "num_threads=\(threads)",
                &length, &output), "predict \(matrix.rows) rows")
        return output
    }

    private static func names(of handle: BoosterHandle) throws(LightGBMError) -> [String] {
        var count: Int32 = 0
        try check(LGBM_BoosterGetNumFeature(handle, &count), "count the features")
        let size = 256
        let buffers = (0..<count).map { _ in UnsafeMutablePointer<CChar>.allocate(capacity: size) }
        defer { buffers.forEach { $0.deallocate() } }
        var pointers: [UnsafeMutablePointer<CChar>?] = buffers
        var (got, needed): (Int32, Int) = (0, 0)
        try check(LGBM_BoosterGetFeatureNames(handle, count, &got, size, &needed, &pointers), "read the features' names")
        guard needed <= size else { throw LightGBMError("read the features' names", "a name is longer than \(size - 1) bytes") }
        return buffers.prefix(Int(got)).map { String(cString: $0) }
    }
}
