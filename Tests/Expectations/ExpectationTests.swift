import Expectations
import Foundation
import Randomness
import Reference
import Seeded
import Testing

@Suite struct ExpectationTests {
    private func suite(_ expectations: String) throws -> ExpectationSuite {
        let path = NSTemporaryDirectory() + "suite-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("{\"name\": \"test\", \"expectations\": [\(expectations)]}".utf8).write(to: URL(fileURLWithPath: path))
        return try ExpectationSuite(file: path)
    }

    @Test(arguments: ["race", "part"])
    func `reads the suites of the project`(_ name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let suite = try ExpectationSuite(file: "\(root)/expectations/\(name).json")
        #expect(suite.name == name && suite.expectations.count > 8)
        #expect(suite.expectations.count { $0.notes == nil } == 0, "every expectation needs notes")
        #expect(
            suite.expectations.contains { $0.severity == .critical }
                && suite.expectations.contains { $0.severity == .warning }
        )
    }

    @Test func `describes failures by column and notes`() throws {
        let suite = try suite(
            #"{"type": "expect_column_values_to_be_between", "kwargs": {"column": "odds", "min_value": 1, "#
                + #""strict_min": true}, "severity": "warning", "meta": {"notes": "decimal"}}"#
        )
        let report = suite.check(rows: 3) { _ in .numbers([1, 2, .nan]) }
        #expect(!report.success && report.failures(.warning).count == 1 && report.failures(.critical).isEmpty)
        #expect(
            report.failures[0].description == "expect_column_values_to_be_between (odds: decimal): 1 of 3, such as 1"
        )
        #expect(suite.check(rows: 0) { _ in .numbers([]) }.success, "an empty column meets the expectation")
        #expect(!suite.check(rows: 1) { _ in nil }.success, "a missing column fails")
    }

    @Test(arguments: [
        (#"{"type": "expect_the_moon", "kwargs": {}}"#, "expect_the_moon"),
        (#"{"type": "expect_column_values_to_be_unique", "kwargs": {}}"#, "names no column"),
        (#"{"type": "expect_column_values_to_be_between", "kwargs": {"column": "a"}}"#, "neither"),
        (#"{"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "a"}}"#, "value_set"),
        (#"{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a", "mostly": 1.5}}"#, "mostly"),
        (
            #"{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a", "row_condition": "x"}}"#,
            "row_condition"
        ),
        (#"{"kwargs": {}}"#, "not a suite"),
    ])
    func `rejects invalid suites`(_ text: String, _ word: String) throws {
        let error = #expect(throws: ExpectationError.self) { try suite(text) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    /// Prints the results of Great Expectations for the cases in the first argument.
    private static let script = """
        import json, sys, warnings, logging
        warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
        import great_expectations as gx, pandas as pd
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        asset = context.data_sources.add_pandas("p").add_dataframe_asset("a")
        batch = asset.add_batch_definition_whole_dataframe("b")
        out = []
        for case in json.loads(sys.argv[1]):
            name = "".join(word.capitalize() for word in case["type"].split("_"))
            frame = pd.DataFrame({"x": pd.Series(case["values"], dtype="float64")})
            expectation = getattr(gx.expectations, name)(**case["kwargs"])
            out.append(bool(batch.get_batch({"dataframe": frame}).validate(expectation).success))
        print("RESULT" + json.dumps(out))
        """

    /// Compares the results for random tables with those of Great Expectations itself.
    @Test(.enabled(if: Python.isInstalled, "no Python libraries: ./setup --reference"))
    func `matches Great Expectations`() async throws {
        var random = SplitMix64(seed: 21)
        let kinds: [(String, String)] = [
            ("expect_column_values_to_not_be_null", #""mostly": M"#),
            ("expect_column_values_to_be_null", #""mostly": M"#),
            ("expect_column_values_to_be_between", #""min_value": A, "max_value": B, "mostly": M"#),
            ("expect_column_values_to_be_between", #""min_value": A, "strict_min": true, "mostly": M"#),
            ("expect_column_values_to_be_between", #""max_value": B, "strict_max": true"#),
            ("expect_column_values_to_be_in_set", #""value_set": [A, B, 3], "mostly": M"#),
            ("expect_column_values_to_be_unique", #""mostly": M"#),
            ("expect_column_mean_to_be_between", #""min_value": A, "max_value": B"#),
            ("expect_column_sum_to_be_between", #""min_value": A, "max_value": 20"#),
            ("expect_column_to_exist", ""),
        ]
        var cases: [String] = []
        var results: [Bool] = []
        for _ in 0..<120 {
            let (kind, template) = kinds[random.below(kinds.count)]
            let low = random.below(5)
            let values = (0..<(1 + random.below(8))).map { _ in
                random.below(4) == 0 ? Double.nan : Double(random.below(7))
            }
            // An empty column has no mean.
            guard values.contains(where: { !$0.isNaN }) else { continue }
            let arguments = template.replacing("M", with: "\([0.5, 0.75, 1.0][random.below(3)])")
                .replacing("A", with: "\(low)")
                .replacing("B", with: "\(low + random.below(4))")
            let column = random.below(9) == 0 && kind == "expect_column_to_exist" ? "other" : "x"
            let kwargs = "{\"column\": \"\(column)\"\(arguments.isEmpty ? "" : ", ")\(arguments)}"
            results.append(
                try suite("{\"type\": \"\(kind)\", \"kwargs\": \(kwargs)}").check(rows: values.count) {
                    $0 == "x" ? .numbers(values) : nil
                }.success
            )
            let list = values.map { $0.isNaN ? "null" : "\($0)" }.joined(separator: ", ")
            cases.append("{\"type\": \"\(kind)\", \"kwargs\": \(kwargs), \"values\": [\(list)]}")
        }
        let printed = try await Python.run(
            Self.script,
            "[\(cases.joined(separator: ", "))]"
        )
        let line = try #require(printed.split(separator: "\n").first { $0.hasPrefix("RESULT") })
        let expected = try JSONDecoder().decode([Bool].self, from: Data(line.dropFirst(6).utf8))
        #expect(expected.count == results.count && results.count > 80 && Set(results).count == 2)
        for (index, (a, b)) in zip(results, expected).enumerated() { #expect(a == b, "seed 21: \(cases[index])") }
    }
}
