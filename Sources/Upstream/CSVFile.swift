import Foundation
import Racing
import SwiftCSV

/// A CSV file with a header, plain or xz-compressed, whose columns are read by name.
package struct CSVFile {
    package let path: String
    private let rows: [[String]]
    private let columns: [String: Int]

    /// - Throws: `ImportError` for a file that is missing, is no CSV, or lacks one of the `required` columns.
    package init(_ path: String, required: [String]) throws(ImportError) {
        self.path = path
        var text = try Self.text(of: path)
        // the parser drops an empty last field that no line end follows
        if !text.hasSuffix("\n") { text += "\n" }
        let csv: EnumeratedCSV
        var rows: [[String]] = []
        do {
            csv = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false, rowLimit: 0)
            // its own rows are filled up with empty fields, which would hide a line that was cut off
            let parsed = Rows()
            try csv.enumerateAsArray(startAt: 1, rowLimit: nil) { parsed.all.append($0) }
            rows = parsed.all
        } catch { throw ImportError("\(path) is not a CSV file: \(error)") }
        while rows.last == [""] { rows.removeLast() }
        let columns = Dictionary(csv.header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.columns = columns
        let missing = required.filter { columns[$0] == nil }
        guard missing.isEmpty else {
            throw ImportError(
                "\(path) has no column \(missing.map { "\"\($0)\"" }.joined(separator: ", ")); it has: \(csv.header.joined(separator: ", "))")
        }
        self.rows = rows
        if let short = rows.firstIndex(where: { $0.count != csv.header.count }) {
            throw ImportError("\(path) line \(short + 2) has \(rows[short].count) fields, the header \(csv.header.count)")
        }
    }

    private final class Rows { var all: [[String]] = [] }

    package var count: Int { rows.count }

    package func row(_ index: Int) -> Row { Row(file: self, index: index) }

    private static func text(of path: String) throws(ImportError) -> String {
        guard FileManager.default.fileExists(atPath: path) else { throw ImportError("there is no file \(path)") }
        guard path.hasSuffix(".xz") else {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw ImportError("\(path) cannot be read as UTF-8") }
            return text
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xz")
        process.arguments = ["--decompress", "--stdout", path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { throw ImportError("xz cannot be started to read \(path): run ./setup (\(error.localizedDescription))") }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ImportError("\(path) is not a whole xz file") }
        return String(decoding: data, as: UTF8.self)
    }

    package struct Row {
        fileprivate let file: CSVFile
        fileprivate let index: Int

        /// The field, nil where it is empty.
        package func text(_ column: String) -> String? {
            guard let position = file.columns[column] else { return nil }
            let value = file.rows[index][position]
            return value.isEmpty ? nil : value
        }

        package func required(_ column: String) throws(ImportError) -> String {
            guard let value = text(column) else { throw fault(column, "is empty") }
            return value
        }

        package func int(_ column: String) throws(ImportError) -> Int? {
            guard let value = text(column) else { return nil }
            guard let number = Int(value) else { throw fault(column, "\"\(value)\" is not a whole number") }
            return number
        }

        package func double(_ column: String) throws(ImportError) -> Double? {
            guard let value = text(column) else { return nil }
            guard let number = Double(value), number.isFinite else { throw fault(column, "\"\(value)\" is not a number") }
            return number
        }

        func day(_ column: String) throws(ImportError) -> CalendarDay {
            let value = try required(column)
            guard let day = CalendarDay(value) else { throw fault(column, "\"\(value)\" is not a date as 2025-07-16") }
            return day
        }

        func fault(_ column: String, _ what: String) -> ImportError { ImportError("\(file.path) line \(index + 2), column \"\(column)\": \(what)") }
    }
}
