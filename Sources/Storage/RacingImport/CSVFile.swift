import Foundation
import Racing
import SwiftCSV

/// A CSV file with a header, plain or xz-compressed. Columns are read by name.
package struct CSVFile {
    package let path: String
    private let rows: [[String]]
    private let columns: [String: Int]

    /// - Throws: `ImportError` if the file is missing, is not CSV, or lacks a required column.
    package init(_ path: String, required: [String]) throws(ImportError) {
        self.path = path
        let (header, rows) = try Self.parse(try Self.text(of: path), path)
        let columns = Dictionary(header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.columns = columns
        let missing = required.filter { columns[$0] == nil }
        guard missing.isEmpty else {
            let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
            throw ImportError("\(path) has no column \(names); it has: \(header.joined(separator: ", "))")
        }
        self.rows = rows
        if let short = rows.firstIndex(where: { $0.count != header.count }) {
            throw ImportError(
                "\(path) line \(short + 2) has \(rows[short].count) fields, the header has \(header.count)"
            )
        }
    }

    package var count: Int { rows.count }

    package func row(_ index: Int) -> Row { Row(file: self, index: index) }

    private final class RowCollector { var rows: [[String]] = [] }

    private static func parse(_ text: String, _ path: String) throws(ImportError) -> (
        header: [String], rows: [[String]]
    ) {
        // The parser drops an empty last field unless a line end follows it.
        let text = text.hasSuffix("\n") ? text : text + "\n"
        do {
            let csv = try EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false, rowLimit: 0)
            // `csv.rows` pads short rows with empty fields, which would hide a truncated line.
            let collector = RowCollector()
            try csv.enumerateAsArray(startAt: 1, rowLimit: nil) { collector.rows.append($0) }
            var rows = collector.rows
            while rows.last == [""] { rows.removeLast() }
            return (csv.header, rows)
        } catch { throw ImportError("\(path) is not a CSV file: \(error)") }
    }

    private static func text(of path: String) throws(ImportError) -> String {
        guard FileManager.default.fileExists(atPath: path) else { throw ImportError("\(path) does not exist") }
        guard path.hasSuffix(".xz") else {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw ImportError("cannot read \(path) as UTF-8")
            }
            return text
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xz")
        process.arguments = ["--decompress", "--stdout", path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            throw ImportError("cannot start xz to read \(path): run ./setup (\(error.localizedDescription))")
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ImportError("\(path) is a truncated or damaged xz file") }
        return String(decoding: data, as: UTF8.self)
    }

    package struct Row {
        fileprivate let file: CSVFile
        fileprivate let index: Int

        /// - Returns: the field, or `nil` if it is empty or the column is missing.
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
            guard let number = Double(value), number.isFinite else {
                throw fault(column, "\"\(value)\" is not a number")
            }
            return number
        }

        func day(_ column: String) throws(ImportError) -> CalendarDay {
            let value = try required(column)
            guard let day = CalendarDay(value) else {
                throw fault(column, "\"\(value)\" is not a date such as 2025-07-16")
            }
            return day
        }

        /// An error that names the file, the line and the column.
        func fault(_ column: String, _ problem: String) -> ImportError {
            ImportError("\(file.path) line \(index + 2), column \"\(column)\": \(problem)")
        }
    }
}
