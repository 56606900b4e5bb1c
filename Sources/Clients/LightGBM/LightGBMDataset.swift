import CLightGBM
import Foundation

/// A binned feature matrix with its labels.
///
/// `@unchecked Sendable`: after `init` the handle is only read, by boosters, which may share it.
public final class LightGBMDataset: @unchecked Sendable {
    let handle: DatasetHandle
    public let rows: Int

    /// Bins rows of a matrix, which are not copied before.
    ///
    /// - Parameters:
    ///   - pieces: ranges of the matrix's rows, in the order of the dataset's rows; `nil` for all rows.
    ///   - labels: one per row.
    ///   - names: one per column.
    ///   - reference: for a validation set, the training set whose bins it must share.
    /// - Throws: `LightGBMError` if the counts differ, a range is outside the matrix, or a label is not finite.
    public init(
        _ matrix: LightGBMMatrix,
        rows pieces: [Range<Int>]? = nil,
        labels: [Float],
        names: [String],
        parameters: LightGBMParameters,
        reference: LightGBMDataset? = nil
    ) throws(LightGBMError) {
        let pieces = pieces ?? [0..<matrix.rows]
        if let outside = pieces.first(where: { !(0..<matrix.rows).contains($0) }) {
            throw LightGBMError("create dataset", "the matrix has \(matrix.rows) rows but rows \(outside) are required")
        }
        rows = pieces.reduce(0) { $0 + $1.count }
        guard labels.count == rows, rows > 0 else {
            throw LightGBMError("create dataset", "\(rows) rows but \(labels.count) labels")
        }
        guard names.count == matrix.columns else {
            throw LightGBMError("create dataset", "\(matrix.columns) columns but \(names.count) names")
        }
        guard labels.allSatisfy(\.isFinite) else {
            throw LightGBMError("create dataset", "a label is not finite")
        }
        handle = try Self.create(matrix, pieces, parameters, reference)
        try check(
            LGBM_DatasetSetField(handle, "label", labels, Int32(labels.count), C_API_DTYPE_FLOAT32),
            "set labels"
        )
        let cNames = names.map { strdup($0) }
        defer { cNames.forEach { free($0) } }
        var pointers = cNames.map { UnsafePointer($0) }
        try check(LGBM_DatasetSetFeatureNames(handle, &pointers, Int32(names.count)), "set feature names")
    }

    deinit { LGBM_DatasetFree(handle) }

    /// The same dataset as that of one matrix of all pieces: LightGBM samples rows for its bins by their number in the
    /// whole.
    private static func create(
        _ matrix: LightGBMMatrix,
        _ pieces: [Range<Int>],
        _ parameters: LightGBMParameters,
        _ reference: LightGBMDataset?
    ) throws(LightGBMError) -> DatasetHandle {
        var counts = pieces.map { Int32($0.count) }
        var areRowMajor = [Int32](repeating: 1, count: pieces.count)
        var created: DatasetHandle?
        let status = matrix.values.withUnsafeBufferPointer { values in
            var starts = pieces.map { piece in
                UnsafeRawPointer(values.baseAddress.map { $0 + piece.lowerBound * matrix.columns })
            }
            return LGBM_DatasetCreateFromMats(
                Int32(pieces.count),
                &starts,
                C_API_DTYPE_FLOAT32,
                &counts,
                Int32(matrix.columns),
                &areRowMajor,
                parameters.text,
                reference?.handle,
                &created
            )
        }
        let rows = pieces.reduce(0) { $0 + $1.count }
        try check(status, "create dataset of \(rows) x \(matrix.columns)")
        guard let created else { throw LightGBMError("create dataset", "LightGBM returned no handle") }
        return created
    }
}
