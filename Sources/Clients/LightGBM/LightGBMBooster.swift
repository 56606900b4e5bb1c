import CLightGBM
import Foundation

/// A trained ensemble of trees.
///
/// Not `Sendable`: predictions write to shared state under a lock (LightGBM issue 6142), so each task loads its own
/// booster from the model text.
public final class LightGBMBooster {
    let handle: BoosterHandle
    public let featureNames: [String]

    /// Takes ownership of `handle`, even if it throws.
    ///
    /// - Throws: `LightGBMError` if the model has more than one output.
    init(handle: BoosterHandle) throws(LightGBMError) {
        do throws(LightGBMError) {
            var classes: Int32 = 0
            try check(LGBM_BoosterGetNumClasses(handle, &classes), "count classes")
            guard classes == 1 else {
                throw LightGBMError("load model", "the model has \(classes) classes; only models with 1 are supported")
            }
            featureNames = try Self.featureNames(of: handle)
        } catch {
            LGBM_BoosterFree(handle)
            throw error
        }
        self.handle = handle
    }

    /// - Parameter model: a model in LightGBM's text format, as written by `text`.
    /// - Throws: `LightGBMError` if the text is truncated or not a model.
    public convenience init(model: String) throws(LightGBMError) {
        // LightGBM loads a truncated model without an error, so check for the end marker first.
        guard model.contains("end of trees") else {
            throw LightGBMError("load model", "the model text is truncated: \"end of trees\" is missing")
        }
        var iterations: Int32 = 0
        var handle: BoosterHandle?
        try check(LGBM_BoosterLoadModelFromString(model, &iterations, &handle), "load model")
        guard let handle else { throw LightGBMError("load model", "LightGBM returned no handle") }
        try self.init(handle: handle)
    }

    deinit { LGBM_BoosterFree(handle) }

    /// The number of boosting rounds.
    public var iterations: Int {
        var count: Int32 = 0
        LGBM_BoosterGetCurrentIteration(handle, &count)
        return Int(count)
    }

    /// The model in LightGBM's text format.
    ///
    /// - Parameter iterations: how many trees to keep, from the start; `nil` keeps all.
    public func text(iterations: Int? = nil) throws(LightGBMError) -> String {
        var buffer = [CChar](repeating: 0, count: 1 << 20)
        var length: Int64 = 0
        while true {
            try check(
                LGBM_BoosterSaveModelToString(
                    handle,
                    0,
                    Int32(iterations ?? -1),
                    C_API_FEATURE_IMPORTANCE_GAIN,
                    Int64(buffer.count),
                    &length,
                    &buffer
                ),
                "save model"
            )
            if length <= buffer.count { break }
            buffer = [CChar](repeating: 0, count: Int(length))
        }
        return String(decoding: buffer.prefix(Int(length) - 1).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One prediction per row: a probability for `binary`, the raw score for a custom objective.
    public func predict(_ matrix: LightGBMMatrix, threads: Int = 1) throws(LightGBMError) -> [Double] {
        try predict(matrix, C_API_PREDICT_NORMAL, perRow: 1, threads: threads)
    }

    /// TreeSHAP contributions to the raw score.
    ///
    /// - Returns: row-major; for each row one contribution per feature, then the expected value.
    public func contributions(_ matrix: LightGBMMatrix, threads: Int = 1) throws(LightGBMError) -> [Double] {
        try predict(matrix, C_API_PREDICT_CONTRIB, perRow: matrix.columns + 1, threads: threads)
    }

    /// The total gain of the splits on each feature.
    public func gain() throws(LightGBMError) -> [Double] {
        var gains = [Double](repeating: 0, count: featureNames.count)
        try check(
            LGBM_BoosterFeatureImportance(handle, -1, C_API_FEATURE_IMPORTANCE_GAIN, &gains),
            "read feature importances"
        )
        return gains
    }

    private func predict(_ matrix: LightGBMMatrix, _ kind: Int32, perRow: Int, threads: Int) throws(LightGBMError)
        -> [Double]
    {
        guard matrix.columns == featureNames.count else {
            throw LightGBMError(
                "predict",
                "the model has \(featureNames.count) features, the matrix has \(matrix.columns) columns"
            )
        }
        var output = [Double](repeating: 0, count: matrix.rows * perRow)
        guard !output.isEmpty else { return [] }
        var length: Int64 = 0
        try check(
            LGBM_BoosterPredictForMat(
                handle,
                matrix.values,
                C_API_DTYPE_FLOAT32,
                Int32(matrix.rows),
                Int32(matrix.columns),
                1,
                kind,
                0,
                -1,
                "num_threads=\(threads)",
                &length,
                &output
            ),
            "predict \(matrix.rows) rows"
        )
        return output
    }

    private static func featureNames(of handle: BoosterHandle) throws(LightGBMError) -> [String] {
        var count: Int32 = 0
        try check(LGBM_BoosterGetNumFeature(handle, &count), "count features")
        let capacity = 256
        let buffers = (0..<count).map { _ in UnsafeMutablePointer<CChar>.allocate(capacity: capacity) }
        defer { buffers.forEach { $0.deallocate() } }
        var pointers: [UnsafeMutablePointer<CChar>?] = buffers
        var nameCount: Int32 = 0
        var requiredCapacity = 0
        try check(
            LGBM_BoosterGetFeatureNames(handle, count, &nameCount, capacity, &requiredCapacity, &pointers),
            "read feature names"
        )
        guard requiredCapacity <= capacity else {
            throw LightGBMError("read feature names", "a name is longer than \(capacity - 1) bytes")
        }
        return buffers.prefix(Int(nameCount)).map { String(cString: $0) }
    }
}
